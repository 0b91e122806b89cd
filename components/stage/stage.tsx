"use client";
// The stage: the pictures of the live machine under tabs, beside the text; on a phone a sheet from below.

import { lazy, type ReactNode, Suspense, useEffect, useId } from "react";
import { useStore } from "zustand";
import { viewerStore } from "../editor/viewer-store";
import { TabRow, tabId } from "../page/tab-row";
import { useWords } from "../words/context";
import { BuildPicture } from "./build/build-picture";
import { CallsPanel } from "./calls/calls-panel";
import { FilesPicture } from "./files/files-picture";
import { IsolationPicture } from "./isolation/isolation-picture";
import { LayersPicture } from "./layers/layers-picture";
import { NetworkPicture } from "./network/network-picture";
import { RegistryPicture } from "./registry/registry-picture";
import { RunPicture } from "./run/run-picture";
import styles from "./stage.module.css";
import { type Pane, stageStore, VIEWS, type View } from "./store";
import { WirePicture } from "./wire/wire-picture";

const PICTURES: Record<View, () => ReactNode> = {
	run: RunPicture,
	layers: LayersPicture,
	files: FilesPicture,
	build: BuildPicture,
	isolation: IsolationPicture,
	network: NetworkPicture,
	registry: RegistryPicture,
	wire: WirePicture,
	calls: CallsPanel,
};

const FileViewer = lazy(() => import("../editor/file-viewer").then(({ FileViewer }) => ({ default: FileViewer })));

/** @param console shown above the pictures, and first in a phone's sheet */
export function Stage({ console }: { console?: ReactNode }) {
	const words = useWords().stage;
	const view = useStore(stageStore, (state) => state.view);
	const sheet = useStore(stageStore, (state) => state.sheet);
	const viewing = useStore(viewerStore, ({ file }) => file !== null);
	const panel = useId();
	const hasConsole = console !== undefined;
	const panes: Pane[] = hasConsole ? ["console", ...VIEWS] : [...VIEWS];
	const Picture = PICTURES[view];

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
			<div id={panel} role="tabpanel" aria-labelledby={tabId(panel, view)} className={styles.panel}>
				<Picture />
			</div>
			{viewing && (
				<Suspense>
					<FileViewer />
				</Suspense>
			)}
		</aside>
	);
}
