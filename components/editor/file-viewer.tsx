"use client";
// A file of the host, a container or a layer, before everything else on the page until it is closed.

import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { readable } from "../../engine/host/browser/layer";
import { humanSize } from "../machine/bytes";
import { useWords } from "../words/context";
import { CodeEditor } from "./code-editor";
import styles from "./editor.module.css";
import { hexDump } from "./hex";
import { closeFile, type ViewedFile, viewerStore } from "./viewer-store";

const LIMIT = 512 * 1024;
const HEX_SHOWN = 4096;

export function FileViewer() {
	const file = useStore(viewerStore, (state) => state.file);
	return file && <Dialog key={file.name} file={file} />;
}

function Dialog({ file }: { file: ViewedFile }) {
	const words = useWords().viewer;
	const dialog = useRef<HTMLDialogElement>(null);
	const [bytes, setBytes] = useState<Uint8Array>();
	const [trouble, setTrouble] = useState("");
	useEffect(() => {
		dialog.current?.showModal();
		let left = false;
		file.read(LIMIT).then(
			(read) => !left && setBytes(read),
			(error: unknown) => !left && setTrouble(words.failed(error instanceof Error ? error.message : String(error))),
		);
		return () => {
			left = true;
		};
	}, [file, words]);
	return (
		<dialog ref={dialog} className={styles.viewer} aria-label={file.name} onClose={closeFile}>
			<div className={styles.viewerHead}>
				<code translate="no">{file.name}</code>
				<span>{humanSize(file.size)}</span>
				<button type="button" className="button" onClick={() => dialog.current?.close()}>
					{words.close}
				</button>
			</div>
			{trouble && <p className={styles.note}>{trouble}</p>}
			{!bytes && !trouble && <p className={styles.note}>{words.reading}</p>}
			{bytes && <Content file={file} bytes={bytes} />}
		</dialog>
	);
}

function Content({ file, bytes }: { file: ViewedFile; bytes: Uint8Array }) {
	const words = useWords().viewer;
	if (bytes.length === 0) return <p className={styles.note}>{words.empty}</p>;
	const content = readable(bytes, bytes.length < LIMIT);
	if (content === undefined)
		return (
			<>
				<p className={styles.note}>{words.binary(humanSize(file.size))}</p>
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard */}
				<section className={styles.hex} tabIndex={0} aria-label={words.content}>
					<pre>{hexDump(bytes.subarray(0, HEX_SHOWN))}</pre>
				</section>
			</>
		);
	return (
		<>
			{bytes.length === LIMIT && <p className={styles.note}>{words.cut(humanSize(LIMIT))}</p>}
			<CodeEditor name={file.name} value={content} label={words.content} />
		</>
	);
}
