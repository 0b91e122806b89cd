"use client";
// Two lines, the client and the daemon; each request is an envelope that goes over, each answer one that comes back.

import { type KeyboardEvent, useEffect, useRef } from "react";
import { useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { Envelope } from "../grammar/grammar";
import { readableTime } from "../run/layout";
import { useSize } from "../use-size";
import { type Exchange, shortTarget, statusOf, tookOf } from "./model";
import styles from "./wire.module.css";

const TOP = 34;
const ROW = 54;
const HEADING = 26;
/** From the picture's edges to the two lines. */
const SIDE = 26;

interface Props {
	exchanges: Exchange[];
	current: Exchange | undefined;
	choose: (id: number) => void;
	onKey: (event: KeyboardEvent) => void;
}

interface Placed {
	exchange: Exchange;
	y: number;
	/** Who asks, said once where it changes. */
	heading?: string;
}

function placed(exchanges: readonly Exchange[]): { rows: Placed[]; height: number } {
	let y = TOP;
	let before: string | undefined;
	const rows = exchanges.map((exchange): Placed => {
		const heading = exchange.from === before ? undefined : exchange.from;
		before = exchange.from;
		if (heading !== undefined) y += HEADING;
		const row: Placed = { exchange, y, ...(heading === undefined ? {} : { heading }) };
		y += ROW;
		return row;
	});
	return { rows, height: y + 10 };
}

export function WireDrawing({ exchanges, current, choose, onKey }: Props) {
	const words = useWords().wire;
	const { ref, element, width } = useSize();
	const svg = useRef<SVGSVGElement>(null);
	const { rows, height } = placed(exchanges);
	const [left, right] = [SIDE, Math.max(width, 260) - SIDE];
	const newest = exchanges.at(-1)?.id;

	// biome-ignore lint/correctness/useExhaustiveDependencies: shows what has just come
	useEffect(() => {
		element?.scrollTo({ top: element.scrollHeight });
	}, [newest, element]);

	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption} onKeyDown={onKey}>
			<svg ref={svg} width={right + SIDE} height={height} role="img" aria-label={words.caption}>
				<path d={`M${left} 24V${height}M${right} 24V${height}`} className={styles.line} />
				<text x={left - 16} y={16} className={styles.side}>
					{words.client}
				</text>
				<text x={right + 16} y={16} textAnchor="end" className={styles.side}>
					dockerd
				</text>
				{rows.map(({ exchange, y, heading }) => {
					const status = statusOf(exchange);
					const took = tookOf(exchange);
					const room = right - left - 60;
					return (
						// biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the region choose as well
						<g
							key={exchange.id}
							className={styles.exchange}
							data-now={exchange.id === current?.id || undefined}
							data-failed={(status ?? 0) >= 400 || undefined}
							onClick={() => choose(exchange.id)}
						>
							{heading !== undefined && (
								<text x={left + 12} y={y - 8} className={styles.heading}>
									{fitText(heading, room + 30, 12, true)}
								</text>
							)}
							<rect x={left + 2} y={y - 1} width={right - left - 4} height={ROW - 4} className={styles.area} />
							<path d={`M${left} ${y + 20}H${right - 7}m-6 -4 6 4 -6 4`} className={styles.way} />
							<Envelope x={left + 22} y={y + 20} />
							<text x={left + 40} y={y + 13} className={styles.words}>
								{fitText(`${exchange.method} ${shortTarget(exchange.target)}`, room, 12.5, true)}
							</text>
							{exchange.upgrade ? (
								<path d={`M${left} ${y + 38}H${right}M${left} ${y + 41}H${right}`} className={styles.stream} />
							) : (
								status !== undefined && (
									<>
										<path d={`M${right} ${y + 40}H${left + 7}m6 -4 -6 4 6 4`} className={styles.way} />
										<Envelope x={right - 22} y={y + 40} open />
									</>
								)
							)}
							<text x={right - 40} y={y + 35} textAnchor="end" className={styles.answer}>
								{status === undefined ? words.waiting : `${status}, ${readableTime(took ?? 0)}`}
							</text>
						</g>
					);
				})}
			</svg>
		</section>
	);
}
