"use client";
// The files of the context, as tabs; one may be added and one removed.

import { type KeyboardEvent, useState } from "react";
import { useWords } from "../words/context";
import styles from "./editor.module.css";
import type { ContextFiles } from "./use-context-files";

interface Props {
	files: ContextFiles;
	open: string;
	choose: (name: string) => void;
}

export function ContextTabs({ files, open, choose }: Props) {
	const words = useWords().editor;
	const names = files.names ?? [];
	const [adding, setAdding] = useState<string | null>(null);

	function onKey(event: KeyboardEvent<HTMLElement>): void {
		const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (move === undefined || names.length === 0) return;
		event.preventDefault();
		const next = names[(names.indexOf(open) + move + names.length) % names.length] ?? open;
		choose(next);
		event.currentTarget.querySelector<HTMLButtonElement>(`[data-file="${CSS.escape(next)}"]`)?.focus();
	}
	async function add(): Promise<void> {
		const name = adding
			?.split("/")
			.filter((part) => part && part !== "..")
			.join("/");
		setAdding(null);
		if (!name) return;
		if (!names.includes(name)) await files.write({ [name]: "" });
		choose(name);
	}
	return (
		<div className={styles.strip}>
			<div role="tablist" aria-label={words.files} className={styles.tabs} onKeyDown={onKey}>
				{names.map((name) => (
					<button
						key={name}
						type="button"
						role="tab"
						aria-selected={name === open}
						tabIndex={name === open ? 0 : -1}
						data-file={name}
						className={styles.tab}
						onClick={() =>
							void files
								.flush()
								.catch(() => {})
								.then(() => choose(name))
						}
					>
						{name}
					</button>
				))}
			</div>
			{adding === null ? (
				<button
					type="button"
					className={styles.icon}
					aria-label={words.newFile}
					title={words.newFile}
					onClick={() => setAdding("")}
				>
					+
				</button>
			) : (
				<form
					className={styles.add}
					onSubmit={(event) => {
						event.preventDefault();
						void add();
					}}
				>
					<input
						// biome-ignore lint/a11y/noAutofocus: it was just asked for
						autoFocus
						type="text"
						value={adding}
						aria-label={words.newFileName}
						spellCheck={false}
						onChange={({ target }) => setAdding(target.value)}
						onKeyDown={(event) => event.key === "Escape" && setAdding(null)}
					/>
					<button type="submit" className="button">
						{words.add}
					</button>
				</form>
			)}
			{open !== "Dockerfile" && names.includes(open) && (
				<button
					type="button"
					className={styles.icon}
					aria-label={words.remove(open)}
					title={words.remove(open)}
					onClick={() => void files.remove(open).then(() => choose("Dockerfile"))}
				>
					×
				</button>
			)}
			<span className={styles.state} role="status" data-state={files.state}>
				{{ saved: words.saved, saving: words.saving, failed: words.saveFailed }[files.state]}
			</span>
		</div>
	);
}
