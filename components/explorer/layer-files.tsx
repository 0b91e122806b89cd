"use client";
// The files that one layer adds, changes and deletes; a press shows a file's content as the layer has it.

import { useMemo, useState } from "react";
import { openFile } from "../editor/viewer-store";
import { humanSize } from "../machine/bytes";
import { theMachine } from "../machine/store";
import { useWords } from "../words/context";
import type { ExploredLayer } from "./explore";
import styles from "./explorer.module.css";
import { readLayerFile } from "./read-layers";

const SHOWN = 300;
const SIGN = { added: "+", changed: "~", deleted: "−" } as const;

interface Props {
	/** Of the layer's blob. */
	digest: string;
	layer: ExploredLayer;
	label: string;
}

export function LayerFiles({ digest, layer, label }: Props) {
	const words = useWords();
	const [filter, setFilter] = useState("");
	const sorted = useMemo(
		() => layer.files.toSorted((a, b) => b.hides + b.size - (a.hides + a.size) || (a.path < b.path ? -1 : 1)),
		[layer],
	);
	const found = sorted.filter(({ path }) => path.includes(filter));
	if (layer.files.length === 0) return <p className={styles.note}>{words.explorer.nothing}</p>;
	return (
		<>
			{layer.files.length > 12 && (
				<input
					type="search"
					className={styles.filter}
					value={filter}
					placeholder={words.explorer.filter}
					aria-label={words.explorer.filter}
					onChange={({ target }) => setFilter(target.value)}
				/>
			)}
			<table className={styles.table}>
				<caption className="visually-hidden">{label}</caption>
				<thead className="visually-hidden">
					<tr>
						<th scope="col">{words.explorer.kind}</th>
						<th scope="col">{words.hostFiles.path}</th>
						<th scope="col">{words.hostFiles.size}</th>
					</tr>
				</thead>
				<tbody>
					{found.slice(0, SHOWN).map(({ path, type, kind, size, hides }) => (
						<tr key={`${kind}${path}`} data-kind={kind}>
							<td className={styles.kind}>
								<span aria-hidden="true">{SIGN[kind]}</span> {words.explorer[kind]}
							</td>
							<td>
								{type === "file" && kind !== "deleted" ? (
									<button
										type="button"
										className={styles.file}
										onClick={() =>
											openFile({ name: path, size, read: (limit) => readLayerFile(theMachine()!, digest, path, limit) })
										}
									>
										{path}
									</button>
								) : (
									<span className={styles.plain}>{path}</span>
								)}
							</td>
							<td className={styles.size}>
								{size > 0 && humanSize(size)}
								{hides > 0 && <span className={styles.waste}>{words.explorer.hidden(humanSize(hides))}</span>}
							</td>
						</tr>
					))}
				</tbody>
			</table>
			{found.length === 0 && <p className={styles.note}>{words.explorer.noMatch}</p>}
			{found.length > SHOWN && <p className={styles.note}>{words.hostFiles.more(found.length - SHOWN)}</p>}
		</>
	);
}
