"use client";
// Layers: every image's stack with what is shared drawn once, and the containers' read-write layers on top.

import { type KeyboardEvent, useCallback, useDeferredValue, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useMachine } from "../../machine/use-machine";
import { useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import { Patterns } from "../grammar/grammar";
import { useKept } from "../keep-same";
import { stageStore } from "../store";
import { useGradually } from "../use-gradually";
import { useSize } from "../use-size";
import styles from "./layers.module.css";
import { LayersDetail } from "./layers-detail";
import { LayersItemShape, meaningOf } from "./layers-shapes";
import { LayersTable } from "./layers-table";
import { type LayersItem, layersLayout, neighbour } from "./layout";

const A_SCREENFUL = 16;
const EMPTY = { images: [], containers: [], networks: [] };

export function LayersPicture() {
	const words = useWords();
	const world = useDeferredValue(useMachine((state) => state.world)) ?? EMPTY;
	const highlight = useStore(stageStore, (state) => state.highlight);
	const { ref, width } = useSize();
	const layout = useKept(useMemo(() => layersLayout(world, width), [world, width]));
	const drawn = useGradually(layout.items.length, A_SCREENFUL);
	const [chosen, setChosen] = useState<string | null>(null);
	const lit = (item: LayersItem): boolean => item.key === chosen || (highlight !== null && meaningOf(item) === highlight);
	const current = layout.items.find(({ key }) => key === chosen) ?? layout.items.find(lit);

	const choose = useCallback((key: string): void => {
		setChosen(key);
		stageStore.setState({ highlight: null });
	}, []);

	function onKey(event: KeyboardEvent<SVGSVGElement>): void {
		if (!event.key.startsWith("Arrow")) return;
		event.preventDefault();
		const next = neighbour(layout, chosen, event.key);
		setChosen(next);
		event.currentTarget.querySelector<SVGGElement>(`[data-key="${CSS.escape(next ?? "")}"]`)?.focus();
	}

	return (
		<PictureFrame
			caption={words.layers.caption}
			empty={layout.items.length === 0 ? words.layers.empty : undefined}
			controls={<Legend />}
			table={<LayersTable world={world} />}
			picture={
				<div ref={ref} className={styles.place}>
					{/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
					<svg
						className={styles.picture}
						width={layout.width}
						height={layout.height}
						viewBox={`0 0 ${layout.width} ${layout.height}`}
						role="group"
						aria-label={words.layers.caption}
						onKeyDown={onKey}
					>
						<Patterns />
						<path d={`M0 ${layout.ground}H${layout.width}`} className={styles.ground} />
						<text x={layout.width / 2} y={layout.ground + 17} textAnchor="middle" className={styles.groundName}>
							{words.layers.ground}
						</text>
						{layout.items.slice(0, drawn).map((item, index) => (
							<LayersItemShape
								key={item.key}
								item={item}
								lit={lit(item)}
								focusable={item.key === (chosen ?? layout.items[0]?.key) || (chosen === null && index === 0)}
								choose={choose}
							/>
						))}
					</svg>
				</div>
			}
			foot={current && <LayersDetail item={current} />}
		/>
	);
}

function Legend() {
	const words = useWords().stage;
	return (
		<ul className={styles.legend} aria-label={words.legend}>
			<li>
				<i className={styles.keyReadOnly} aria-hidden="true" /> {words.readOnly}
			</li>
			<li>
				<i className={styles.keyReadWrite} aria-hidden="true" /> {words.readWrite}
			</li>
			<li>
				<i className={styles.keyThread} aria-hidden="true" /> {words.copyUp}
			</li>
			<li>
				<i className={styles.keyWhiteout} aria-hidden="true" /> {words.whiteout}
			</li>
		</ul>
	);
}
