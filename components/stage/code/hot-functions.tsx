"use client";
// Where a program spends its instructions, most first; one of them is looked at.

import type { HotFunction } from "../../../engine/host/browser/facade";
import { useWords } from "../../words/context";
import styles from "./code.module.css";
import { functionName, percent } from "./model";

const MOST = 8;
/** Below this part of all nothing is to be seen. */
const LEAST = 0.001;

interface Props {
	functions: HotFunction[];
	chosen: number | undefined;
	choose: (address: number) => void;
}
export function HotFunctions({ functions, chosen, choose }: Props) {
	const words = useWords().code;
	const shown = functions.slice(0, MOST).filter(({ share, address }) => share >= LEAST || address === chosen);
	return (
		<ol className={styles.functions} aria-label={words.hot}>
			{shown.map((one) => (
				<li key={one.address}>
					<button
						type="button"
						aria-pressed={one.address === chosen}
						data-tier={one.translated ? "translator" : "interpreter"}
						onClick={() => choose(one.address)}
					>
						<span className={styles.percent}>{percent(one.share)}</span>
						<code>{functionName(one)}</code>
						<span className={styles.tier}>{one.translated ? words.tiers.translator : words.tiers.interpreter}</span>
					</button>
				</li>
			))}
		</ol>
	);
}
