"use client";
// The files of the context, as tabs; one may be added and one removed.

import { useState } from "react";
import { TabRow } from "../page/tab-row";
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

	const go = (name: string): void =>
		void files
			.flush()
			.catch(() => {})
			.then(() => choose(name));
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
			<TabRow
				label={words.files}
				names={names}
				chosen={open}
				choose={go}
				text={(name) => name}
				as="file"
				className={styles.tabs}
			/>
			{adding === null ? (
				<button type="button" className="icon" aria-label={words.newFile} title={words.newFile} onClick={() => setAdding("")}>
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
					className="icon"
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
