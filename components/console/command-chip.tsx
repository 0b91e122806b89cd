"use client";
// A command in the text that runs in the console at a press. It is typed where it belongs: at the host, or in a container.

import { type ReactNode, useState } from "react";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { stageStore } from "../stage/store";
import { useWords } from "../words/context";
import styles from "./command-chip.module.css";
import { standsInContainer } from "./where";

interface Props {
	line: string;
	where: "host" | "container";
	children?: ReactNode;
}

export function CommandChip({ line, where, children }: Props) {
	const words = useWords().lesson;
	const ready = useMachine((state) => state.status.phase === "ready");
	const [note, setNote] = useState("");

	async function run(): Promise<void> {
		const machine = theMachine();
		if (!machine) return;
		const inside = await standsInContainer(machine);
		if (inside !== undefined && inside !== (where === "container")) {
			setNote(inside ? words.inContainer : words.notInContainer);
			return;
		}
		const { consoleSession } = await import("./session");
		consoleSession().type(line);
		stageStore.setState(({ sheet, hasConsole }) => ({ command: null, step: null, sheet: hasConsole ? "console" : sheet }));
		if (!matchMedia("(pointer: coarse)").matches) consoleSession().focus();
		setNote(words.copied);
		setTimeout(() => setNote((now) => (now === words.copied ? "" : now)), 2500);
	}

	return (
		<span className={styles.chip}>
			<button
				type="button"
				className={styles.command}
				disabled={!ready}
				onClick={() => void run()}
				title={where === "host" ? words.runHost : words.runContainer}
			>
				<span className={styles.prompt} aria-hidden="true">
					{where === "host" ? "#" : "▸"}
				</span>
				<code translate="no">{line}</code>
				<span className={styles.go} aria-hidden="true">
					↵
				</span>
				<span className="visually-hidden">, {words.run}</span>
			</button>
			{children}
			<span className={styles.note} role="status" data-told={note === words.copied || undefined}>
				{note}
			</span>
		</span>
	);
}
