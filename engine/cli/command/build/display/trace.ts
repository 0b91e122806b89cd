// What is known of a build while it runs, from its status messages: steps, what they do, what they say.

import type { BuildStatus, StatusTask, StatusVertex, StatusWarning } from "../../../../api/build-status";
import { text } from "../../../../lib/bytes";
import { fixed } from "../../../../lib/round";
import { LogScreen } from "./log-screen";

const SECOND = 1_000_000_000;

/** A step that has begun. */
export interface Step {
	vertex: StatusVertex;
	/** Its number in plain output, from 1; 0 while it has none. */
	index: number;
	tasks: Map<string, StatusTask>;
	/** Names of tasks that have changed since they were printed. */
	changed: Set<string>;
	/** Lines that have not been printed, each with its time; the last may not be whole. */
	lines: string[];
	partial: boolean;
	/** How much of the first line has been printed. */
	printed: number;
	/** Its output as a small terminal shows it. */
	screen: LogScreen;
	/** The last lines, for when it fails. */
	kept: string[];
	warnings: StatusWarning[];
	warned: number;
	/** Updates since it was last shown, and since when. */
	count: number;
	since: number;
}
export const secondsOf = (from: bigint | undefined, to: bigint | undefined): number =>
	from === undefined || to === undefined ? 0 : Math.max(0, Number(to - from) / SECOND);
export const isCompleted = ({ vertex }: Step): boolean => vertex.completed !== undefined;
export const wasCanceled = ({ vertex }: Step): boolean => vertex.error.endsWith("context canceled");

/** Lines of a running step's output on a terminal, and by how much they are shorter than the terminal's. */
export const LOG_LINES = 6;
export const LOG_COLUMNS_LESS = 10;
const KEPT = 10;
/** A step's whole output fits into memory, but not any output. */
const KEPT_LINES = 1000;

export class Trace {
	/** All that are known, begun or not. */
	readonly vertexes = new Map<string, StatusVertex>();
	/** Those that have begun, in that order. */
	readonly steps = new Map<string, Step>();
	/** Digests of steps that have something new to show. */
	readonly updates = new Set<string>();
	readonly warnings: StatusWarning[] = [];
	started: bigint | undefined;

	/** @param now milliseconds */
	update({ vertexes, statuses, logs, warnings }: BuildStatus, now: number): void {
		for (const vertex of vertexes) {
			this.vertexes.set(vertex.digest, vertex);
			if (vertex.started === undefined) continue;
			this.started ??= vertex.started;
			const step = this.steps.get(vertex.digest) ?? begun(vertex, now);
			step.vertex = vertex;
			this.steps.set(vertex.digest, step);
			this.touch(step, now);
		}
		for (const task of statuses) {
			const step = this.steps.get(task.vertex);
			if (!step) continue;
			step.tasks.set(task.id, task);
			step.changed.add(task.id);
			this.touch(step, now);
		}
		for (const warning of warnings) {
			this.warnings.push(warning);
			const step = this.steps.get(warning.vertex);
			// a step that has ended is not shown anew for them: they come once more at the end
			step?.warnings.push(warning);
		}
		for (const { vertex, timestamp, data } of logs) {
			const step = this.steps.get(vertex);
			if (!step) continue;
			const output = text(data);
			step.screen.write(output);
			addLines(step, secondsOf(step.vertex.started, timestamp), output);
			this.touch(step, now);
		}
	}
	private touch(step: Step, now: number): void {
		if (step.count++ === 0) step.since = now;
		this.updates.add(step.vertex.digest);
	}
}

const begun = (vertex: StatusVertex, now: number): Step => ({
	vertex,
	index: 0,
	tasks: new Map(),
	changed: new Set(),
	lines: [],
	partial: false,
	printed: 0,
	screen: new LogScreen(LOG_LINES, 80 - LOG_COLUMNS_LESS),
	kept: [],
	warnings: [],
	warned: 0,
	count: 0,
	since: now,
});

function addLines(step: Step, seconds: number, output: string): void {
	const time = seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
	const pieces = output.split("\n");
	const whole = pieces.at(-1) === "";
	if (whole) pieces.pop();
	for (const [at, piece] of pieces.entries()) {
		if (at === 0 && step.partial && step.lines.length > 0) step.lines[step.lines.length - 1] += piece;
		else step.lines.push(`${time} ${piece}`);
	}
	step.partial = !whole;
	if (step.lines.length > KEPT_LINES) step.lines.splice(0, step.lines.length - KEPT_LINES);
}

/** Lines that have been printed: the last ones are shown again when the step fails. */
export function keep(step: Step, lines: readonly string[]): void {
	step.kept = [...step.kept, ...lines].slice(-KEPT);
}

/** What is printed at the end for each step that has failed. */
export function errorLogs(trace: Trace): string {
	const failed = [...trace.steps.values()].filter((step) => step.vertex.error !== "" && !wasCanceled(step));
	return failed
		.map((step) => {
			const lines = [...step.kept, ...step.lines].map((line) => `${line}\n`);
			return `------\n > ${step.vertex.name}:\n${lines.join("")}------\n`;
		})
		.join("");
}

/** "1.23kB", as BuildKit prints sizes. */
export function sizeText(bytes: number): string {
	const units = ["B", "kB", "MB", "GB", "TB"];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 ? value : fixed(value, 2)}${units[unit]}`;
}
export const progressOf = ({ current, total }: StatusTask): string =>
	total !== 0 ? `${sizeText(current)} / ${sizeText(total)}` : current !== 0 ? sizeText(current) : "";
