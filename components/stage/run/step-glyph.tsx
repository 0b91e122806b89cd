"use client";
// An event of the Run picture as the grammar draws it.

import type { ContainerStep, TraceEvent } from "../../../engine/trace/event";
import { DigestMark, Envelope, Process, Slab } from "../grammar/grammar";
import styles from "./run.module.css";

/** A step of docker run → its number, as lessons count them. */
const NUMBERS: Partial<Record<ContainerStep, number>> = { image: 1, create: 2, rootfs: 3, network: 4, start: 5, exited: 6 };

export function StepGlyph({ event, x, y, now }: { event: TraceEvent; x: number; y: number; now: boolean }) {
	if (event.type === "container.step" && NUMBERS[event.step])
		return (
			<g className={styles.number} data-now={now || undefined}>
				<circle cx={x} cy={y} r={now ? 11 : 9} />
				<text x={x} y={y} dy="0.35em" textAnchor="middle">
					{NUMBERS[event.step]}
				</text>
			</g>
		);
	// Steps stand close: what is not now is a mark in its lane, so that now can be read.
	if (!now)
		return event.type === "http.request" ? (
			<rect x={x - 6} y={y - 4.5} width={12} height={9} rx={1} className={styles.letter} />
		) : (
			<circle cx={x} cy={y} r={3.5} className={styles.dot} />
		);
	switch (event.type) {
		case "http.request":
			return <Envelope x={x} y={y} />;
		case "http.response":
		case "http.upgrade":
			return <Envelope x={x} y={y} open />;
		case "process.fork":
			return <Process x={x} y={y} inner={event.nspid} outer={event.pid} />;
		case "process.exec":
		case "process.exit":
			return <Process x={x} y={y} inner={event.pid} />;
		case "shim.start":
			return <Process x={x} y={y} inner={event.pid} />;
		case "snapshot.prepare":
			return <Slab box={{ x: x - 14, y: y - 7, width: 28, height: 14 }} kind="read-write" lit />;
		case "snapshot.commit":
			return <Slab box={{ x: x - 14, y: y - 7, width: 28, height: 14 }} kind="read-only" lit />;
		case "pull.layer":
			return (
				<>
					<Slab box={{ x: x - 14, y: y - 10, width: 28, height: 20 }} kind="read-only" />
					<DigestMark digest={event.digest} x={x - 7} y={y - 7} size={14} />
				</>
			);
		case "pull.end":
			return <DigestMark digest={event.digest || "0"} x={x - 8} y={y - 8} size={16} />;
		default:
			return <circle cx={x} cy={y} r={7} className={styles.nowDot} />;
	}
}
