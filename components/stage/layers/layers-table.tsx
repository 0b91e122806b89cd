"use client";
// The Layers picture as tables: the same images, layers and containers, in words.

import { humanSize } from "../../machine/bytes";
import type { World } from "../../machine/world";
import { useWords } from "../../words/context";
import { Gradually, ROWS } from "../gradually";
import { shortId } from "../grammar/mark";
import { stateOf } from "./layers-shapes";
import { leafChanges } from "./layout";

export function LayersTable({ world }: { world: World }) {
	const all = useWords();
	const words = all.layers;
	const sharers = new Map<string, number>();
	for (const { layers } of world.images)
		for (const diffId of new Set(layers.map((layer) => layer.diffId))) sharers.set(diffId, (sharers.get(diffId) ?? 0) + 1);
	const rows = world.images.flatMap((image) => image.layers.map((layer, index) => ({ image, layer, index })));
	return (
		<>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.image}</th>
						<th scope="col">{words.layer}</th>
						<th scope="col">{words.instruction}</th>
						<th scope="col">{words.size}</th>
						<th scope="col">{words.usedBy}</th>
					</tr>
				</thead>
				<tbody>
					<Gradually
						all={rows}
						each={ROWS}
						draw={({ image, layer, index }) => (
							<tr key={`${image.id}${layer.diffId}`}>
								<th scope="row">{index === 0 ? image.tags.join(", ") || words.none : ""}</th>
								<td>
									<code>{shortId(layer.diffId)}</code>
								</td>
								<td>
									<code>{layer.instruction}</code>
								</td>
								<td>{humanSize(layer.size || layer.blobSize)}</td>
								<td>{sharers.get(layer.diffId)! > 1 ? words.shared(sharers.get(layer.diffId)!) : ""}</td>
							</tr>
						)}
					/>
				</tbody>
			</table>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.container}</th>
						<th scope="col">{words.image}</th>
						<th scope="col">{words.writable}</th>
					</tr>
				</thead>
				<tbody>
					<Gradually
						all={world.containers}
						each={ROWS}
						draw={(container) => (
							<tr key={container.id}>
								<th scope="row">
									{container.name}, {stateOf(container, words)}
								</th>
								<td>{container.image}</td>
								<td>
									{leafChanges(container.changes)
										.map(({ path, kind }) => `${words[kind]}: ${path}`)
										.join("; ") || words.changes(0)}
								</td>
							</tr>
						)}
					/>
				</tbody>
			</table>
		</>
	);
}
