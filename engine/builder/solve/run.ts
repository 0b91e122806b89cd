// RUN: a command in a container, and what it leaves in the root file system.

import { hex, utf8 } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { EngineError } from "../../lib/errors";
import { makeDirectories, removeTree, writeFile } from "../../lib/files";
import type { Parts } from "../cache/causes";
import type { Layers } from "../export/image";
import type { Vertex } from "../progress";
import type { RunMount } from "../types";
import { layerOf, mounted } from "./layer";
import { mountDigest, type PreparedMount, secretVariables, withMounts } from "./mounts";
import { type Owner, userOf } from "./owner";
import { Op, type Solver } from "./solver";
import { findStubs, forgetParents, removeStubs } from "./stubs";

/** Mount points of every command. */
const OWN_MOUNTS = ["/dev", "/proc", "/sys", "/etc/hosts", "/etc/resolv.conf"];
/** Where a heredoc that begins with #! is put. */
const PIPES = "/dev/pipes";

export interface RunCommand {
	/** As in the Dockerfile: what the cache remembers of the instruction. */
	instruction: string;
	args: string[];
	/** The first of `args` is the shell's: for messages. */
	shell: boolean;
	env: string[];
	/** Not part of what the command is known by. */
	proxies: string[];
	cwd: string;
	user: string;
	mounts: PreparedMount[];
	/** A script that is mounted below /dev/pipes. */
	script?: { name: string; content: string };
	network: string;
	useCache: boolean;
}

export class RunOp extends Op {
	declare readonly vertex: Vertex;

	constructor(
		solver: Solver,
		vertex: Vertex,
		private readonly below: Op,
		private readonly command: RunCommand,
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { command, solver, vertex } = this;
		const [below, ...digests] = await Promise.all([this.below.result(), ...command.mounts.map(mountDigest)]);
		const parts: Parts = {
			command: digestOf(JSON.stringify([command.args, command.script ?? null])),
			environment: digestOf(JSON.stringify(command.env)),
			workdir: command.cwd,
			user: command.user,
			network: command.network,
			...(digests.length > 0 ? { mounts: digestOf(digests.join("\n")) } : {}),
		};
		return layerOf(solver, {
			vertex,
			below,
			instruction: command.instruction,
			parts,
			useCache: command.useCache,
			work: (mounts, key) => withMounts(solver, command.mounts, (extra) => this.run(mounts, key, extra)),
		});
	}

	private async run(mounts: Parameters<typeof mounted>[1], key: string, given: RunMount[]): Promise<void> {
		const { command, solver, vertex } = this;
		const { backend } = solver;
		const { sys } = backend;
		const script = await scriptMount(solver, command);
		try {
			const extraMounts = [...given, ...(script ? [script.mount] : [])];
			const points = [...OWN_MOUNTS, ...given.map(({ destination }) => destination)];
			const { user, stubs } = await mounted(backend, mounts, async (root) => ({
				user: (await userOf(sys, root, command.user)) as Owner & { groups: number[] },
				stubs: await findStubs(sys, root, points),
			}));
			let kill = (): void => {};
			const code = await solver.cancellation.during(
				() => kill(),
				() =>
					backend.runStep({
						...solver.run,
						network: command.network,
						key,
						mounts,
						extraMounts,
						args: command.args,
						env: [...command.env, ...command.proxies, ...secretVariables(command.mounts)],
						cwd: command.cwd,
						...user,
						output: (stream, data) => vertex.output(stream, data),
						running: (how) => {
							kill = how;
						},
					}),
			);
			if (code !== 0) throw failed(command, code);
			if (stubs.missing.length === 0) return;
			await mounted(backend, mounts, (root) => removeStubs(sys, root, stubs));
			await forgetParents(sys, mounts, stubs);
		} finally {
			await script?.remove();
		}
	}
}

async function scriptMount(
	{ backend: { sys, scratch } }: Solver,
	{ script }: RunCommand,
): Promise<{ mount: RunMount; remove(): Promise<void> } | undefined> {
	if (!script) return undefined;
	const directory = `${scratch}/script-${hex(sys.getrandom(6))}`;
	await makeDirectories(sys, directory, 0o755);
	await writeFile(sys, `${directory}/${script.name}`, utf8(script.content), 0o755);
	await sys.chmod(`${directory}/${script.name}`, 0o755);
	return {
		mount: { destination: PIPES, type: "bind", source: directory, options: ["rbind", "rprivate", "ro"] },
		remove: () => removeTree(sys, directory),
	};
}
export const scriptPath = (name: string): string => `${PIPES}/${name}`;

function failed({ args }: RunCommand, exitCode: number): EngineError {
	const words = `process ${JSON.stringify(args.join(" "))} did not complete successfully: exit code: ${exitCode}`;
	return new EngineError("system", words, { exitCode, args });
}
