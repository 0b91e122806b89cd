// Watches what the terminals print and how docker commands end, and offers the explanation of an error that it knows.

import { type ExplainedError, errorIn, errorOfExit } from "@/content/errors";
import type { TraceEvent } from "../../engine/trace/event";
import { machineStore } from "../machine/store";
import { helpStore } from "./help-store";

const KEPT = 8192;
const LOOK_AFTER_MS = 150;

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

interface Command {
	verb: string;
	/** As `Date.now()` tells it. */
	began: number;
}
interface End {
	code: number;
	began: number;
}
/** The last docker command that ended with a code which says something by itself. */
function endAmong(events: readonly TraceEvent[], commands: Map<number, Command>): End | undefined {
	let end: End | undefined;
	for (const event of events) {
		if (event.type === "cli.command") {
			const verb = event.argv.slice(1).find((word) => word !== "container" && !word.startsWith("-"));
			commands.set(event.pid, { verb: verb ?? "", began: Date.now() });
		} else if (event.type === "cli.exit") {
			const command = commands.get(event.pid);
			if (command && ENDS_LIKE_ITS_PROCESS.has(command.verb)) end = { code: event.code, began: command.began };
			commands.delete(event.pid);
		}
	}
	return end;
}

let watching = false;
/** Begins to watch the ends of commands, once. */
export function watchExits(): void {
	if (watching) return;
	watching = true;
	const commands = new Map<number, Command>();
	let seen = machineStore.getState().trace.at(-1)?.seq ?? 0;
	machineStore.subscribe(({ trace }, before) => {
		if (trace === before.trace) return;
		const fresh = trace.filter(({ seq }) => seq > seen);
		if (trace.length === 0) seen = 0;
		seen = trace.at(-1)?.seq ?? 0;
		const end = endAmong(fresh, commands);
		const error = end && errorOfExit(end.code);
		if (!error) return;
		// A message of the command says more than its code: it is given time to come, and is not replaced.
		setTimeout(() => offered < end.began && offer(error), LOOK_AFTER_MS * 3);
	});
}
