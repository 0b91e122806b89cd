"use client";
// What is known of the slab that is chosen, in words.

import { humanSize } from "../../machine/bytes";
import { useWords } from "../../words/context";
import styles from "./layers.module.css";
import { stateOf } from "./layers-shapes";
import type { LayersItem } from "./layout";

export function LayersDetail({ item }: { item: LayersItem }) {
	const words = useWords();
	const rows = factsOf(item, words);
	return (
		<dl className={styles.detail} aria-live="polite">
			{rows.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>
						<code>{value}</code>
					</dd>
				</div>
			))}
		</dl>
	);
}

function factsOf(item: LayersItem, all: ReturnType<typeof useWords>): Array<[string, string]> {
	const words = all.layers;
	switch (item.kind) {
		case "layer": {
			const { layer, images } = item;
			const facts: Array<[string, string]> = [
				[words.layer, layer.diffId],
				["blob", `${layer.digest} (${humanSize(layer.blobSize)})`],
				[words.instruction, layer.instruction],
				[words.usedBy, images.map(({ tags, id }) => tags[0] ?? id.slice(7, 19)).join(", ")],
			];
			return layer.size > 0 ? [...facts, [words.size, humanSize(layer.size)]] : facts;
		}
		case "image":
			return [
				[words.image, item.image.tags.join(", ") || words.none],
				[words.digest, item.image.id],
			];
		case "container":
			return [
				[words.container, `${item.container.name}: ${stateOf(item.container, words)}`],
				["ID", item.container.id],
				[words.image, item.container.image],
				[words.writable, words.changes(item.files.length + item.more)],
			];
	}
}
