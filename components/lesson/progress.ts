// What the learner has done, kept in this browser: predictions made and tasks solved, by lesson.

import * as z from "zod/mini";
import { createStore } from "zustand/vanilla";

const KEY = "drydock.progress";

// The page's policy forbids to make code of text, and even to try is reported.
z.config({ jitless: true });

const lessonProgress = z.object({
	/** Task → when it was solved, ISO 8601. */
	solved: z.record(z.string(), z.string()),
	/** Prediction → the choice made. */
	chosen: z.record(z.string(), z.string()),
});
const progressFile = z.object({
	version: z.literal(1),
	lessons: z.record(z.string(), lessonProgress),
	/** The lesson that was open last. */
	last: z.optional(z.string()),
});

export type LessonProgress = z.infer<typeof lessonProgress>;
export type Progress = z.infer<typeof progressFile>;

const NOTHING: LessonProgress = { solved: {}, chosen: {} };

/** @throws ZodError or SyntaxError for what is no progress file */
export const parseProgress = (text: string): Progress => progressFile.parse(JSON.parse(text));

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
