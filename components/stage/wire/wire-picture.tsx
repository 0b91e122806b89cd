"use client";
// Wire: the HTTP requests on the daemon's socket and what came back, with their bodies as they were.

import { type KeyboardEvent, useDeferredValue, useMemo, useState } from "react";
import { useMachine } from "../../machine/use-machine";
import { useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import frame from "../frame.module.css";
import { Gradually, ROWS } from "../gradually";
import { useKept } from "../keep-same";
import { readableTime } from "../run/layout";
import { type Exchange, exchangesOf, shortTarget, statusOf, tookOf } from "./model";
import styles from "./wire.module.css";
import { WireBody } from "./wire-body";
import { WireDrawing } from "./wire-drawing";

/** More are neither read nor cheap to draw. */
const MOST = 150;

export function WirePicture() {
	const words = useWords().wire;
	const trace = useDeferredValue(useMachine((state) => state.trace));
	const [own, setOwn] = useState(false);
	const [chosen, setChosen] = useState<string | null>(null);
	const exchanges = useKept(useMemo(() => exchangesOf(trace, own).slice(-MOST), [trace, own]));
	const current = exchanges.find(({ key }) => key === chosen) ?? exchanges.at(-1);

	function onKey(event: KeyboardEvent): void {
		const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (move === undefined || !current) return;
		event.preventDefault();
		const next = exchanges[exchanges.indexOf(current) + move];
		if (next) setChosen(next.key);
	}

	return (
		<PictureFrame
			caption={words.caption}
			empty={exchanges.length > 0 || own ? undefined : words.empty}
			controls={
				<label className={styles.own}>
					<input type="checkbox" checked={own} onChange={({ target }) => setOwn(target.checked)} />
					{words.own}
				</label>
			}
			picture={<WireDrawing exchanges={exchanges} current={current} choose={setChosen} onKey={onKey} />}
			table={<WireTable exchanges={exchanges} />}
			foot={current && <WireBody exchange={current} />}
		/>
	);
}

function WireTable({ exchanges }: { exchanges: Exchange[] }) {
	const words = useWords().wire;
	const several = new Set(exchanges.map(({ daemon }) => daemon)).size > 1;
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.from}</th>
					{several && <th scope="col">{words.daemon}</th>}
					<th scope="col">{words.request}</th>
					<th scope="col">{words.answer}</th>
					<th scope="col">{words.took}</th>
				</tr>
			</thead>
			<tbody>
				<Gradually
					all={exchanges}
					each={ROWS}
					draw={(exchange) => {
						const took = tookOf(exchange);
						return (
							<tr key={exchange.key}>
								<td>{exchange.from}</td>
								{several && <td>{exchange.daemon}</td>}
								<td>
									<code>
										{exchange.method} {shortTarget(exchange.target)}
									</code>
								</td>
								<td className={frame.short}>{statusOf(exchange) ?? words.waiting}</td>
								<td className={frame.short}>{took === undefined ? "" : readableTime(took)}</td>
							</tr>
						);
					}}
				/>
			</tbody>
		</table>
	);
}
