// Where the events of the Run picture stand: lanes from top to bottom, time from left to right. Long waits are drawn short
// and say how long they were. Pure.

import { scaleLinear } from "d3-scale";
import type { Layer, TraceEvent } from "../../../engine/trace/event";
import { LANES } from "./model";

const MIN_LANE = 23;
const MAX_LANE = 58;
const LEFT = 16;
const TOP = 30;
const MIN_STEP = 13;
const MAX_STEP = 40;
/** Milliseconds between two events that are drawn at the longest distance. */
const LONG_MS = 60;
const RIGHT = 26;
const BOTTOM = 10;

export interface PlacedStep {
	event: TraceEvent;
	x: number;
	y: number;
	/** Milliseconds since the command's first event. */
	at: number;
}
export interface RunLayout {
	width: number;
	height: number;
	lanes: Array<{ layer: Layer; y: number }>;
	steps: PlacedStep[];
	/** Times written at the top: never so close that they touch, and none twice in a row. */
	ticks: Array<{ x: number; at: number }>;
	/** The way from lane to lane, as an SVG path, up to each step. */
	path(upTo: number): string;
}

/** @param room what there is; the picture grows beyond its width when its steps would be too close to tell apart */
export function runLayout(events: readonly TraceEvent[], room: { width: number; height: number }): RunLayout {
	const present = LANES.filter((lane) => events.some(({ layer }) => layer === lane));
	const laneHeight = Math.max(MIN_LANE, Math.min(MAX_LANE, (room.height - TOP - BOTTOM) / Math.max(1, present.length)));
	const lanes = present.map((layer, index) => ({ layer, y: TOP + laneHeight * (index + 0.5) }));
	const laneY = new Map(lanes.map(({ layer, y }) => [layer, y]));
	const distances = events.map((event, index) =>
		index === 0 ? 0 : distance(event.time - events[index - 1]!.time) + extra(event) + extra(events[index - 1]!),
	);
	const total = distances.reduce((sum, step) => sum + step, 0);
	const inner = Math.max(room.width - LEFT - RIGHT, total);
	const scale = scaleLinear([0, Math.max(total, 1)], [LEFT, LEFT + (events.length > 1 ? inner : 0)]);

	let along = 0;
	const began = events[0]?.time ?? 0;
	const steps = events.map((event, index): PlacedStep => {
		along += distances[index]!;
		return { event, x: scale(along), y: laneY.get(event.layer) ?? TOP, at: event.time - began };
	});
	return {
		width: LEFT + inner + RIGHT,
		height: TOP + laneHeight * lanes.length + BOTTOM,
		lanes,
		steps,
		ticks: ticksOf(steps),
		path: (upTo) => pathOf(steps.slice(0, upTo + 1)),
	};
}

/** Distance on the picture for a wait: grows with it, within bounds, so that a step is never lost and a pause never empty. */
const distance = (ms: number): number =>
	MIN_STEP + (MAX_STEP - MIN_STEP) * Math.min(1, Math.log1p(Math.max(0, ms)) / Math.log1p(LONG_MS));

/** The numbered steps are drawn larger than the rest. */
const extra = ({ type }: TraceEvent): number => (type === "container.step" ? 5 : 0);

function ticksOf(steps: PlacedStep[]): Array<{ x: number; at: number }> {
	const ticks: Array<{ x: number; at: number }> = [];
	let free = Number.NEGATIVE_INFINITY;
	for (const { x, at } of steps) {
		if (x < free || (ticks.length > 0 && readableTime(at) === readableTime(ticks.at(-1)!.at))) continue;
		ticks.push({ x, at });
		free = x + 74;
	}
	return ticks;
}

/** Along a lane, then straight to the next lane where the next event is. */
function pathOf(steps: PlacedStep[]): string {
	let path = "";
	let before: PlacedStep | undefined;
	for (const step of steps) {
		if (!before) path = `M${step.x} ${step.y}`;
		else if (before.y === step.y) path += `H${step.x}`;
		else path += `H${(before.x + step.x) / 2}V${step.y}H${step.x}`;
		before = step;
	}
	return path;
}

/** The step that is nearest to a place on the picture. */
export function nearestStep(layout: RunLayout, x: number): number {
	let best = 0;
	for (let index = 1; index < layout.steps.length; index++)
		if (Math.abs(layout.steps[index]!.x - x) < Math.abs(layout.steps[best]!.x - x)) best = index;
	return best;
}

/** Milliseconds as a reader likes them. */
export const readableTime = (ms: number): string =>
	ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
