// Progress on a terminal: a list of steps with their times that is drawn again and again, the last lines of what runs below it.

import { isCompleted, progressOf, type Step, secondsOf, type Trace, wasCanceled } from "./trace";

const BLUE = "\x1b[34m";
const RED = "\x1b[31m";
const YELLOW = "\x1b[33m";
const FAINT = "\x1b[2m";
const RESET = "\x1b[0m";
const LOG_LINES = 6;

interface Row {
	name: string;
	status: string;
	seconds: number;
	completed: boolean;
	colour: string;
	/** Of the command that runs. */
	log?: string[];
}

export class TtyDisplay {
	/** How many lines the last drawing had. */
	private drawn = 0;
	private readonly logs = new Map<string, string[]>();

	constructor(
		private readonly trace: Trace,
		private readonly title: string,
		private readonly plainColours: boolean,
	) {}

	/** @param now nanoseconds since 1970 */
	draw(now: bigint, columns: number, lines: number, last: boolean): string {
		const { trace } = this;
		const steps = [...trace.steps.values()];
		for (const step of steps) this.take(step);
		const done = steps.filter(isCompleted).length;
		const total = trace.vertexes.size;
		const finished = last && done > 0 && done === total ? "FINISHED" : "";
		const head = `[+] Building ${secondsOf(trace.started, now).toFixed(1)}s (${done}/${total}) ${finished}`;
		const rows = this.rows(steps, now);
		const shown = last ? rows : fitting(rows, lines - 2);
		let out = this.drawn > 0 ? `\x1b[${this.drawn}A` : "";
		out += `\x1b[0G\x1b[?25l${aligned(head, this.title, columns - 1).slice(0, columns)}\x1b[K\n`;
		let count = 1;
		for (const row of shown) {
			const line = this.line(row, columns);
			if (line === "") continue;
			out += `${line}\x1b[K\n`;
			count++;
			for (const text of last || row.completed ? [] : (row.log ?? []).slice(-LOG_LINES)) {
				out += `${this.coloured(` => => # ${text}`.slice(0, columns), FAINT)}\x1b[K\n`;
				count++;
			}
		}
		// what an earlier drawing had further down
		for (let at = count; at < this.drawn; at++) out += "\x1b[K\n";
		if (this.drawn > count) out += `\x1b[${this.drawn - count}A`;
		this.drawn = count;
		return `${out}\x1b[?25h`;
	}

	/** Its output, for the lines below it; the trace keeps it for the error. */
	private take(step: Step): void {
		const lines = step.lines.map((line) => line.replace(/^[\d.]+ /, "").replace(/\t/g, " "));
		this.logs.set(step.vertex.digest, lines.slice(-LOG_LINES));
	}

	private rows(steps: readonly Step[], now: bigint): Row[] {
		return steps.flatMap((step) => {
			const { vertex } = step;
			const completed = isCompleted(step);
			const canceled = wasCanceled(step);
			const mark = vertex.error === "" ? (vertex.cached ? "CACHED " : "") : canceled ? "CANCELED " : "ERROR ";
			const own: Row = {
				name: mark + vertex.name.replaceAll("\t", " "),
				status: "",
				seconds: secondsOf(vertex.started, vertex.completed ?? now),
				completed,
				colour: canceled ? YELLOW : vertex.error === "" ? BLUE : RED,
				log: this.logs.get(vertex.digest),
			};
			const tasks = [...step.tasks.values()].map(
				(task): Row => ({
					name: `=> ${task.id}`,
					status: progressOf(task),
					seconds: secondsOf(task.started, task.completed ?? vertex.completed ?? now),
					completed: task.completed !== undefined,
					colour: BLUE,
				}),
			);
			const warnings = step.warnings.map(
				({ short }): Row => ({
					name: `WARN: ${short}`,
					status: "",
					seconds: own.seconds,
					completed: true,
					colour: YELLOW,
				}),
			);
			return [own, ...tasks, ...warnings];
		});
	}

	private line({ name, status, seconds, completed, colour }: Row, columns: number): string {
		const timer = ` ${(seconds < 0.05 ? 0 : seconds).toFixed(1)}s`;
		let left = columns - " => ".length - timer.length - 2;
		const withStatus = status !== "" && left + status.length > 20;
		if (withStatus) left -= status.length + 1;
		if (left < 12) return "";
		const words = ` => ${name.slice(0, left)}${withStatus ? ` ${status}` : ""}`;
		const line = aligned(words, timer, columns);
		return completed ? this.coloured(line, colour) : line;
	}
	private coloured(text: string, colour: string): string {
		return this.plainColours ? text : `${colour}${text}${RESET}`;
	}
}

const aligned = (left: string, right: string, columns: number): string =>
	left + " ".repeat(Math.max(0, columns - left.length - right.length)) + right;

/** Those that run, and as many of the last others as there is room for. */
function fitting(rows: Row[], height: number): Row[] {
	if (rows.length <= height) return rows;
	const running = rows.filter(({ completed }) => !completed);
	const room = Math.max(0, height - running.length);
	const kept = new Set([...running.slice(-height), ...rows.filter(({ completed }) => completed).slice(-room || rows.length)]);
	return rows.filter((row) => kept.has(row)).slice(-height);
}
