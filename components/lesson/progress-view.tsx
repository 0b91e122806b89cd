"use client";
// Progress on the list of lessons: how far each is, and the file to take along.

import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { saveFile } from "../page/save-file";
import { useLocale, useWords } from "../words/context";
import styles from "./lesson.module.css";
import { loadProgress, markOpen, mergeProgress, parseProgress, progressStore } from "./progress";

export function LessonProgress({ slug, tasks }: { slug: string; tasks: string[] }) {
	const words = useWords().lessons;
	useEffect(loadProgress, []);
	const solved = useStore(progressStore, ({ lessons }) => tasks.filter((task) => lessons[slug]?.solved[task]).length);
	return solved > 0 ? <span className={styles.progress}>{words.done(solved, tasks.length)}</span> : null;
}

/** Notes that the reader is at a lesson, for the way back to it. */
export function LessonOpen({ slug }: { slug: string }) {
	useEffect(() => {
		loadProgress();
		markOpen(slug);
	}, [slug]);
	return null;
}

/** The way back to the lesson that was open last; nothing for who has opened none. */
export function ContinueLink({ titles }: { titles: Record<string, string> }) {
	const words = useWords().reading;
	const locale = useLocale();
	useEffect(loadProgress, []);
	const last = useStore(progressStore, (state) => state.last);
	const title = last === undefined ? undefined : titles[last];
	if (title === undefined) return null;
	return (
		<p className={styles.continue}>
			<Link href={`/${locale}/lessons/${last}`} className="button">
				{words.continue(title)}
			</Link>
		</p>
	);
}

export function ProgressFile() {
	const words = useWords().lessons;
	const [note, setNote] = useState("");
	const input = useRef<HTMLInputElement>(null);
	useEffect(loadProgress, []);
	return (
		<section className={styles.progressFile} aria-label={words.progress}>
			<button
				type="button"
				className="button"
				onClick={() =>
					saveFile(
						"drydock-progress.json",
						new Blob([JSON.stringify(progressStore.getState(), null, "\t")], { type: "application/json" }),
					)
				}
			>
				{words.exportProgress}
			</button>
			<button type="button" className="button" onClick={() => input.current?.click()}>
				{words.importProgress}
			</button>
			<input
				ref={input}
				type="file"
				accept="application/json"
				hidden
				onChange={async ({ target }) => {
					const file = target.files?.[0];
					if (!file) return;
					try {
						mergeProgress(parseProgress(await file.text()));
						setNote(words.imported);
					} catch {
						setNote(words.importFailed);
					}
					target.value = "";
				}}
			/>
			<span role="status">{note}</span>
		</section>
	);
}
