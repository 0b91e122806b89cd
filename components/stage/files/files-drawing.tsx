"use client";
// The three columns. A copied file's thread goes from the layer it came from to the container's own.

import type { FileEntry } from "../../../engine/host/browser/facade";
import { openFile } from "../../editor/viewer-store";
import { humanSize } from "../../machine/bytes";
import { theMachine } from "../../machine/store";
import { useWords } from "../../words/context";
import { Gradually } from "../gradually";
import { fitText } from "../grammar/fit-text";
import { Patterns, Slab, Whiteout } from "../grammar/grammar";
import { Live } from "../grammar/live";
import { useSize } from "../use-size";
import styles from "./files.module.css";
import { layerName } from "./layer-name";
import { isWhiteout, type OverlayRow } from "./overlay";
import type { OverlayView } from "./use-overlay";

const MIN_COLUMN = 96;
const MAX_COLUMN = 240;
/** Between columns: on a phone all three are to be seen at once. */
const gapIn = (room: number): number => (room < 480 ? 14 : 30);
const NARROW = 128;
const ROW = 32;
const HEAD = 50;
const SHOWN = 120;
const A_SCREENFUL = 16;

interface Props {
	view: OverlayView | undefined;
	/** The container's id. */
	container: string;
	/** Of the image's layers, the base first: their diff ids. */
	layers: readonly string[];
	/** As many of the lower directories, from the base, are layers of the image; what is above them is dockerd's own. */
	imageLayers: number;
	rows: OverlayRow[];
	go: (path: string) => void;
}

export function FilesDrawing({ view, container, layers, imageLayers, rows, go }: Props) {
	const words = useWords().files;
	const { ref, width: room } = useSize();
	const gap = gapIn(room);
	const column = Math.max(MIN_COLUMN, Math.min(MAX_COLUMN, (room - gap * 2 - 4) / 3));
	const width = column * 3 + gap * 2 + 4;
	if (!view) return null;
	const shown = rows.slice(0, SHOWN);
	const height = HEAD + Math.max(1, shown.length) * ROW + (rows.length > SHOWN ? ROW : 4);
	const within = (name: string): string => `${view.path === "/" ? "" : view.path}/${name}`;
	const enter = (name: string): void => go(within(name));
	const read = ({ name, upper, lower, merged }: OverlayRow): void => {
		// A stopped container has no merged view: the file is read where it lies.
		const { dirs } = view;
		const base = dirs.merged ?? (upper ? dirs.upper : dirs.lowers[dirs.lowers.length - (lower?.layer ?? 0)]);
		const path = within(name);
		if (merged && base) openFile({ name: path, size: merged.size, read: (limit) => theMachine()!.readFile(base + path, limit) });
	};
	return (
		<div ref={ref} className={styles.place}>
			{/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
			<svg
				width={width}
				height={height}
				viewBox={`0 0 ${width} ${height}`}
				className={styles.picture}
				role="group"
				aria-label={words.caption}
			>
				<Patterns />
				<ColumnHead
					x={2}
					width={column}
					name={words.lower}
					about={`${words.lowerAbout} × ${imageLayers}${view.dirs.lowers.length > imageLayers ? " + init" : ""}`}
				/>
				<ColumnHead
					x={2 + column + gap}
					width={column}
					name={words.upper}
					about={snapshotOf(view.dirs.upper) ?? words.upperAbout}
				/>
				<ColumnHead x={2 + (column + gap) * 2} width={column} name={words.merged} about={words.mergedAbout} />
				<Gradually
					all={shown}
					each={A_SCREENFUL}
					draw={(row, index) => (
						<Row
							key={row.name}
							row={row}
							layerName={(layer) => layerName(layer, imageLayers, words)}
							container={container}
							layers={layers}
							column={column}
							gap={gap}
							y={HEAD + index * ROW}
							enter={enter}
							read={read}
						/>
					)}
				/>
				{shown.length === 0 && (
					<text x={width / 2} y={HEAD + 24} textAnchor="middle" className={styles.small}>
						{view.rows.length === 0 ? words.nothing : words.nothingChanged}
					</text>
				)}
				{rows.length > SHOWN && (
					<text x={width / 2} y={height - 10} textAnchor="middle" className={styles.small}>
						{words.more(rows.length - SHOWN)}
					</text>
				)}
			</svg>
		</div>
	);
}

/** The number of the snapshot that a directory belongs to, as one can look it up on the host. */
const snapshotOf = (directory: string): string | undefined => /snapshots\/\d+\/fs$/.exec(directory)?.[0];

function ColumnHead({ x, width, name, about }: { x: number; width: number; name: string; about: string }) {
	return (
		<>
			<text x={x} y={18} className={styles.head}>
				{name}
			</text>
			<text x={x} y={36} className={styles.small}>
				{fitText(about, width, 12)}
			</text>
		</>
	);
}

interface RowProps {
	row: OverlayRow;
	layerName: (layer: number) => string;
	container: string;
	layers: readonly string[];
	column: number;
	gap: number;
	y: number;
	enter: (name: string) => void;
	read: (row: OverlayRow) => void;
}
function Row({ row, layerName, container, layers, column, gap, y, enter, read }: RowProps) {
	const words = useWords().files;
	const isDirectory = row.merged?.type === "directory";
	const press = (): void => (isDirectory ? enter(row.name) : read(row));
	const [lowerX, upperX, mergedX] = [2, 2 + column + gap, 2 + (column + gap) * 2];
	const height = ROW - 6;
	const middle = y + height / 2;
	const layerOf = (layer: number | undefined) => () => layers.slice(layer === undefined ? layers.length : layer - 1, layer);
	return (
		<g className={styles.row} data-kind={row.kind}>
			<Live means={layerOf(row.lower?.layer ?? row.lowerWhiteout)}>
				{row.lower && (
					<Cell width={column} x={lowerX} y={y} entry={row.lower.entry} note={layerName(row.lower.layer)} kind="read-only" />
				)}
				{row.lowerWhiteout !== undefined && (
					<WhiteoutCell width={column} x={lowerX} y={y} name={row.name} note={layerName(row.lowerWhiteout)} />
				)}
			</Live>
			{row.kind === "copied" && row.lower && (
				<g className={styles.thread}>
					<path d={`M${lowerX + column} ${middle}H${upperX}`} />
					<path d={`M${upperX - 7} ${middle - 4}l7 4 -7 4`} />
				</g>
			)}
			<Live means={() => [container]}>
				{row.upper && !isWhiteout(row.upper) && (
					<Cell
						width={column}
						x={upperX}
						y={y}
						entry={row.upper}
						note={
							row.upper.opaque ? words.opaque : row.kind === "copied" ? words.copiedUp : row.kind === "new" ? words.added : ""
						}
						kind="read-write"
						lit={row.kind === "new" || row.kind === "copied"}
					/>
				)}
				{row.upper && isWhiteout(row.upper) && (
					<WhiteoutCell width={column} x={upperX} y={y} name={row.name} note={words.whiteout} />
				)}
			</Live>
			{row.merged ? (
				isDirectory || row.merged.type === "file" ? (
					// biome-ignore lint/a11y/useSemanticElements: there is no button in SVG
					<g
						role="button"
						tabIndex={0}
						className={styles.enter}
						// a file's name is what is seen of it: the label would have to be the same, shortened or not
						aria-label={isDirectory ? `${row.name}/` : undefined}
						onClick={press}
						onKeyDown={(event) => {
							if (event.key !== "Enter" && event.key !== " ") return;
							event.preventDefault();
							press();
						}}
					>
						<Cell
							width={column}
							x={mergedX}
							y={y}
							entry={row.merged}
							note={isDirectory ? (row.upper ? `${words.changedInside} ›` : "›") : humanSize(row.merged.size)}
							kind="merged"
							warm={isDirectory && row.upper !== undefined}
						/>
					</g>
				) : (
					<Cell width={column} x={mergedX} y={y} entry={row.merged} note={humanSize(row.merged.size)} kind="merged" />
				)
			) : (
				<text x={mergedX + 10} y={middle} dy="0.35em" className={styles.absent}>
					{fitText(row.name, column - 20, 13, true)}
				</text>
			)}
		</g>
	);
}

interface CellProps {
	width: number;
	x: number;
	y: number;
	entry: FileEntry;
	note: string;
	kind: "read-only" | "read-write" | "merged";
	lit?: boolean;
	/** Its note speaks of a change. */
	warm?: boolean;
}
function Cell({ width, x, y, entry, note, kind, lit, warm }: CellProps) {
	const box = { x, y, width, height: ROW - 6 };
	const name =
		entry.type === "directory"
			? `${entry.name}/`
			: entry.type === "symlink"
				? `${entry.name} → ${entry.target ?? ""}`
				: entry.name;
	const short = fitText(name, width - 24 - note.length * 8, 13, true);
	// In a narrow column the name matters more than where it comes from or its size; not more than what became of it.
	const alone = width < NARROW && kind !== "read-write" && !warm && short !== name;
	return (
		<g>
			{kind === "merged" ? <rect {...box} rx={2} className={styles.merged} /> : <Slab box={box} kind={kind} lit={lit} />}
			<text x={x + 10} y={y + (ROW - 6) / 2} dy="0.35em" className={styles.name}>
				{alone ? fitText(name, width - 16, 13, true) : short}
			</text>{" "}
			<text
				x={x + width - 9}
				y={y + (ROW - 6) / 2}
				dy="0.35em"
				textAnchor="end"
				className={styles.small}
				data-warm={warm || lit || undefined}
			>
				{alone ? "" : note}
			</text>
		</g>
	);
}

function WhiteoutCell({ width, x, y, name, note }: { width: number; x: number; y: number; name: string; note: string }) {
	const label = fitText(name, width - 90, 13, true);
	return (
		<g>
			<Whiteout box={{ x, y, width, height: ROW - 6 }} />
			<text x={x + 10} y={y + (ROW - 6) / 2} dy="0.35em" className={styles.onHatch}>
				{label}
			</text>
			<text x={x + width - 9} y={y + (ROW - 6) / 2} dy="0.35em" textAnchor="end" className={styles.onHatch}>
				{note}
			</text>
		</g>
	);
}
