// Watches what the terminals print and how docker commands end, and offers the explanation of an error that it knows.

import { type ExplainedError, errorIn, errorOfExit } from "@/content/errors";
import type { TraceEvent } from "../../engine/trace/event";
import { machineStore } from "../machine/store";
import { helpStore } from "./help-store";

const KEPT = 8192;
const LOOK_AFTER_MS = 150;
/** A command's message and its end belong together when they are no further apart. */
const TOGETHER_MS = 2500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told of colours by them
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*(?:\x07|\x1b\\)|[@-_])|\r/g;

/** What a terminal prints since the last Enter, read when it pauses. */
export class OutputWatch {
	private readonly decoder = new TextDecoder();
	private text = "";
	private timer: ReturnType<typeof setTimeout> | undefined;

	printed(bytes: Uint8Array): void {
		this.text = (this.text + this.decoder.decode(bytes, { stream: true })).slice(-KEPT);
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.look(), LOOK_AFTER_MS);
	}
	private look(): void {
		const lines = this.text.replace(ESCAPES, "");
		const found = errorIn(lines);
		// The last line may still be going on.
		this.text = lines.slice(lines.lastIndexOf("\n") + 1);
		if (found) offer(found);
	}
}

let offered = 0;
function offer(error: ExplainedError): void {
	offered = Date.now();
	helpStore.setState({ error });
}

const ENDS_LIKE_ITS_PROCESS = new Set(["run", "exec", "start", "attach"]);

/** The last docker command that ended with a code which says something by itself. */
function exitAmong(events: readonly TraceEvent[], commands: Map<number, string>): number | undefined {
	let code: number | undefined;
	for (const event of events) {
		if (event.type === "cli.command") {
			const verb = event.argv.slice(1).find((word) => word !== "container" && !word.startsWith("-"));
			commands.set(event.pid, verb ?? "");
		} else if (event.type === "cli.exit") {
			if (ENDS_LIKE_ITS_PROCESS.has(commands.get(event.pid) ?? "")) code = event.code;
			commands.delete(event.pid);
		}
	}
	return code;
}

let watching = false;
/** Begins to watch the ends of commands, once. */
export function watchExits(): void {
	if (watching) return;
	watching = true;
	const commands = new Map<number, string>();
	let seen = machineStore.getState().trace.at(-1)?.seq ?? 0;
	machineStore.subscribe(({ trace }, before) => {
		if (trace === before.trace) return;
		const fresh = trace.filter(({ seq }) => seq > seen);
		if (trace.length === 0) seen = 0;
		seen = trace.at(-1)?.seq ?? 0;
		const code = exitAmong(fresh, commands);
		const error = code === undefined ? undefined : errorOfExit(code);
		if (!error) return;
		// A message says more than a code: it is given time to come, and is not replaced.
		setTimeout(() => Date.now() - offered > TOGETHER_MS && offer(error), LOOK_AFTER_MS * 3);
	});
}
