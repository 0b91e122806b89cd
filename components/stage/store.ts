// What the stage shows: which picture, what is lit up, which command and which of its steps.

import { createStore } from "zustand/vanilla";

export const VIEWS = ["run", "layers", "files", "build", "isolation", "network", "registry", "wire", "calls", "code"] as const;
export type View = (typeof VIEWS)[number];
/** On a phone the sheet may show the console in the picture's place. */
export type Pane = View | "console";

export interface StageState {
	view: View;
	/** What the sheet of a phone shows; null while it is closed. */
	sheet: Pane | null;
	/** The page's console is in the stage (a lesson), not beside it (the first page). */
	hasConsole: boolean;
	/** A container's or image's id, or a layer's diff id. */
	highlight: string | null;
	/** seq of the cli.command that the Run picture shows; null follows the newest. */
	command: number | null;
	/** Index of the event shown; null is the end, and follows what comes. */
	step: number | null;
	/** The container that the Files picture shows; null follows the newest. */
	container: string | null;
}

export const stageStore = createStore<StageState>(() => ({
	view: "run",
	sheet: null,
	hasConsole: false,
	highlight: null,
	command: null,
	step: null,
	container: null,
}));

export function showView(view: View): void {
	stageStore.setState(({ sheet }) => ({ view, sheet: sheet === null ? null : view }));
}
/** Brings a picture before the reader, opening the sheet where there is one. */
export function openView(view: View): void {
	stageStore.setState({ view, sheet: view });
}
/** The pictures that draw a thing, by its kind. */
const DRAWN: Record<"container" | "content" | "network", readonly View[]> = {
	container: ["layers", "files", "isolation", "network"],
	content: ["layers", "registry"],
	network: ["network"],
};

/** Brings a thing before the reader: in the picture that is open where that draws it, else in the first that does. */
export function showInPicture(key: string, kind: keyof typeof DRAWN): void {
	stageStore.setState(({ view }) => {
		const shown = DRAWN[kind].includes(view) ? view : DRAWN[kind][0]!;
		return { view: shown, sheet: shown, highlight: key, ...(kind === "container" ? { container: key } : {}) };
	});
}
