"use client";
// Below the terminals: examples, the host's files, the layer explorer, the build editor; one at a time.

import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { BuildEditor } from "../editor/build-editor";
import { LayerExplorer } from "../explorer/layer-explorer";
import { useWords } from "../words/context";
import { Examples } from "./examples";
import { HostFiles } from "./host-files";
import styles from "./playground.module.css";

const PANES = ["examples", "files", "explorer", "editor"] as const;
type Pane = (typeof PANES)[number];
const CONTENT: Record<Pane, () => ReactNode> = {
	examples: Examples,
	files: HostFiles,
	explorer: LayerExplorer,
	editor: BuildEditor,
};

export function Tools() {
	const words = useWords().playground;
	const id = useId();
	const [pane, setPane] = useState<Pane>("examples");
	const Content = CONTENT[pane];

	useEffect(() => {
		const asked = location.hash.slice(1);
		if ((PANES as readonly string[]).includes(asked)) setPane(asked as Pane);
	}, []);
	function show(next: Pane): void {
		setPane(next);
		history.replaceState(history.state, "", `#${next}`);
	}
	function onKey(event: KeyboardEvent<HTMLElement>): void {
		const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (move === undefined) return;
		event.preventDefault();
		const next = PANES[(PANES.indexOf(pane) + move + PANES.length) % PANES.length] ?? pane;
		show(next);
		event.currentTarget.querySelector<HTMLButtonElement>(`[data-tool="${next}"]`)?.focus();
	}
	return (
		<section className={styles.tools} aria-label={words.tools}>
			<div className={styles.strip}>
				<div role="tablist" aria-label={words.tools} className={styles.tabs} onKeyDown={onKey}>
					{PANES.map((name) => (
						<button
							key={name}
							id={`${id}${name}`}
							type="button"
							role="tab"
							aria-selected={name === pane}
							aria-controls={`${id}panel`}
							tabIndex={name === pane ? 0 : -1}
							data-tool={name}
							className={styles.tab}
							onClick={() => show(name)}
						>
							{words.panes[name]}
						</button>
					))}
				</div>
			</div>
			<div id={`${id}panel`} role="tabpanel" aria-labelledby={`${id}${pane}`} className={styles.pane}>
				<Content />
			</div>
		</section>
	);
}
