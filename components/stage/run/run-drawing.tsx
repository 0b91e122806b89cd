"use client";
// The lanes with the command's way through them; the vertical line is now, and can be dragged. The keyboard has the slider below.

import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import type { TraceEvent } from "../../../engine/trace/event";
import { meaningsIn } from "../../console/find-links";
import { machineStore } from "../../machine/store";
import { useLocale, useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { Halo, Live } from "../grammar/live";
import { useSize } from "../use-size";
import { describe } from "./describe";
import { nearestStep, readableTime, runLayout } from "./layout";
import styles from "./run.module.css";
import { StepGlyph } from "./step-glyph";

/** Width of the lanes' names, which stay while the picture scrolls. */
const LABELS = 84;

interface Props {
	steps: TraceEvent[];
	at: number;
	go: (step: number) => void;
}

export function RunDrawing({ steps, at, go }: Props) {
	const words = useWords().run;
	const locale = useLocale();
	const svg = useRef<SVGSVGElement>(null);
	const dragging = useRef(false);
	const { ref, element: box, width, height } = useSize();
	const layout = useMemo(() => runLayout(steps, { width: width - LABELS, height }), [steps, width, height]);
	const now = layout.steps[at];
	const nowX = now?.x ?? 0;

	// Keeps now in sight.
	useEffect(() => {
		if (!box || dragging.current) return;
		const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
		const seen = box.clientWidth - LABELS;
		if (nowX < box.scrollLeft + 20 || nowX > box.scrollLeft + seen - 20)
			box.scrollTo({ left: nowX - seen * 0.6, behavior: smooth });
	}, [nowX, box]);

	function drag(event: PointerEvent<SVGSVGElement>): void {
		const box = svg.current?.getBoundingClientRect();
		if (box) go(nearestStep(layout, event.clientX - box.left));
	}
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption}>
			<svg width={LABELS} height={layout.height} className={styles.lanes} aria-hidden="true">
				{layout.lanes.map(({ layer, y }) => (
					<text
						key={layer}
						x={6}
						y={y}
						dy="0.35em"
						className={styles.laneName}
						data-now={now?.event.layer === layer || undefined}
					>
						{fitText(words.lanes[layer], LABELS - 8, 13)}
					</text>
				))}
			</svg>
			<svg
				ref={svg}
				width={layout.width}
				height={layout.height}
				viewBox={`0 0 ${layout.width} ${layout.height}`}
				className={styles.picture}
				role="img"
				aria-label={now ? `${words.caption}. ${words.step(at + 1, steps.length)}: ${describe(now.event)[locale]}` : words.caption}
				onPointerDown={(event) => {
					dragging.current = true;
					event.currentTarget.setPointerCapture(event.pointerId);
					drag(event);
				}}
				onPointerMove={(event) => dragging.current && drag(event)}
				onPointerUp={() => {
					dragging.current = false;
				}}
				onPointerCancel={() => {
					dragging.current = false;
				}}
			>
				{layout.lanes.map(({ layer, y }) => (
					<path key={layer} d={`M0 ${y}H${layout.width}`} className={styles.laneLine} />
				))}
				{layout.ticks.map(({ x, at: ms }) => (
					<text key={x} x={x} y={14} className={styles.tick} textAnchor={x > layout.width - 48 ? "end" : "start"}>
						{readableTime(ms)}
					</text>
				))}
				<path d={layout.path(layout.steps.length)} className={styles.wayAhead} />
				<path d={layout.path(at)} className={styles.way} />
				<g className={styles.now}>
					<path d={`M${nowX} 20V${layout.height}`} />
					<path d={`M${nowX - 7} 18h14l-7 9z`} className={styles.nowHandle} />
				</g>
				{layout.steps.map((placed, index) => (
					<Live
						key={placed.event.seq}
						means={() => meaningsIn(JSON.stringify(placed.event), machineStore.getState().world)}
						className={styles.glyph}
						data-state={index === at ? "now" : index < at ? "past" : "ahead"}
					>
						<Halo x={placed.x - 6.5} y={placed.y - 11} width={13} height={22} />
						<StepGlyph event={placed.event} x={placed.x} y={placed.y} now={index === at} />
					</Live>
				))}
			</svg>
		</section>
	);
}
