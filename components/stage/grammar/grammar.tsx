// One grammar for every picture: what a thing is drawn as, wherever it is drawn. Learn it once, read it everywhere.

import type { ReactNode } from "react";
import styles from "./grammar.module.css";
import { markOf } from "./mark";

/** Patterns that the shapes refer to; once in each picture. */
export function Patterns() {
	return (
		<defs>
			<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
				<path d="M0 0V7" className={styles.hatchLine} />
			</pattern>
		</defs>
	);
}

/** The mark of a digest: same digest, same mark. */
export function DigestMark({ digest, x, y, size = 15 }: { digest: string; x: number; y: number; size?: number }) {
	const { cells, hue } = markOf(digest);
	const cell = size / 5;
	const filled = cells.flatMap((row, at) =>
		row.flatMap((on, column) => (on ? [`M${column * cell} ${at * cell}h${cell}v${cell}h${-cell}z`] : [])),
	);
	return (
		<g transform={`translate(${x} ${y})`} className={styles.mark}>
			<path d={filled.join("")} style={{ fill: `oklch(var(--mark-light) var(--mark-chroma) ${hue})` }} />
		</g>
	);
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}
/** Content: a slab. Read-only is solid and cool; read-write is open and warm with a dashed edge. */
export function Slab({ box, kind, lit }: { box: Box; kind: "read-only" | "read-write"; lit?: boolean }) {
	return (
		<rect {...box} rx={2} className={kind === "read-only" ? styles.readOnly : styles.readWrite} data-lit={lit || undefined} />
	);
}

/** What covers something below: hatched. */
export function Whiteout({ box }: { box: Box }) {
	return <rect {...box} rx={2} className={styles.whiteout} fill="url(#hatch)" />;
}

/** A copied file hangs on a thread from the slab it came from. */
export function Thread({ x, from, to }: { x: number; from: number; to: number }) {
	return (
		<g className={styles.thread}>
			<path d={`M${x} ${from}V${to}`} />
			<circle cx={x} cy={from} r={2.5} />
			<circle cx={x} cy={to} r={3.5} className={styles.threadEnd} />
		</g>
	);
}

/** A process: a circle with its PID inside the namespace, and the one outside below it. */
export function Process({ x, y, r = 11, inner, outer }: { x: number; y: number; r?: number; inner: number; outer?: number }) {
	return (
		<g className={styles.process}>
			<circle cx={x} cy={y} r={r} />
			<text x={x} y={y} dy="0.35em" textAnchor="middle">
				{inner}
			</text>
			{outer !== undefined && outer !== inner && (
				<text x={x} y={y + r + 10} textAnchor="middle" className={styles.outer}>
					{outer}
				</text>
			)}
		</g>
	);
}

/** An API call: an envelope; an answer: the open one, with its status beside it. */
export function Envelope({ x, y, open }: { x: number; y: number; open?: boolean }) {
	return (
		<g className={styles.envelope} transform={`translate(${x - 10} ${y - 7})`}>
			<rect width="20" height="14" rx="1.5" />
			<path d={open ? "M0.5 1 10 -6 19.5 1" : "M0.5 1 10 8.5 19.5 1"} />
		</g>
	);
}

/** A namespace or cgroup: an enclosure with its name on the edge. */
export function Enclosure({ box, name, children }: { box: Box; name: string; children?: ReactNode }) {
	return (
		<g className={styles.enclosure}>
			<rect {...box} rx={8} />
			<text x={box.x + 12} y={box.y} dy="0.35em">
				{name}
			</text>
			{children}
		</g>
	);
}
