// A command's path out of the trace: which events belong to it, in which lane, and when. Pure.

import { type Layer, OWN_CLIENT, type TraceEvent } from "../../../engine/trace/event";
import { keyOf } from "../wire/exchange-key";

/** A docker command that was run, or runc by hand, as the trace tells it. */
export interface RunCommand {
	/** seq of its cli.command, or of runc's process.exec. */
	seq: number;
	program: "docker" | "runc";
	pid: number;
	argv: string[];
	/** Milliseconds since boot. */
	time: number;
	/** undefined while it runs. */
	exit?: number;
}

/** The commands in the trace, oldest first. */
export function commandsOf(trace: readonly TraceEvent[]): RunCommand[] {
	const commands: RunCommand[] = [];
	const running = new Map<number, RunCommand>();
	const begin = (program: RunCommand["program"], { seq, pid, argv, time }: Begun): void => {
		const command: RunCommand = { seq, program, pid, argv, time };
		commands.push(command);
		running.set(pid, command);
	};
	for (const event of trace) {
		if (event.type === "cli.command") {
			begin("docker", event);
		} else if (event.type === "process.exec" && isByHand(event.argv)) {
			begin("runc", event);
		} else if (event.type === "cli.exit" || event.type === "process.exit") {
			const command = running.get(event.pid);
			if (command) command.exit = event.code;
			running.delete(event.pid);
		}
	}
	return commands;
}

type Begun = Pick<RunCommand, "seq" | "pid" | "argv" | "time">;
const isRunc = ([program = ""]: readonly string[]): boolean => /(^|\/)runc$/.test(program);
/** The shim always says where runc is to log, and runc calls itself with `init`. */
const isByHand = (argv: readonly string[]): boolean =>
	isRunc(argv) && argv.length > 1 && argv[1] !== "init" && !argv.includes("--log-format");

/** Top to bottom, the way a command goes. */
export const LANES: readonly Layer[] = [
	"cli",
	"api",
	"dockerd",
	"containerd",
	"registry",
	"shim",
	"runc",
	"kernel",
	"fs",
	"network",
];

/** The events on a command's path, oldest first: from its first word to its end, without what others did meanwhile. */
export function stepsOf(trace: readonly TraceEvent[], command: RunCommand): TraceEvent[] {
	const steps: TraceEvent[] = [];
	const own = new Set<number>([command.pid]);
	let running = false;
	const pulled = new Set<string>();
	const asked = new Set<string>();
	for (const event of trace) {
		if (event.seq < command.seq) continue;
		if ((event.type === "cli.exit" || event.type === "process.exit") && event.pid === command.pid) {
			steps.push(event);
			break;
		}
		if (!belongs(event, { own, running, pulled, asked, command })) continue;
		if (event.type === "container.step" && event.step === "running") running = true;
		if (event.type === "container.step" && event.step === "exited") running = false;
		// Without a daemon nobody says so: from its own program on the container runs.
		if (command.program === "runc" && event.type === "process.exec" && !isRunc(event.argv)) running = true;
		steps.push(event);
	}
	return steps;
}

/** What is known of the command while its events are gone through. */
interface Followed {
	command: RunCommand;
	/** Processes that were made for it. */
	own: Set<number>;
	/** Whether its container runs, so that what happens is the learner's doing. */
	running: boolean;
	/** Layers with the states they have told of. */
	pulled: Set<string>;
	/** Its requests, by their keys. */
	asked: Set<string>;
}
function belongs(event: TraceEvent, { command, own, running, pulled, asked }: Followed): boolean {
	switch (event.type) {
		case "cli.command":
			return event.seq === command.seq;
		case "syscall":
		case "syscall.missing":
		case "process.signal":
		case "net.connect":
		// its hops are the Network picture's
		case "net.hop":
			return false;
		case "http.request":
			if (!asks(event, command)) return false;
			asked.add(keyOf(event));
			return true;
		case "http.response":
		case "http.upgrade":
			return asked.has(keyOf(event));
		case "process.fork":
			if (running) return false;
			if (event.nspid !== event.pid || event.flags.length > 0) own.add(event.pid);
			return event.nspid !== event.pid || event.flags.length > 0;
		case "process.exec":
			return event.seq === command.seq || (own.has(event.pid) && event.pid !== command.pid);
		case "process.exit":
			return own.has(event.pid) && event.pid !== command.pid;
		case "overlay.copyUp":
		case "overlay.create":
		case "overlay.whiteout":
		case "overlay.opaque":
			return running && own.has(event.pid);
		case "pull.layer": {
			// A layer tells of every piece it gets: one step when it begins to come, and one for each thing done with it.
			const key = `${event.digest} ${event.state}`;
			if (pulled.has(key) || event.state === "waiting") return false;
			pulled.add(key);
			return true;
		}
		default:
			return !running || event.layer === "dockerd" || event.layer === "shim" || event.layer === "runc" || event.layer === "api";
	}
}
/** The page's questions and other commands' requests come over the same socket; who is at its other end tells them apart. */
function asks({ peer, client, method, path }: Extract<TraceEvent, { type: "http.request" }>, command: RunCommand): boolean {
	if (peer !== undefined) return peer === command.pid;
	return client !== OWN_CLIENT && !(method === "GET" && isQuestion(path));
}
const isQuestion = (path: string): boolean => /\/(json|changes|history|_ping|version|info|events)(\?|$)/.test(path);

/** `docker run -it busybox sh`, whatever path docker was called by. */
export const commandLine = ({ program, argv }: Pick<RunCommand, "program" | "argv">): string =>
	[program, ...argv.slice(1)].join(" ");
