"use client";
// Several terminals of the host in tabs. Each is a shell of its own, kept while pages come and go.

import { useEffect, useId, useState } from "react";
import { Console } from "../console/console";
import { TabRow, tabId } from "../page/tab-row";
import { useWords } from "../words/context";
import styles from "./playground.module.css";

const MOST = 8;

export function Terminals() {
	const words = useWords().playground;
	const panel = useId();
	const [names, setNames] = useState(["main"]);
	const [shown, setShown] = useState("main");
	const [next, setNext] = useState(2);

	useEffect(() => {
		// Terminals that were opened here before, and are still open.
		void import("../console/session").then(({ openConsoles }) => {
			const open = openConsoles();
			if (open.length < 2) return;
			setNames([...new Set(["main", ...open])]);
			setNext(Math.max(...open.map((name) => Number(name) || 1)) + 1);
		});
	}, []);

	const numberOf = (name: string): number => (name === "main" ? 1 : Number(name));
	function add(): void {
		const name = String(next);
		setNext(next + 1);
		setNames([...names, name]);
		setShown(name);
	}
	async function close(name: string): Promise<void> {
		const at = names.indexOf(name);
		const left = names.filter((other) => other !== name);
		setNames(left);
		if (shown === name) setShown(left[Math.max(0, at - 1)] ?? "main");
		(await import("../console/session")).closeConsole(name);
	}
	return (
		<div className={styles.terminals}>
			<div className={styles.strip}>
				<TabRow
					label={words.terminals}
					names={names}
					chosen={shown}
					choose={setShown}
					text={(name) => words.terminal(numberOf(name))}
					as="terminal"
					panel={panel}
					onKeyDown={({ key }) => key === "Delete" && shown !== "main" && void close(shown)}
				/>
				{shown !== "main" && (
					<button
						type="button"
						className="icon"
						aria-label={words.closeTerminal(numberOf(shown))}
						title={words.closeTerminal(numberOf(shown))}
						onClick={() => void close(shown)}
					>
						×
					</button>
				)}
				{names.length < MOST && (
					<button type="button" className="icon" aria-label={words.newTerminal} title={words.newTerminal} onClick={add}>
						+
					</button>
				)}
			</div>
			<div id={panel} role="tabpanel" aria-labelledby={tabId(panel, shown)} className={styles.terminal}>
				<Console key={shown} session={shown} takesFocus />
			</div>
		</div>
	);
}
