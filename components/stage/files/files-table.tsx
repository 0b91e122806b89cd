"use client";
// The Files picture as a table.

import type { FileEntry } from "../../../engine/host/browser/facade";
import { humanSize } from "../../machine/bytes";
import { useWords } from "../../words/context";
import { Gradually, ROWS } from "../gradually";
import { layerName } from "./layer-name";
import { isWhiteout, type OverlayRow } from "./overlay";

export function FilesTable({ rows, imageLayers }: { rows: OverlayRow[]; imageLayers: number }) {
	const words = useWords().files;
	const text = (entry: FileEntry | undefined): string => {
		if (!entry) return words.absent;
		if (isWhiteout(entry)) return words.whiteout;
		return entry.type === "file"
			? humanSize(entry.size)
			: entry.type === "symlink"
				? `→ ${entry.target ?? ""}`
				: `${entry.name}/`;
	};
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.name}</th>
					<th scope="col">{words.lower}</th>
					<th scope="col">{words.upper}</th>
					<th scope="col">{words.merged}</th>
				</tr>
			</thead>
			<tbody>
				<Gradually
					all={rows}
					each={ROWS}
					draw={(row) => (
						<tr key={row.name}>
							<th scope="row">
								<code>{row.name}</code>
							</th>
							<td>
								{row.lowerWhiteout !== undefined
									? `${words.whiteout} (${layerName(row.lowerWhiteout, imageLayers, words)})`
									: row.lower
										? `${text(row.lower.entry)} (${layerName(row.lower.layer, imageLayers, words)})`
										: words.absent}
							</td>
							<td>
								{text(row.upper)}
								{row.kind === "copied" ? `, ${words.copiedUp}` : row.kind === "new" ? `, ${words.added}` : ""}
								{row.upper?.opaque ? `, ${words.opaque}` : ""}
							</td>
							<td>{text(row.merged)}</td>
						</tr>
					)}
				/>
			</tbody>
		</table>
	);
}
