"use client";
// Several terminals of the host in tabs. Each is a shell of its own, kept while pages come and go.

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Console } from "../console/console";
import { useWords } from "../words/context";
import styles from "./playground.module.css";

const MOST = 8;

export function Terminals() {
	const words = useWords().playground;
	const id = useId();
	const [names, setNames] = useState(["main"]);
	const [shown, setShown] = useState("main");
	const [next, setNext] = useState(2);
	const tabs = useRef<HTMLDivElement>(null);

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
	function onKey(event: KeyboardEvent): void {
		const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (event.key === "Delete" && shown !== "main") {
			void close(shown);
			return;
		}
		if (move === undefined) return;
		event.preventDefault();
		const to = names[(names.indexOf(shown) + move + names.length) % names.length] ?? "main";
		setShown(to);
		tabs.current?.querySelector<HTMLButtonElement>(`[data-terminal="${to}"]`)?.focus();
	}
	return (
		<div className={styles.terminals}>
			<div className={styles.strip}>
				<div ref={tabs} role="tablist" aria-label={words.terminals} className={styles.tabs} onKeyDown={onKey}>
					{names.map((name) => (
						<button
							key={name}
							id={`${id}${name}`}
							type="button"
							role="tab"
							aria-selected={name === shown}
							aria-controls={`${id}panel`}
							tabIndex={name === shown ? 0 : -1}
							data-terminal={name}
							className={styles.tab}
							onClick={() => setShown(name)}
						>
							{words.terminal(numberOf(name))}
						</button>
					))}
				</div>
				{shown !== "main" && (
					<button
						type="button"
						className={styles.icon}
						aria-label={words.closeTerminal(numberOf(shown))}
						title={words.closeTerminal(numberOf(shown))}
						onClick={() => void close(shown)}
					>
						×
					</button>
				)}
				{names.length < MOST && (
					<button type="button" className={styles.icon} aria-label={words.newTerminal} title={words.newTerminal} onClick={add}>
						+
					</button>
				)}
			</div>
			<div id={`${id}panel`} role="tabpanel" aria-labelledby={`${id}${shown}`} className={styles.terminal}>
				<Console key={shown} session={shown} takesFocus />
			</div>
		</div>
	);
}
