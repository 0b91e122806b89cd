"use client";
// How much of a program each tier of the processor executed: instructions, and the time that they took.

import type { HotCode } from "../../../engine/host/browser/facade";
import { useWords } from "../../words/context";
import styles from "./code.module.css";
import { percent, sharesOf, speeds } from "./model";

export function TierShares({ hot }: { hot: HotCode }) {
	const words = useWords().code;
	const shares = sharesOf(hot);
	const { interpreted, translated } = speeds(hot);
	const rows = [
		{ label: words.instructions(hot.executed), share: shares.instructions, name: "instructions" },
		{ label: words.time(hot.time), share: shares.time, name: "time" },
	];
	return (
		<table className={styles.shares}>
			<thead>
				<tr>
					<th scope="col" />
					<th scope="col">{words.tiers.interpreter}</th>
					<th scope="col">{words.tiers.translator}</th>
				</tr>
			</thead>
			<tbody>
				{rows.map(({ label, share, name }) => (
					<tr key={name} data-share={name}>
						<th scope="row">
							{label}
							<span className={styles.bar} aria-hidden="true">
								<span style={{ inlineSize: `${share * 100}%` }} />
							</span>
						</th>
						<td>{percent(1 - share)}</td>
						<td data-translated>{percent(share)}</td>
					</tr>
				))}
				<tr>
					<th scope="row">{words.speed}</th>
					<td>{interpreted === undefined ? "–" : words.millions(interpreted)}</td>
					<td>{translated === undefined ? "–" : words.millions(translated)}</td>
				</tr>
			</tbody>
		</table>
	);
}
