"use client";
// Progress on the list of lessons: how far each is, and the file to take along.

import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { saveFile } from "../page/save-file";
import { useWords } from "../words/context";
import styles from "./lesson.module.css";
import { loadProgress, mergeProgress, parseProgress, progressStore } from "./progress";

export function LessonProgress({ slug, tasks }: { slug: string; tasks: string[] }) {
	const words = useWords().lessons;
	useEffect(loadProgress, []);
	const solved = useStore(progressStore, ({ lessons }) => tasks.filter((task) => lessons[slug]?.solved[task]).length);
	return solved > 0 ? <span className={styles.progress}>{words.done(solved, tasks.length)}</span> : null;
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
