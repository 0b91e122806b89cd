"use client";
// Two lines, the client and the daemon; each request is an envelope that goes over, each answer one that comes back.

import { type KeyboardEvent, memo, useEffect, useMemo } from "react";
import { meaningsIn } from "../../console/find-links";
import { machineStore } from "../../machine/store";
import { useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { Envelope } from "../grammar/grammar";
import { Halo, Live } from "../grammar/live";
import { readableTime } from "../run/layout";
import { useGradually } from "../use-gradually";
import { useSize } from "../use-size";
import { type Exchange, shortTarget, statusOf, tookOf } from "./model";
import styles from "./wire.module.css";

const TOP = 34;
const ROW = 54;
const HEADING = 26;
/** From the picture's edges to the two lines. */
const SIDE = 26;
const A_SCREENFUL = 25;

interface Props {
	exchanges: Exchange[];
	current: Exchange | undefined;
	choose: (key: string) => void;
	onKey: (event: KeyboardEvent) => void;
}

interface Placed {
	exchange: Exchange;
	y: number;
	/** Who asks whom, said once where it changes; no daemon where there is but one. */
	from?: string;
	daemon?: string;
}

function placed(exchanges: readonly Exchange[]): { rows: Placed[]; height: number } {
	let y = TOP;
	let before: Exchange | undefined;
	const several = new Set(exchanges.map(({ daemon }) => daemon)).size > 1;
	const rows = exchanges.map((exchange): Placed => {
		const { from, daemon } = exchange;
		const same = from === before?.from && daemon === before.daemon;
		before = exchange;
		if (!same) y += HEADING;
		const row: Placed = { exchange, y, ...(same ? {} : { from, daemon: several ? daemon : "" }) };
		y += ROW;
		return row;
	});
	return { rows, height: y + 10 };
}

export function WireDrawing({ exchanges, current, choose, onKey }: Props) {
	const words = useWords().wire;
	const { ref, element, width } = useSize();
	const { rows, height } = useMemo(() => placed(exchanges), [exchanges]);
	const [left, right] = [SIDE, Math.max(width, 260) - SIDE];
	const newest = exchanges.at(-1)?.key;
	const drawn = useGradually(rows.length, A_SCREENFUL);

	// biome-ignore lint/correctness/useExhaustiveDependencies: shows what has just come
	useEffect(() => {
		element?.scrollTo({ top: element.scrollHeight });
	}, [newest, element]);

	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption} onKeyDown={onKey}>
			<svg width={right + SIDE} height={height} role="img" aria-label={words.caption}>
				<path d={`M${left} 24V${height}M${right} 24V${height}`} className={styles.line} />
				<text x={left - 16} y={16} className={styles.side}>
					{words.client}
				</text>
				<text x={right + 16} y={16} textAnchor="end" className={styles.side}>
					dockerd
				</text>
				{rows.slice(rows.length - drawn).map(({ exchange, y, from, daemon }) => (
					<g key={exchange.key} transform={`translate(0 ${y})`}>
						<ExchangeRow
							exchange={exchange}
							from={from}
							daemon={daemon}
							now={exchange.key === current?.key}
							left={left}
							right={right}
							choose={choose}
						/>
					</g>
				))}
			</svg>
		</section>
	);
}

interface RowProps {
	exchange: Exchange;
	from: string | undefined;
	daemon: string | undefined;
	now: boolean;
	left: number;
	right: number;
	choose: (key: string) => void;
}
/** Drawn again only when its answer has come, or it is chosen: the rows before the newest mostly stay as they are. */
const ExchangeRow = memo(function ExchangeRow({ exchange, from, daemon, now, left, right, choose }: RowProps) {
	const words = useWords().wire;
	const status = statusOf(exchange);
	const took = tookOf(exchange);
	const room = right - left - 60;
	return (
		<Live
			means={() => meaningsIn(`${exchange.target} ${exchange.body ?? ""}`, machineStore.getState().world)}
			className={styles.exchange}
			data-now={now || undefined}
			data-failed={(status ?? 0) >= 400 || undefined}
			onClick={() => choose(exchange.key)}
		>
			{from !== undefined && (
				<>
					<text x={left + 12} y={-8} className={styles.heading}>
						{fitText(from, room + 30 - (daemon ? 120 : 0), 12, true)}
					</text>
					{daemon && (
						<text x={right - 12} y={-8} textAnchor="end" className={styles.daemon}>
							{fitText(`→ ${daemon}`, 118, 12, true)}
						</text>
					)}
				</>
			)}
			<Halo x={left + 2} y={-1} width={right - left - 4} height={ROW - 4} />
			<rect x={left + 2} y={-1} width={right - left - 4} height={ROW - 4} className={styles.area} />
			<path d={`M${left} 20H${right - 7}m-6 -4 6 4 -6 4`} className={styles.way} />
			<Envelope x={left + 22} y={20} />
			<text x={left + 40} y={13} className={styles.words}>
				{fitText(`${exchange.method} ${shortTarget(exchange.target)}`, room, 12.5, true)}
			</text>
			{exchange.upgrade ? (
				<path d={`M${left} 38H${right}M${left} 41H${right}`} className={styles.stream} />
			) : (
				status !== undefined && (
					<>
						<path d={`M${right} 40H${left + 7}m6 -4 -6 4 6 4`} className={styles.way} />
						<Envelope x={right - 22} y={40} open />
					</>
				)
			)}
			<text x={right - 40} y={35} textAnchor="end" className={styles.answer}>
				{status === undefined ? words.waiting : `${status}, ${readableTime(took ?? 0)}`}
			</text>
		</Live>
	);
});
