// RUN: what is run, with which environment, and what is mounted meanwhile.

import { invalidParameter } from "../../lib/errors";
import { clean, isAbsolute, join } from "../../lib/path";
import { chomped, parseHeredoc } from "../dockerfile/heredoc";
import type { Command } from "../dockerfile/instructions";
import { type MountRequest, parseMount } from "../dockerfile/mount";
import { addHistory } from "../export/image";
import { ScratchOp } from "../solve/base";
import type { PreparedMount } from "../solve/mounts";
import { RunOp, scriptPath } from "../solve/run";
import { OpSource } from "../solve/sources";
import { proxyEnvironment } from "./args";
import type { StageState } from "./stage";
import { type Conversion, expand, type Step, shellOf, shownCommand } from "./words";

type Run = Extract<Command, { name: "RUN" }>;
interface Script {
	name: string;
	content: string;
}

export function dispatchRun(step: Step<Run>): void {
	const { state, command, conversion, prepared } = step;
	const { solver } = conversion;
	const { args, script, summary } = commandLine(state, command);
	const mounts = command.mounts.map((text, at) => mountOf(step, text, prepared.sources[at]));
	const network = networkOf(command, conversion);
	checkSecurity(command);
	if (command.flags.includes("device")) {
		throw invalidParameter("device feature is only supported in Dockerfile frontend 1.14.0-labs or later");
	}
	const name = state.prefix(prepared.onBuild) + shownCommand(step, command.original + summary);
	const inputs = [state.op.vertex, ...mounts.map((mount) => ("source" in mount ? mount.source?.vertex : undefined))];
	const vertex = solver.progress.vertex(
		name,
		inputs.filter((one) => one !== undefined),
	);
	state.op = new RunOp(solver, vertex, state.op, {
		instruction: command.original,
		args,
		shell: command.shell,
		env: state.environment.list(),
		proxies: proxyEnvironment(conversion.given),
		cwd: state.image.config.WorkingDir || "/",
		user: state.image.config.User ?? "",
		mounts,
		script,
		network,
		useCache: !state.noCache,
	});
	addHistory(state.image, `RUN ${[...declared(state), ...args].join(" ")} # buildkit`, true);
}

/** "|2 A=1 B=2": the arguments that were declared, as history has them before the command. */
function declared({ buildArgs, environment }: StageState): string[] {
	const values = new Map(buildArgs.map(({ key, value }) => [key, environment.get(key) ?? value ?? ""]));
	return values.size === 0 ? [] : [`|${values.size}`, ...[...values].map(([key, value]) => `${key}=${value}`)];
}

function commandLine(state: StageState, { cmd, shell, heredocs }: Run): { args: string[]; script?: Script; summary: string } {
	const wrapped = (words: string[]): string[] => (shell ? [...shellOf(state), words.join(" ")] : words);
	const [first] = heredocs;
	if (!first) return { args: wrapped(cmd), summary: "" };
	if (cmd.length !== 1 || !shell) throw invalidParameter(`parsing produced an invalid run command: [${cmd.join(" ")}]`);
	const line = cmd[0]!;
	if (!parseHeredoc(line)) {
		// the shell reads them behind the command
		return { args: wrapped([line + heredocs.map(({ content, name }) => `\n${content}${name}`).join("")]), summary: "" };
	}
	const content = chomped(first);
	const lines = first.content.trim().split(/\r?\n/);
	const summary = ` (${lines[0]}${lines.length > 1 ? "..." : ""})`;
	if (!content.startsWith("#!")) return { args: wrapped([content]), summary };
	return { args: wrapped([scriptPath(first.name)]), script: { name: first.name, content }, summary };
}

function networkOf({ network }: Run, { solver, allowed }: Conversion): string {
	if (network === "") return solver.run.network || "default";
	if (network === "default" || network === "none") return network;
	if (solver.run.network === "host" || allowed.includes("network.host")) return network;
	throw invalidParameter("failed to load LLB: network.host is not allowed");
}
function checkSecurity({ security }: Run): void {
	if (security === "insecure") throw invalidParameter("failed to load LLB: security.insecure is not allowed");
}

/** Its content is no part of what the step is known by. */
function secretMount({ conversion, state }: Step<Run>, request: MountRequest): PreparedMount {
	const { env, uid = 0, gid = 0, mode = 0o400, readonly } = request;
	const named = request.source || request.id || request.target;
	const id = request.source || request.id || named.slice(named.lastIndexOf("/") + 1);
	const workdir = state.image.config.WorkingDir || "/";
	const place = request.target || (env === undefined ? `/run/secrets/${id.slice(id.lastIndexOf("/") + 1)}` : "");
	const target = place === "" ? "" : isAbsolute(place) ? clean(place) : join("/", workdir, place);
	const content = conversion.secrets[id];
	if (!content) return { type: "absent", target, readonly, what: `secret ${id}` };
	return { type: "secret", target, readonly, id, content, env, uid, gid, mode };
}

function mountOf(step: Step<Run>, text: string, from: StageState | undefined): PreparedMount {
	const { state, conversion } = step;
	const { solver } = conversion;
	const request = parseMount(text, (value) => expand(step, value));
	const { type, readonly } = request;
	if (type === "ssh") return { type: "absent", target: "", readonly, what: `ssh ${request.id || "default"}` };
	if (type === "secret") return secretMount(step, request);
	if (from && !from.dispatched) {
		throw invalidParameter(
			`cannot mount from stage ${JSON.stringify(request.from)} to ${JSON.stringify(request.target)}, stage needs to be defined before current command`,
		);
	}
	const target = isAbsolute(clean(request.target))
		? clean(request.target)
		: join("/", state.image.config.WorkingDir || "/", request.target);
	if (target === "/") throw invalidParameter(`invalid mount target ${JSON.stringify(target)}`);
	if (type === "tmpfs") return { type, target, readonly, size: request.size };
	const source = from ? new OpSource(solver, from.op) : undefined;
	const path = join("/", request.source);
	if (type === "bind") return { type, target, readonly, source: source ?? conversion.context, path };
	const { id, sharing, uid = 0, gid = 0, mode = 0o755 } = request;
	return {
		type,
		target,
		readonly,
		id: id || clean(request.target),
		sharing: sharing || "shared",
		uid,
		gid,
		mode,
		path,
		...(source && !(from?.op instanceof ScratchOp) ? { source } : {}),
	};
}
