// Progress on a terminal: a list of steps with their times that is drawn again and again, the last lines of what runs below it.

import type { LogScreen } from "./log-screen";
import { isCompleted, LOG_COLUMNS_LESS, LOG_LINES, progressOf, type Step, secondsOf, type Trace, wasCanceled } from "./trace";

const BLUE = "\x1b[34m";
const RED = "\x1b[31m";
const YELLOW = "\x1b[33m";
const FAINT = "\x1b[2m";
const RESET = "\x1b[0m";

interface Row {
	name: string;
	status: string;
	seconds: number;
	completed: boolean;
	colour: string;
	/** What the command that runs has said. */
	log?: LogScreen;
}

export class TtyDisplay {
	/** How many lines the last drawing had. */
	private drawn = 0;

	constructor(
		private readonly trace: Trace,
		private readonly title: string,
		private readonly plainColours: boolean,
	) {}

	/** @param now nanoseconds since 1970 */
	draw(now: bigint, columns: number, lines: number, last: boolean): string {
		const { trace } = this;
		const steps = [...trace.steps.values()];
		const done = steps.filter(isCompleted).length;
		const total = trace.vertexes.size;
		const finished = last && done > 0 && done === total ? "FINISHED" : "";
		const head = `[+] Building ${secondsOf(trace.started, now).toFixed(1)}s (${done}/${total}) ${finished}`;
		const rows = this.rows(steps, now);
		const withLogs = talking(rows, lines);
		const height = lines - 2 - [...withLogs].reduce((sum, { log }) => sum + log!.lines.length, 0);
		const shown = last ? rows : fitting(rows, height);
		let out = this.drawn > 0 ? `\x1b[${this.drawn}A` : "";
		out += `\x1b[0G\x1b[?25l${aligned(head, this.title, columns - 1).slice(0, columns - 1)}\x1b[K\n`;
		let count = 1;
		for (const row of shown) {
			const line = this.line(row, columns);
			if (line === "") continue;
			out += `${line}\x1b[K\n`;
			count++;
			if (!withLogs.has(row)) continue;
			row.log!.resize(columns - LOG_COLUMNS_LESS);
			for (const text of row.log!.lines) {
				out += `${this.coloured(` => => # ${text}`, FAINT)}\x1b[K\n`;
				count++;
			}
		}
		// what an earlier drawing had further down
		for (let at = count; at < this.drawn; at++) out += "\x1b[K\n";
		if (this.drawn > count) out += `\x1b[${this.drawn - count}A`;
		this.drawn = count;
		return `${out}\x1b[?25h`;
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
				log: step.screen,
			};
			const begun = [...step.tasks.values()].filter(({ started }) => started !== undefined);
			const tasks = begun.map(
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
					completed: false,
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
		const line = aligned(words, timer, columns - 1);
		return completed ? this.coloured(line, colour) : line;
	}
	private coloured(text: string, colour: string): string {
		return this.plainColours ? text : `${colour}${text}${RESET}`;
	}
}

const aligned = (left: string, right: string, columns: number): string =>
	left + " ".repeat(Math.max(0, columns - left.length - right.length)) + right;

/** Below a step there is to be room for its lines and some others. */
const LOG_ROOM = LOG_LINES + 3;

/** Of the steps that run, those whose output is shown, where there is room: the ones that say most. */
function talking(rows: readonly Row[], lines: number): Set<Row> {
	const running = rows.filter(({ completed }) => !completed);
	const candidates = running.filter(({ log }) => log !== undefined && log.bytes > 0).sort((a, b) => b.log!.bytes - a.log!.bytes);
	const room = Math.ceil((lines - 2 - running.length) / LOG_ROOM) - 1;
	return new Set(candidates.slice(0, Math.max(0, room)));
}

/** The last ones; what still runs of those above takes the place of what is done. */
function fitting(rows: readonly Row[], height: number): Row[] {
	if (rows.length <= height) return [...rows];
	const from = rows.length - Math.max(0, height);
	const shown = rows.slice(from);
	const hidden = rows.slice(0, from).filter(({ completed }) => !completed);
	const left = shown.filter(({ completed }, at) => !completed || at >= hidden.length);
	return [...hidden.slice(hidden.length - (shown.length - left.length)), ...left];
}
