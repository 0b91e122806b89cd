"use client";
// The playground's bench for two daemons: any command line on both.

import { type FormEvent, useId, useState } from "react";
import { LentPanel } from "../lent/panel";
import { useWords } from "../words/context";
import { SideBySide } from "./side-by-side";
import styles from "./workbench.module.css";

const FIRST = "docker run --rm busybox cat /etc/hosts";

export function ComparingBench() {
	const words = useWords().beside;
	const id = useId();
	const [typed, setTyped] = useState(FIRST);
	const [line, setLine] = useState(FIRST);
	function take(event: FormEvent): void {
		event.preventDefault();
		setLine(typed.trim());
	}
	return (
		<div className={styles.bench}>
			<p className={styles.lead}>{words.lead}</p>
			<LentPanel />
			<form className={styles.form} onSubmit={take}>
				<label htmlFor={id}>{words.command}</label>
				<input
					id={id}
					value={typed}
					onChange={(event) => setTyped(event.target.value)}
					onBlur={() => setLine(typed.trim())}
					autoCapitalize="off"
					autoComplete="off"
					spellCheck={false}
					translate="no"
				/>
			</form>
			<SideBySide key={line} line={line} />
		</div>
	);
}
