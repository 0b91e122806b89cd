"use client";
// The Layers picture as tables: the same images, layers and containers, in words.

import { humanSize } from "../../machine/bytes";
import type { World } from "../../machine/world";
import { useWords } from "../../words/context";
import { shortId } from "../grammar/mark";
import { stateOf } from "./layers-shapes";
import { leafChanges } from "./layout";

export function LayersTable({ world }: { world: World }) {
	const all = useWords();
	const words = all.layers;
	const sharers = (diffId: string): number =>
		world.images.filter(({ layers }) => layers.some((layer) => layer.diffId === diffId)).length;
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
					{world.images.flatMap((image) =>
						image.layers.map((layer, index) => (
							<tr key={`${image.id}${layer.diffId}`}>
								<th scope="row">{index === 0 ? image.tags.join(", ") || words.none : ""}</th>
								<td>
									<code>{shortId(layer.diffId)}</code>
								</td>
								<td>
									<code>{layer.instruction}</code>
								</td>
								<td>{humanSize(layer.size || layer.blobSize)}</td>
								<td>{sharers(layer.diffId) > 1 ? words.shared(sharers(layer.diffId)) : ""}</td>
							</tr>
						)),
					)}
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
					{world.containers.map((container) => (
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
					))}
				</tbody>
			</table>
		</>
	);
}
