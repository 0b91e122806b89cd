"use client";
// A text in Monaco; in a plain text area while that is fetched, and where it cannot be.

import { useEffect, useRef, useState } from "react";
import type { DockerfileFinding } from "../../engine/host/browser/dockerfile-checks";
import { useLocale, useWords } from "../words/context";
import styles from "./editor.module.css";
import { languageOf } from "./languages";
import type { EditorHandle } from "./mount";

/** What is said beside a line. */
export interface LineNote {
	/** From 1. */
	line: number;
	text: string;
	kind: "hit" | "miss";
}
interface Props {
	/** Path or name; by it the language is known. Another name is another text. */
	name: string;
	value: string;
	/** For screen readers. */
	label: string;
	/** Without it the text is for reading only. */
	change?: (value: string) => void;
	/** Ctrl or Cmd with Enter. */
	submit?: () => void;
	findings?: readonly DockerfileFinding[];
	notes?: readonly LineNote[];
	/** The editor has come. */
	loaded?: () => void;
}

const NO_FINDINGS: readonly DockerfileFinding[] = [];
const NO_NOTES: readonly LineNote[] = [];

export function CodeEditor({ name, value, label, change, submit, findings = NO_FINDINGS, notes = NO_NOTES, loaded }: Props) {
	const words = useWords().editor;
	const locale = useLocale();
	const place = useRef<HTMLDivElement>(null);
	const [editor, setEditor] = useState<EditorHandle>();
	const [plain, setPlain] = useState(false);
	// The editor lives longer than a rendering: it calls what is current.
	const current = useRef({ change, submit, loaded, value });
	current.current = { change, submit, loaded, value };

	useEffect(() => {
		let left = false;
		let made: EditorHandle | undefined;
		import("./mount")
			.then(({ mountEditor }) => {
				if (left || !place.current) return;
				made = mountEditor(place.current, {
					locale,
					label,
					language: languageOf(name),
					value: current.current.value,
					change: current.current.change && ((text) => current.current.change?.(text)),
					submit: () => current.current.submit?.(),
				});
				setEditor(made);
				current.current.loaded?.();
			})
			.catch(() => !left && setPlain(true));
		return () => {
			left = true;
			made?.dispose();
			setEditor(undefined);
		};
	}, [name, label, locale]);

	useEffect(() => editor?.setValue(value), [editor, value]);
	useEffect(() => editor?.setFindings(findings), [editor, findings]);
	useEffect(() => editor?.setNotes(notes), [editor, notes]);

	return (
		<div className={styles.code} data-editor={editor ? "monaco" : plain ? "plain" : "loading"}>
			<div ref={place} className={styles.monaco} hidden={plain} />
			{!editor && (
				<textarea
					className={styles.plain}
					aria-label={label}
					title={plain ? words.plain : words.loading}
					value={value}
					readOnly={!change}
					spellCheck={false}
					onChange={({ target }) => change?.(target.value)}
					onKeyDown={(event) => {
						if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
						event.preventDefault();
						submit?.();
					}}
				/>
			)}
		</div>
	);
}
