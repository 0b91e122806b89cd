// Writing what a process does, line by line as strace(1) does. A call that waits leaves its line open; when another task speaks
// meanwhile, the line ends in "<unfinished ...>" and is taken up again later.

import { SIGNALS } from "../../lib/linux";
import type { Report } from "../../sys";
import type { Options } from "./options";

/** Results are aligned at this column (-a). */
const COLUMN = 40;

type Call = Extract<Report, { kind: "call" }>;
type Waits = Extract<Report, { kind: "waits" }>;

export class Writer {
	private readonly waiting = new Map<number, { shown: number; interrupted: boolean }>();
	/** Whose line is open, and how long it is. */
	private open: { pid: number; column: number } | undefined;
	private readonly pids = new Set<number>();
	private last = 0;

	constructor(
		private readonly options: Options,
		private readonly write: (text: string) => void,
	) {}

	report(report: Report): void {
		switch (report.kind) {
			case "call":
				if (this.options.wanted(report.name)) this.call(report);
				break;
			case "waits":
				if (this.options.wanted(report.name)) this.waits(report);
				break;
			case "signal":
				this.line(report, `--- ${report.name} ${report.fields} ---`);
				break;
			case "attached":
				this.pids.add(report.pid);
				if (!this.options.quiet) this.message(`Process ${report.pid} attached`);
				break;
			case "ended":
				if (!this.options.quiet) this.line(report, ended(report.status));
				this.pids.delete(report.pid);
				break;
			case "lost":
				this.message(`${report.count} calls were too fast to be written down`);
		}
	}
	/** strace's own words. */
	message(words: string): void {
		this.interrupt();
		this.write(`strace: ${words}\n`);
	}
	known(pid: number): void {
		this.pids.add(pid);
	}

	private call(report: Call): void {
		const { pid, name, args, result } = report;
		const begun = this.waiting.get(pid);
		this.waiting.delete(pid);
		const time = this.options.duration ? ` <${((report.ended - report.began) / 1000).toFixed(6)}>` : "";
		const rest = args.slice(begun?.shown ?? 0).join(", ");
		let start = "";
		if (!begun) start = `${this.begin(report)}${name}(`;
		else if (begun.interrupted) start = `${this.begin(report)}<... ${name} resumed>`;
		const text = `${start}${rest})`;
		const column = (this.open?.column ?? 0) + text.length;
		this.open = undefined;
		this.write(`${text}${" ".repeat(Math.max(0, COLUMN - 1 - column))} = ${result}${time}\n`);
	}
	private waits(report: Waits): void {
		const { pid, name, args, whole } = report;
		const text = `${this.begin(report)}${name}(${args.join(", ")}${whole || args.length === 0 ? "" : ", "}`;
		this.waiting.set(pid, { shown: args.length, interrupted: false });
		this.open = { pid, column: text.length };
		this.write(text);
	}
	private line(report: Report, words: string): void {
		this.write(`${this.begin(report)}${words}\n`);
	}
	/** What stands before a line; an open line is ended. */
	private begin(report: Report): string {
		this.interrupt();
		return this.prefix(report);
	}
	private interrupt(): void {
		if (!this.open) return;
		const waiting = this.waiting.get(this.open.pid);
		if (waiting) waiting.interrupted = true;
		this.open = undefined;
		this.write(" <unfinished ...>\n");
	}
	private prefix({ pid, time }: Report): string {
		const { output, follow, stamp } = this.options;
		const who =
			output !== undefined && follow
				? `${String(pid).padEnd(5)} `
				: this.pids.size > 1
					? `[pid ${String(pid).padStart(5)}] `
					: "";
		const since = this.last === 0 ? 0 : time - this.last;
		this.last = time;
		if (stamp === "r") return `${who}${(since / 1e6).toFixed(6).padStart(12)} `;
		return who + stamped(stamp, time);
	}
}

function stamped(stamp: Options["stamp"], micros: number): string {
	if (stamp === "") return "";
	const seconds = `${(micros / 1e6).toFixed(6)} `;
	if (stamp === "ttt") return seconds;
	const clock = new Date(micros / 1000).toISOString().slice(11, 19);
	return stamp === "t" ? `${clock} ` : `${clock}.${String(micros % 1e6).padStart(6, "0")} `;
}
const names = new Map<number, string>(Object.entries(SIGNALS).map(([name, value]) => [value, name]));
function ended(status: number): string {
	const signal = status & 0x7f;
	if (signal === 0) return `+++ exited with ${(status >> 8) & 0xff} +++`;
	return `+++ killed by ${names.get(signal) ?? signal}${status & 0x80 ? " (core dumped)" : ""} +++`;
}
