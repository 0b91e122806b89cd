// RUN: a command in a container, and what it leaves in the root file system.

import type { Mount } from "../../containerd/api";
import { EngineError, notImplemented } from "../../lib/errors";
import { chomped } from "../dockerfile/heredoc";
import type { Command } from "../dockerfile/instructions";
import { DEFAULT_PATH, type ImageState } from "../image";
import { type StageContext, shellOf } from "../instructions";
import { type LayerStep, mounted } from "../layer";
import type { BuildBackend } from "../types";
import { valueIn } from "../variables";
import { ownerOf } from "./owner";
import { missingStubs, removeStubs } from "./stubs";

type Run = Extract<Command, { name: "RUN" }>;
type Step = Pick<LayerStep, "inputs" | "work"> & { words: string };

/** @throws EngineError system with detail.exitCode (in the work) when the command fails */
export function runStep(
	backend: BuildBackend,
	command: Run,
	context: StageContext,
	output: (stream: 1 | 2, data: Uint8Array) => void,
): Step {
	if (command.mounts.length > 0) throw notImplemented("RUN --mount is not supported");
	const { config } = context.state;
	const args = commandLine(command, context.state);
	const declared = context.args.environment();
	const env = [...declared, ...(config.Env ?? [])];
	if (valueIn(env, "PATH") === undefined) env.push(`PATH=${DEFAULT_PATH}`);
	const cwd = config.WorkingDir || "/";
	const before = declared.length > 0 ? `|${declared.length} ${declared.join(" ")} ` : "";
	return {
		words: `RUN ${before}${args.join(" ")}`,
		inputs: ["RUN", args, env, cwd, config.User ?? ""],
		async work(mounts, key) {
			const { owner, stubs } = await prepare(backend, mounts, config.User);
			const code = await backend.runStep({ key, mounts, args, env, cwd, ...owner, output });
			if (code !== 0) throw failed(command, args, code);
			if (stubs.length > 0) await mounted(backend, mounts, (root) => removeStubs(backend.sys, root, stubs));
		},
	};
}

const prepare = (backend: BuildBackend, mounts: Mount[], user: string | undefined) =>
	mounted(backend, mounts, async (root) => ({
		owner: user ? await ownerOf(backend.sys, root, user, true) : { uid: 0, gid: 0 },
		stubs: await missingStubs(backend.sys, root),
	}));

function commandLine({ cmd, shell, heredocs }: Run, state: ImageState): string[] {
	const [heredoc] = heredocs;
	if (!heredoc) return shell ? [...shellOf(state), ...cmd] : cmd;
	// alone, the heredoc is the script; behind a command, it is the command's input, and the shell reads it
	const line = cmd.join(" ");
	const alone = /^\d*<<-?\s*\S+$/.test(line.trim()) && heredocs.length === 1;
	if (alone) return [...shellOf(state), chomped(heredoc)];
	return [...shellOf(state), `${line}\n${heredocs.map((one) => `${one.content}${one.name}\n`).join("")}`];
}

function failed({ shell }: Run, args: string[], exitCode: number): EngineError {
	const said = shell ? args.join(" ") : args.map((arg) => JSON.stringify(arg)).join(" ");
	const words = `process ${JSON.stringify(said)} did not complete successfully: exit code: ${exitCode}`;
	return new EngineError("system", words, { exitCode });
}
