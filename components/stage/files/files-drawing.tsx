"use client";
// The three columns. A copied file's thread goes from the layer it came from to the container's own.

import type { FileEntry } from "../../../engine/host/browser/facade";
import { humanSize } from "../../machine/bytes";
import { useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { Patterns, Slab, Whiteout } from "../grammar/grammar";
import { shortId } from "../grammar/mark";
import styles from "./files.module.css";
import { isWhiteout, type OverlayRow } from "./overlay";
import type { OverlayView } from "./use-overlay";

const COLUMN = 196;
const GAP = 34;
const ROW = 32;
const HEAD = 50;
const SHOWN = 120;
const WIDTH = COLUMN * 3 + GAP * 2 + 4;

interface Props {
	view: OverlayView | undefined;
	rows: OverlayRow[];
	go: (path: string) => void;
}

export function FilesDrawing({ view, rows, go }: Props) {
	const words = useWords().files;
	if (!view) return null;
	const shown = rows.slice(0, SHOWN);
	const height = HEAD + Math.max(1, shown.length) * ROW + (rows.length > SHOWN ? ROW : 4);
	const enter = (name: string): void => go(`${view.path === "/" ? "" : view.path}/${name}`);
	return (
		<div className={styles.place}>
			{/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
			<svg
				width={WIDTH}
				height={height}
				viewBox={`0 0 ${WIDTH} ${height}`}
				className={styles.picture}
				role="group"
				aria-label={words.caption}
			>
				<Patterns />
				<ColumnHead x={2} name={words.lower} about={`${words.lowerAbout} × ${view.dirs.lowers.length}`} />
				<ColumnHead x={2 + COLUMN + GAP} name={words.upper} about={`${words.upperAbout} · ${snapshotOf(view.dirs.upper)}`} />
				<ColumnHead x={2 + (COLUMN + GAP) * 2} name={words.merged} about={words.mergedAbout} />
				{shown.map((row, index) => (
					<Row key={row.name} row={row} y={HEAD + index * ROW} enter={enter} />
				))}
				{shown.length === 0 && (
					<text x={WIDTH / 2} y={HEAD + 24} textAnchor="middle" className={styles.small}>
						{view.rows.length === 0 ? words.nothing : words.nothingChanged}
					</text>
				)}
				{rows.length > SHOWN && (
					<text x={WIDTH / 2} y={height - 10} textAnchor="middle" className={styles.small}>
						{words.more(rows.length - SHOWN)}
					</text>
				)}
			</svg>
		</div>
	);
}

/** The number of the snapshot that a directory belongs to, as one can look it up on the host. */
const snapshotOf = (directory: string): string => /snapshots\/(\d+)\/fs$/.exec(directory)?.[0] ?? shortId(directory);

function ColumnHead({ x, name, about }: { x: number; name: string; about: string }) {
	return (
		<>
			<text x={x} y={18} className={styles.head}>
				{name}
			</text>
			<text x={x} y={36} className={styles.small}>
				{fitText(about, COLUMN, 12)}
			</text>
		</>
	);
}

function Row({ row, y, enter }: { row: OverlayRow; y: number; enter: (name: string) => void }) {
	const words = useWords().files;
	const isDirectory = row.merged?.type === "directory";
	const [lowerX, upperX, mergedX] = [2, 2 + COLUMN + GAP, 2 + (COLUMN + GAP) * 2];
	const height = ROW - 6;
	const middle = y + height / 2;
	return (
		<g className={styles.row} data-kind={row.kind}>
			{row.lower && (
				<Cell
					x={lowerX}
					y={y}
					entry={row.lower.entry}
					note={words.layer(row.lower.layer)}
					kind="read-only"
					faint={row.kind === "covered"}
				/>
			)}
			{row.lowerWhiteout !== undefined && <WhiteoutCell x={lowerX} y={y} name={row.name} note={words.layer(row.lowerWhiteout)} />}
			{row.kind === "copied" && row.lower && (
				<g className={styles.thread}>
					<path d={`M${lowerX + COLUMN} ${middle}H${upperX}`} />
					<path d={`M${upperX - 7} ${middle - 4}l7 4 -7 4`} />
				</g>
			)}
			{row.upper && !isWhiteout(row.upper) && (
				<Cell
					x={upperX}
					y={y}
					entry={row.upper}
					note={row.upper.opaque ? words.opaque : row.kind === "copied" ? words.copiedUp : row.kind === "new" ? words.added : ""}
					kind="read-write"
					lit={row.kind === "new" || row.kind === "copied"}
				/>
			)}
			{row.upper && isWhiteout(row.upper) && <WhiteoutCell x={upperX} y={y} name={row.name} note={words.whiteout} />}
			{row.merged ? (
				isDirectory ? (
					// biome-ignore lint/a11y/useSemanticElements: there is no button in SVG
					<g
						role="button"
						tabIndex={0}
						className={styles.enter}
						aria-label={`${row.name}/`}
						onClick={() => enter(row.name)}
						onKeyDown={(event) => {
							if (event.key !== "Enter" && event.key !== " ") return;
							event.preventDefault();
							enter(row.name);
						}}
					>
						<Cell x={mergedX} y={y} entry={row.merged} note="›" kind="merged" />
					</g>
				) : (
					<Cell x={mergedX} y={y} entry={row.merged} note={humanSize(row.merged.size)} kind="merged" />
				)
			) : (
				<text x={mergedX + 10} y={middle} dy="0.35em" className={styles.absent}>
					{fitText(row.name, COLUMN - 20, 13, true)}
				</text>
			)}
		</g>
	);
}

interface CellProps {
	x: number;
	y: number;
	entry: FileEntry;
	note: string;
	kind: "read-only" | "read-write" | "merged";
	lit?: boolean;
	faint?: boolean;
}
function Cell({ x, y, entry, note, kind, lit, faint }: CellProps) {
	const box = { x, y, width: COLUMN, height: ROW - 6 };
	const name =
		entry.type === "directory"
			? `${entry.name}/`
			: entry.type === "symlink"
				? `${entry.name} → ${entry.target ?? ""}`
				: entry.name;
	return (
		<g data-faint={faint || undefined} className={styles.cell}>
			{kind === "merged" ? <rect {...box} rx={2} className={styles.merged} /> : <Slab box={box} kind={kind} lit={lit} />}
			<text x={x + 10} y={y + (ROW - 6) / 2} dy="0.35em" className={styles.name}>
				{fitText(name, COLUMN - 24 - note.length * 8, 13, true)}
			</text>
			<text x={x + COLUMN - 9} y={y + (ROW - 6) / 2} dy="0.35em" textAnchor="end" className={styles.small}>
				{note}
			</text>
		</g>
	);
}

function WhiteoutCell({ x, y, name, note }: { x: number; y: number; name: string; note: string }) {
	const label = fitText(name, COLUMN - 90, 13, true);
	return (
		<g>
			<Whiteout box={{ x, y, width: COLUMN, height: ROW - 6 }} />
			<text x={x + 10} y={y + (ROW - 6) / 2} dy="0.35em" className={styles.onHatch}>
				{label}
			</text>
			<text x={x + COLUMN - 9} y={y + (ROW - 6) / 2} dy="0.35em" textAnchor="end" className={styles.onHatch}>
				{note}
			</text>
		</g>
	);
}
