"use client";
// Examples to start from: their commands are typed into the terminal that is shown, each when the one before has ended.

import { useState } from "react";
import { EXAMPLES, type Example } from "@/content/examples";
import { useMachine } from "../machine/use-machine";
import { useLocale, useWords } from "../words/context";
import styles from "./playground.module.css";

export function Examples() {
	const words = useWords().playground;
	const locale = useLocale();
	const ready = useMachine((state) => state.status.phase === "ready");
	const [running, setRunning] = useState<string | null>(null);

	async function run(example: Example): Promise<void> {
		setRunning(example.id);
		const { consoleSession } = await import("../console/session");
		await consoleSession().typeInTurn(example.lines);
		setRunning(null);
	}
	return (
		<div className={styles.scroll}>
			<p className={styles.note}>{words.examplesLead}</p>
			<ul className={styles.examples}>
				{EXAMPLES.map((example) => (
					<li key={example.id}>
						<h2>{example.title[locale]}</h2>
						<p>{example.about[locale]}</p>
						<pre translate="no">
							<code>{example.lines.join("\n")}</code>
						</pre>
						<button
							type="button"
							className="button"
							data-example={example.id}
							disabled={!ready || running !== null}
							onClick={() => void run(example)}
						>
							{running === example.id ? words.waitingPrompt : words.runAll(example.lines.length)}
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}
