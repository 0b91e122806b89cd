// What the learner has done, kept in this browser: predictions made and tasks solved, by lesson.

import { createStore } from "zustand/vanilla";

const KEY = "drydock.progress";

export interface LessonProgress {
	/** Task → when it was solved, ISO 8601. */
	solved: Record<string, string>;
	/** Prediction → the choice made. */
	chosen: Record<string, string>;
}
export interface Progress {
	version: 1;
	lessons: Record<string, LessonProgress>;
	/** The lesson that was open last. */
	last?: string;
}

const NOTHING: LessonProgress = { solved: {}, chosen: {} };

const isRecord = <T>(value: unknown, holds: (each: unknown) => each is T): value is Record<string, T> =>
	typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(holds);
const isText = (value: unknown): value is string => typeof value === "string";
const isAny = (_: unknown): _ is unknown => true;
const isLesson = (value: unknown): value is LessonProgress =>
	isRecord(value, isAny) && isRecord(value.solved, isText) && isRecord(value.chosen, isText);

/** What is not known in it is left out. @throws TypeError or SyntaxError for what is no progress file */
export function parseProgress(text: string): Progress {
	const file: unknown = JSON.parse(text);
	if (!isRecord(file, isAny) || file.version !== 1 || !isRecord(file.lessons, isLesson)) throw new TypeError("no progress file");
	if (file.last !== undefined && !isText(file.last)) throw new TypeError("no progress file");
	const lessons = Object.entries(file.lessons).map(([slug, { solved, chosen }]) => [slug, { solved, chosen }]);
	return { version: 1, lessons: Object.fromEntries(lessons), ...(file.last === undefined ? {} : { last: file.last }) };
}

export const progressStore = createStore<Progress>(() => ({ version: 1, lessons: {} }));

let loaded = false;
/** Reads what is kept; to be called in the browser, after the first paint has shown what the server knew. */
export function loadProgress(): void {
	if (loaded) return;
	loaded = true;
	try {
		const kept = localStorage.getItem(KEY);
		if (kept) progressStore.setState(parseProgress(kept), true);
	} catch {
		// Unreadable, or storage is forbidden: the learner starts afresh, and what was there is not overwritten until then.
	}
	progressStore.subscribe((progress) => {
		try {
			localStorage.setItem(KEY, JSON.stringify(progress));
		} catch {
			// Storage is forbidden or full: progress lasts as long as the tab.
		}
	});
}

const change = (slug: string, update: (before: LessonProgress) => LessonProgress): void =>
	progressStore.setState(({ lessons }) => ({ lessons: { ...lessons, [slug]: update(lessons[slug] ?? NOTHING) } }));

export const markSolved = (slug: string, task: string): void =>
	change(slug, (before) =>
		before.solved[task] ? before : { ...before, solved: { ...before.solved, [task]: new Date().toISOString() } },
	);
export const markChosen = (slug: string, prediction: string, choice: string): void =>
	change(slug, (before) => ({ ...before, chosen: { ...before.chosen, [prediction]: choice } }));

/** The reader is at this lesson now. */
export const markOpen = (slug: string): void => progressStore.setState({ last: slug });

/** Adds what a file has to what is here: nothing that was solved is lost. */
export function mergeProgress(file: Progress): void {
	for (const [slug, lesson] of Object.entries(file.lessons)) {
		change(slug, (before) => ({
			solved: { ...lesson.solved, ...before.solved },
			chosen: { ...lesson.chosen, ...before.chosen },
		}));
	}
	if (file.last && !progressStore.getState().last) markOpen(file.last);
}
