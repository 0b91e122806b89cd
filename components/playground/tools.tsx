"use client";
// Below the terminals: examples, the host's files, the layer explorer, the build editor, two daemons side by side; one at a time.

import { type ComponentType, lazy, Suspense, useEffect, useId, useState } from "react";
import { TabRow, tabId } from "../page/tab-row";
import { useWords } from "../words/context";
import { Examples } from "./examples";
import styles from "./playground.module.css";

const PANES = ["examples", "files", "explorer", "editor", "beside"] as const;
type Pane = (typeof PANES)[number];
const CONTENT: Record<Pane, ComponentType> = {
	examples: Examples,
	files: lazy(() => import("./host-files").then(({ HostFiles }) => ({ default: HostFiles }))),
	explorer: lazy(() => import("../explorer/layer-explorer").then(({ LayerExplorer }) => ({ default: LayerExplorer }))),
	editor: lazy(() => import("../editor/build-editor").then(({ BuildEditor }) => ({ default: BuildEditor }))),
	beside: lazy(() => import("../compare/workbench").then(({ ComparingBench }) => ({ default: ComparingBench }))),
};

export function Tools() {
	const words = useWords().playground;
	const panel = useId();
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
	return (
		<section className={styles.tools} aria-label={words.tools}>
			<div className={styles.strip}>
				<TabRow
					label={words.tools}
					names={PANES}
					chosen={pane}
					choose={show}
					text={(name) => words.panes[name]}
					as="tool"
					panel={panel}
				/>
			</div>
			<div id={panel} role="tabpanel" aria-labelledby={tabId(panel, pane)} className={styles.pane}>
				<Suspense>
					<Content />
				</Suspense>
			</div>
		</section>
	);
}
