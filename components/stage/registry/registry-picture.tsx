"use client";
// Registry: what a pull or push asked for and got, blob by blob, and what was on the other side already.

import { useMemo, useState } from "react";
import { humanSize } from "../../machine/bytes";
import { useMachine } from "../../machine/use-machine";
import { useWords } from "../../words/context";
import { Choice } from "../choice";
import { PictureFrame } from "../frame";
import frame from "../frame.module.css";
import { shortId } from "../grammar/mark";
import { type Transfer, transfersOf } from "./model";
import styles from "./registry.module.css";
import { RegistryDrawing } from "./registry-drawing";

const SHOWN = 20;

export function RegistryPicture() {
	const words = useWords().registry;
	const trace = useMachine((state) => state.trace);
	const transfers = useMemo(() => transfersOf(trace).slice(-SHOWN), [trace]);
	const [wanted, setWanted] = useState<number | null>(null);
	const transfer = transfers.find(({ seq }) => seq === wanted) ?? transfers.at(-1);
	if (!transfer) return <PictureFrame caption={words.caption} empty={words.empty} picture={null} table={null} />;
	return (
		<PictureFrame
			caption={words.caption}
			controls={
				<Choice
					label={words.which}
					chosen={transfer.seq}
					options={transfers.map(({ seq, direction, reference }) => ({ seq, text: `${direction} ${reference}` }))}
					choose={setWanted}
				/>
			}
			picture={<RegistryDrawing transfer={transfer} />}
			table={<BlobTable transfer={transfer} />}
			foot={<Calls transfer={transfer} />}
		/>
	);
}

function BlobTable({ transfer }: { transfer: Transfer }) {
	const words = useWords().registry;
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.what}</th>
					<th scope="col">{words.digest}</th>
					<th scope="col">{words.size}</th>
					<th scope="col">{words.state}</th>
				</tr>
			</thead>
			<tbody>
				{transfer.blobs.map(({ digest, role, size, state }) => (
					<tr key={`${role}${digest}`}>
						<td>{words.roles[role]}</td>
						<td>
							<code>{shortId(digest)}</code>
						</td>
						<td className={frame.short}>{size > 0 ? humanSize(size) : ""}</td>
						<td>{words.states[transfer.direction][state]}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** The requests, one a line, as the registry was asked. */
function Calls({ transfer }: { transfer: Transfer }) {
	const words = useWords().registry;
	return (
		<details className={styles.calls}>
			<summary>{words.calls(transfer.calls.length)}</summary>
			<ol>
				{transfer.calls.map(({ seq, method, url, status }) => (
					<li key={seq} data-failed={status >= 400 || status === 0 || undefined}>
						<code>
							{method} {url.replace(/^https?:\/\/[^/]+/, "").replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1")}
						</code>{" "}
						<b>{status || words.noAnswer}</b>
					</li>
				))}
			</ol>
			{transfer.error && <p>{transfer.error}</p>}
		</details>
	);
}
