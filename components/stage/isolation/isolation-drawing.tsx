"use client";
// The enclosures with their processes; a cgroup's fills up to what it uses of its memory limit.

import { memo, useMemo } from "react";
import { useWords } from "../../words/context";
import { Gradually } from "../gradually";
import { fitText, textWidth } from "../grammar/fit-text";
import { Enclosure, Process } from "../grammar/grammar";
import { Live } from "../grammar/live";
import { useKept } from "../keep-same";
import { useSize } from "../use-size";
import styles from "./isolation.module.css";
import { roomName, usageLine } from "./labels";
import { isolationLayout, type PlacedRoom } from "./layout";
import { containerOf, innerPid, type Kind, programOf, type Room, type Usage } from "./model";

const A_SCREENFUL = 12;

interface Props {
	rooms: Room[];
	kind: Kind;
	usage: ReadonlyMap<string, Usage>;
}

export function IsolationDrawing({ rooms, kind, usage }: Props) {
	const words = useWords().isolation;
	const { ref, width } = useSize();
	const layout = useKept(useMemo(() => isolationLayout(rooms, width, kind === "limits"), [rooms, width, kind]));
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption}>
			<svg width={layout.width} height={layout.height} role="img" aria-label={`${words.caption}: ${words.kinds[kind]}`}>
				<Gradually
					all={layout.rooms}
					each={A_SCREENFUL}
					draw={(placed) => <RoomShape key={placed.room.key} placed={placed} kind={kind} usage={usage.get(placed.room.key)} />}
				/>
			</svg>
		</section>
	);
}

interface RoomProps {
	placed: PlacedRoom;
	kind: Kind;
	usage: Usage | undefined;
}
/** Drawn again only when something in it has changed: there may be a hundred, and they are looked at all the time. */
const RoomShape = memo(function RoomShape({ placed, kind, usage }: RoomProps) {
	const words = useWords().isolation;
	const { room, x, y, width, height, places, more } = placed;
	const share = kind === "limits" && usage?.memoryMax ? Math.min(1, usage.memory / usage.memoryMax) : 0;
	const name = roomName(room, words);
	// The host's room is not what one of its containers is.
	const meant = room.host ? [] : room.ids;
	return (
		<Live means={() => meant}>
			<title>{`${name} ${room.label}`}</title>
			{share > 0 && (
				<rect
					x={x}
					y={y + height * (1 - share)}
					width={width}
					height={height * share}
					rx={8}
					className={styles.level}
					data-full={share > 0.9 || undefined}
				/>
			)}
			<Enclosure box={{ x, y, width, height }} name={fitText(name, width - 30, 11)} />
			{kind !== "limits" && (
				<text x={x + width - 10} y={y + height} dy="0.35em" textAnchor="end" className={styles.inode}>
					{room.label}
				</text>
			)}
			{kind === "limits" && usage && (
				<text x={x + 12} y={y + height - 10} className={styles.usage}>
					{fitText(
						usageLine(usage, words, (line) => textWidth(line, 11) <= width - 20),
						width - 20,
						11,
					)}
				</text>
			)}
			{places.map(({ x: cx, y: cy }, index) => {
				const process = room.processes[index]!;
				const id = containerOf(process);
				const inner = kind === "pid" || kind === "limits" ? innerPid(process) : process.pid;
				return (
					<Live key={process.pid} means={() => (id ? [id] : [])}>
						<title>{`${words.process(process.pid, innerPid(process))}: ${process.argv.join(" ")}`}</title>
						<Process x={cx} y={cy} r={15} inner={inner} outer={process.pid} />
						<text x={cx} y={cy + (inner === process.pid ? 27 : 37)} textAnchor="middle" className={styles.program}>
							{fitText(programOf(process), 74, 11, true)}
						</text>
					</Live>
				);
			})}
			{more > 0 && (
				<text x={x + width - 12} y={y + 18} textAnchor="end" className={styles.inode}>
					+{more}
				</text>
			)}
		</Live>
	);
});
