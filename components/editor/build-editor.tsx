"use client";
// The build editor: the files of a build context in tabs, checks as one types, the real docker build at a press, and beside
// each line whether the cache had its step, or why not.

import { useEffect, useMemo, useState } from "react";
import type { DockerfileFinding } from "../../engine/host/browser/dockerfile-checks";
import { standsInContainer } from "../console/where";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { quoted } from "../playground/transfer";
import { buildsOf } from "../stage/build/model";
import { readableTime } from "../stage/run/layout";
import { useWords } from "../words/context";
import { BuildSteps } from "./build-steps";
import { CodeEditor, type LineNote } from "./code-editor";
import { ContextTabs } from "./context-tabs";
import styles from "./editor.module.css";
import { EXAMPLE_CONTEXT } from "./example-context";
import { Findings } from "./findings";
import { languageOf } from "./languages";
import { linesOfSteps } from "./step-lines";
import { useContextFiles } from "./use-context-files";

const DIRECTORY = "/root/app";
const NO_FINDINGS: DockerfileFinding[] = [];

export function BuildEditor() {
	const words = useWords().editor;
	const ready = useMachine((state) => state.status.phase === "ready");
	const trace = useMachine((state) => state.trace);
	const [directory, setDirectory] = useState(DIRECTORY);
	const [tag, setTag] = useState("app");
	const [open, setOpen] = useState("Dockerfile");
	const [note, setNote] = useState("");
	const files = useContextFiles(directory, open);
	const isDockerfile = languageOf(open) === "dockerfile";
	const findings = useFindings(isDockerfile ? files.text : undefined);
	const build = useMemo(() => buildsOf(trace).findLast(({ line }) => line.includes(directory)), [trace, directory]);
	const notes = useMemo((): LineNote[] => {
		if (!build || !isDockerfile || !files.text) return [];
		const lines = linesOfSteps(files.text, build.steps);
		return build.steps.flatMap(({ seq, hit, took }) => {
			const line = lines.get(seq);
			if (line === undefined) return [];
			return [
				{
					line,
					kind: hit ? "hit" : "miss",
					text: hit ? `✓ ${words.hit}` : `● ${words.miss}${took === undefined ? "" : ` ${readableTime(took)}`}`,
				},
			];
		});
	}, [build, isDockerfile, files.text, words]);

	async function start(): Promise<void> {
		const machine = theMachine();
		if (!machine) return;
		if (await standsInContainer(machine)) return setNote(words.busy);
		setNote("");
		await files.flush().catch(() => {});
		const { consoleSession } = await import("../console/session");
		consoleSession().type(`docker build -t ${quoted(tag)} ${quoted(directory)}`);
	}
	const missing = files.names?.length === 0;
	return (
		<section className={styles.editor} aria-label={words.label}>
			<form
				className={styles.head}
				onSubmit={(event) => {
					event.preventDefault();
					void start();
				}}
			>
				<DirectoryField directory={directory} go={setDirectory} />
				<label>
					<span>{words.tag}</span>
					<input type="text" value={tag} spellCheck={false} onChange={({ target }) => setTag(target.value)} />
				</label>
				<button type="submit" className="button strong" disabled={!ready || missing || tag === ""}>
					{words.build} <kbd>{words.buildKey}</kbd>
				</button>
			</form>
			{note && (
				<p className={styles.note} role="status">
					{note}
				</p>
			)}
			{missing ? (
				<div className={styles.start}>
					<p>{words.start}</p>
					<button
						type="button"
						className="button"
						onClick={() => void files.write(EXAMPLE_CONTEXT).then(() => setOpen("Dockerfile"))}
					>
						{words.example}
					</button>
				</div>
			) : (
				<div className={styles.desk}>
					<ContextTabs files={files} open={open} choose={setOpen} />
					{files.text === null && <p className={styles.note}>{words.tooBig}</p>}
					{typeof files.text === "string" && (
						<CodeEditor
							name={`${directory}/${open}`}
							label={words.content(open)}
							value={files.text}
							change={files.edit}
							submit={() => void start()}
							findings={isDockerfile ? findings : NO_FINDINGS}
							notes={notes}
						/>
					)}
					{isDockerfile && <Findings findings={findings} />}
					<BuildSteps build={build} tag={tag} />
				</div>
			)}
		</section>
	);
}

function DirectoryField({ directory, go }: { directory: string; go: (directory: string) => void }) {
	const words = useWords().editor;
	const [typed, setTyped] = useState(directory);
	const take = (): void => go(`/${typed.split("/").filter(Boolean).join("/")}`);
	return (
		<label>
			<span>{words.directory}</span>
			<input
				type="text"
				value={typed}
				spellCheck={false}
				onChange={({ target }) => setTyped(target.value)}
				onBlur={take}
				onKeyDown={(event) => {
					if (event.key !== "Enter") return;
					event.preventDefault();
					take();
				}}
			/>
		</label>
	);
}

const CHECK_AFTER_MS = 250;

/** What is to be said of the Dockerfile, a moment after the last change. */
function useFindings(text: string | null | undefined): DockerfileFinding[] {
	const [findings, setFindings] = useState(NO_FINDINGS);
	useEffect(() => {
		if (typeof text !== "string") return;
		let left = false;
		const timer = setTimeout(() => {
			import("./dockerfile-language").then(
				({ findingsOf }) => !left && setFindings(findingsOf(text)),
				// Without the language service there are no checks; the build itself still makes them.
				() => {},
			);
		}, CHECK_AFTER_MS);
		return () => {
			left = true;
			clearTimeout(timer);
		};
	}, [text]);
	return findings;
}
