"use client";
// The layer explorer: what each layer of an image adds, changes, deletes, and wastes, out of containerd's real content.

import { useState } from "react";
import { useStore } from "zustand";
import { humanSize } from "../machine/bytes";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import type { WorldImage, WorldLayer } from "../machine/world";
import { downloadImage } from "../playground/transfer";
import { shortId } from "../stage/grammar/mark";
import { stageStore } from "../stage/store";
import { useWords } from "../words/context";
import type { ExploredLayer } from "./explore";
import styles from "./explorer.module.css";
import { LayerFiles } from "./layer-files";
import { useExplored } from "./use-explored";

const NONE: WorldImage[] = [];

export function LayerExplorer() {
	const words = useWords().explorer;
	const images = useMachine((state) => state.world)?.images ?? NONE;
	const lit = useStore(stageStore, (state) => state.highlight);
	const [wanted, setWanted] = useState<string | null>(null);
	const image = images.find(({ id }) => id === (wanted ?? lit)) ?? images[0];
	const { layers, trouble } = useExplored(image);
	const [chosen, setChosen] = useState<number | null>(null);
	if (!image) return <p className={styles.note}>{words.empty}</p>;
	const at = Math.min(chosen ?? image.layers.length - 1, image.layers.length - 1);
	const layer = image.layers[at];
	const explored = layers?.[at];
	return (
		<div className={styles.explorer}>
			<div className={styles.head}>
				<label>
					<span className="visually-hidden">{words.image}</span>
					<select
						value={image.id}
						onChange={({ target }) => {
							setWanted(target.value);
							setChosen(null);
						}}
					>
						{images.map(({ id, tags }) => (
							<option key={id} value={id}>
								{tags.join(", ") || shortId(id)}
							</option>
						))}
					</select>
				</label>
				<Download image={image} />
			</div>
			{!layers && <p className={styles.note}>{trouble ? words.failed(trouble) : words.reading}</p>}
			{layers && (
				<>
					<p className={styles.note} data-total>
						{words.total(humanSize(sum(layers, "bytes")), humanSize(sum(layers, "wasted")))}
					</p>
					<ol className={styles.layers} aria-label={words.layers}>
						{image.layers.map((each, index) => (
							<LayerRow
								key={each.diffId}
								number={index + 1}
								layer={each}
								explored={layers[index]}
								most={Math.max(1, ...layers.map(({ bytes }) => bytes))}
								chosen={index === at}
								choose={() => setChosen(index)}
							/>
						))}
					</ol>
				</>
			)}
			{layer && explored && (
				<section className={styles.detail} aria-label={words.filesOf(at + 1)} data-layer={at + 1}>
					<h2>{words.filesOf(at + 1)}</h2>
					<LayerFiles key={layer.digest} digest={layer.digest} layer={explored} label={words.filesOf(at + 1)} />
				</section>
			)}
		</div>
	);
}

const sum = (layers: readonly ExploredLayer[], what: "bytes" | "wasted"): number =>
	layers.reduce((all, layer) => all + layer[what], 0);

interface RowProps {
	number: number;
	layer: WorldLayer;
	explored: ExploredLayer | undefined;
	/** Bytes of the largest layer. */
	most: number;
	chosen: boolean;
	choose: () => void;
}
function LayerRow({ number, layer, explored, most, chosen, choose }: RowProps) {
	const words = useWords().explorer;
	const { count = { added: 0, changed: 0, deleted: 0 }, bytes = 0, wasted = 0 } = explored ?? {};
	return (
		<li>
			<button
				type="button"
				className={styles.layer}
				aria-pressed={chosen}
				onClick={choose}
				onPointerEnter={() => stageStore.setState({ highlight: layer.diffId })}
				onPointerLeave={() => stageStore.setState({ highlight: null })}
			>
				<span className={styles.bar} aria-hidden="true">
					<i style={{ width: `${(bytes / most) * 100}%` }} />
				</span>
				<span className={styles.instruction}>
					<span className="visually-hidden">{words.layer(number)}: </span>
					<code translate="no">{layer.instruction || shortId(layer.diffId)}</code>
				</span>
				<span className={styles.counts}>
					{humanSize(bytes)} · {words.added} {count.added} · {words.changed} {count.changed} · {words.deleted} {count.deleted}
					{wasted > 0 && (
						<strong className={styles.waste} title={words.wastedAbout}>
							{words.wasted} {humanSize(wasted)}
						</strong>
					)}
				</span>
			</button>
		</li>
	);
}

function Download({ image }: { image: WorldImage }) {
	const words = useWords().explorer;
	const [state, setState] = useState<"idle" | "busy" | string>("idle");
	async function download(): Promise<void> {
		setState("busy");
		try {
			await downloadImage(theMachine()!, image.tags[0] ?? image.id);
			setState("idle");
		} catch (error) {
			setState(error instanceof Error ? error.message : String(error));
		}
	}
	return (
		<>
			<button type="button" className="button" disabled={state === "busy"} onClick={() => void download()}>
				{state === "busy" ? words.downloading : words.download}
			</button>
			{state !== "idle" && state !== "busy" && <span role="alert">{state}</span>}
		</>
	);
}
