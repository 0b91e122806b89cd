"use client";
// The stage: the pictures of the live machine under tabs, beside the text; on a phone a sheet from below.

import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect, useId } from "react";
import { useStore } from "zustand";
import { viewerStore } from "../editor/viewer-store";
import { useMachine } from "../machine/use-machine";
import { TabRow, tabId } from "../page/tab-row";
import { useWords } from "../words/context";
import frame from "./frame.module.css";
import { fetchPictures, PICTURES } from "./pictures";
import styles from "./stage.module.css";
import { type Pane, stageStore, VIEWS, type View } from "./store";

const FileViewer = lazy(() => import("../editor/file-viewer").then(({ FileViewer }) => ({ default: FileViewer })));

/** The prompt comes before. */
const REST_MS = 500;

/** What a picture says itself while there is nothing to draw: its code need not be there for that. */
function Nothing({ view }: { view: View }) {
	const words = useWords();
	return <p className={frame.empty}>{view === "calls" ? words.calls.off : words[view].empty}</p>;
}

/** @param console shown above the pictures, and first in a phone's sheet */
export function Stage({ console }: { console?: ReactNode }) {
	const words = useWords().stage;
	const view = useStore(stageStore, (state) => state.view);
	const sheet = useStore(stageStore, (state) => state.sheet);
	const viewing = useStore(viewerStore, ({ file }) => file !== null);
	const panel = useId();
	const hasConsole = console !== undefined;
	const panes: Pane[] = hasConsole ? ["console", ...VIEWS] : [...VIEWS];
	// A machine that is off has nothing to draw: the pictures' code comes after the text, with the machine.
	const on = useMachine(({ status }) => status.phase !== "off");
	const ready = useMachine(({ status }) => status.phase === "ready");
	// The tab answers at once; a large picture is made in pieces, between which the console goes on.
	const drawn = useDeferredValue(view);
	const Picture = PICTURES[drawn];
	useEffect(() => {
		if (!ready) return;
		const timer = setTimeout(fetchPictures, REST_MS);
		return () => clearTimeout(timer);
	}, [ready]);

	useEffect(() => {
		stageStore.setState({ sheet: null, hasConsole });
		return () => stageStore.setState({ sheet: null, hasConsole: false });
	}, [hasConsole]);

	function choose(pane: Pane): void {
		stageStore.setState((state) => ({ view: pane === "console" ? state.view : pane, sheet: pane }));
	}
	return (
		<aside
			className={styles.stage}
			aria-label={words.label}
			data-sheet={sheet ?? "closed"}
			data-console={hasConsole || undefined}
		>
			<div className={styles.bar}>
				<TabRow
					label={words.label}
					names={panes}
					chosen={sheet === "console" ? "console" : view}
					current={view}
					choose={choose}
					text={(pane) => words[pane]}
					as="pane"
					panel={panel}
					className={styles.tabs}
				/>
				<button
					type="button"
					className={styles.sheetToggle}
					aria-expanded={sheet !== null}
					onClick={() => stageStore.setState({ sheet: sheet === null ? (hasConsole ? "console" : view) : null })}
				>
					<span aria-hidden="true">{sheet === null ? "▲" : "▼"}</span>
					<span className="visually-hidden">{sheet === null ? words.open : words.close}</span>
				</button>
			</div>
			{console && <div className={styles.console}>{console}</div>}
			<div
				id={panel}
				role="tabpanel"
				aria-labelledby={tabId(panel, view)}
				aria-busy={drawn !== view || undefined}
				className={styles.panel}
			>
				{on ? (
					<Suspense fallback={ready ? null : <Nothing view={view} />}>
						<Picture />
					</Suspense>
				) : (
					<Nothing view={view} />
				)}
			</div>
			{viewing && (
				<Suspense>
					<FileViewer />
				</Suspense>
			)}
		</aside>
	);
}
