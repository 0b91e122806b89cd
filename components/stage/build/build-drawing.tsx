"use client";
// A build's steps as slabs, the first at the bottom, as layers stack: solid when the cache had it, open when it was made now.

import { layerOfStep } from "../../editor/step-lines";
import { machineStore } from "../../machine/store";
import { useLocale, useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { DigestMark, Slab } from "../grammar/grammar";
import { Live } from "../grammar/live";
import { shortId } from "../grammar/mark";
import { readableTime } from "../run/layout";
import { useSize } from "../use-size";
import styles from "./build.module.css";
import { causeWords } from "./causes";
import type { Build, BuildStep } from "./model";

const SIDE = 14;
const TOP = 14;
const ROW = 62;
const HEIGHT = 52;

export function BuildDrawing({ build: { steps } }: { build: Build }) {
	const words = useWords().build;
	const locale = useLocale();
	const { ref, width, height } = useSize();
	const wide = Math.max(width, 280);
	const tall = Math.max(TOP * 2 + steps.length * ROW, height);
	const room = wide - 2 * SIDE;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption}>
			<svg width={wide} height={tall} role="img" aria-label={words.caption}>
				{steps.map((step, index) => {
					const { seq, name, hit, because, key, took } = step;
					const y = tall - TOP - (index + 1) * ROW;
					const reason = causeWords(because)[locale];
					const state = hit ? words.hit : took === undefined ? words.running : `${words.miss}, ${readableTime(took)}`;
					return (
						<Live key={seq} means={() => layersOf(step)} transform={`translate(${SIDE} ${y})`}>
							<title>{`${name}: ${state}. ${reason}`}</title>
							<Slab box={{ x: 0, y: 0, width: room, height: HEIGHT }} kind={hit ? "read-only" : "read-write"} />
							<DigestMark digest={key} x={12} y={16} size={20} />
							<text x={44} y={21} className={styles.name}>
								{fitText(name, room - 200, 12.5, true)}
							</text>
							<text x={room - 12} y={21} textAnchor="end" className={styles.state} data-hit={hit || undefined}>
								{state}
							</text>
							<text x={44} y={40} className={styles.reason}>
								{fitText(reason, room - 150, 12)}
							</text>
							<text x={room - 12} y={40} textAnchor="end" className={styles.key}>
								{shortId(key)}
							</text>
						</Live>
					);
				})}
			</svg>
		</section>
	);
}

/** The layers that a step made, of the images that are here. */
const layersOf = (step: BuildStep): string[] => [
	...new Set((machineStore.getState().world?.images ?? []).flatMap((image) => layerOfStep(image, step)?.layer.diffId ?? [])),
];
