"use client";
// The host's files: a directory at a time. Files come in by drag and drop or a press, and go out the same ways; an archive of
// images is loaded by docker load, typed into the terminal.

import { type DragEvent, useEffect, useRef, useState } from "react";
import type { FileEntry } from "../../engine/host/browser/facade";
import { openFile } from "../editor/viewer-store";
import { humanSize } from "../machine/bytes";
import { refreshSoon, theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import styles from "./playground.module.css";
import { downloadFile, hasImages, joined, quoted, writeFile } from "./transfer";

const SHOWN = 400;

export function HostFiles() {
	const words = useWords().hostFiles;
	const [path, setPath] = useState("/root");
	const [note, setNote] = useState("");
	const [over, setOver] = useState(false);
	const { entries, again } = useDirectory(path);
	const input = useRef<HTMLInputElement>(null);

	async function take(files: Iterable<File>): Promise<void> {
		const machine = theMachine();
		if (!machine) return;
		const done: string[] = [];
		for (const file of files) {
			setNote(words.uploading(file.name));
			const target = joined(path, file.name);
			try {
				await writeFile(machine, target, new Uint8Array(await file.arrayBuffer()));
				if (await hasImages(machine, file, target)) {
					setNote(words.archive(file.name));
					const { consoleSession } = await import("../console/session");
					await consoleSession().typeInTurn([`docker load -i ${quoted(target)}`]);
				} else done.push(file.name);
			} catch (error) {
				setNote(words.failed(file.name, error instanceof Error ? error.message : String(error)));
				again();
				return;
			}
		}
		if (done.length > 0) setNote(words.uploaded(done.join(", "), path));
		again();
		refreshSoon();
	}
	function onDrop(event: DragEvent): void {
		event.preventDefault();
		setOver(false);
		void take([...event.dataTransfer.files]);
	}
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: dropping has the button as its equal
		<div
			className={styles.files}
			data-over={over || undefined}
			data-drop="host"
			onDragOver={(event) => {
				if (!event.dataTransfer.types.includes("Files")) return;
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={(event) => {
				if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
			}}
			onDrop={onDrop}
		>
			<div className={styles.filesHead}>
				<PathField path={path} go={setPath} />
				<button type="button" className="button" onClick={() => input.current?.click()}>
					{words.upload}
				</button>
				<input
					ref={input}
					type="file"
					multiple
					hidden
					data-upload
					onChange={({ target }) => {
						void take([...(target.files ?? [])]).then(() => {
							target.value = "";
						});
					}}
				/>
			</div>
			<p className={styles.note} role="status">
				{over ? words.dropHere : note || words.drop}
			</p>
			<Listing path={path} entries={entries} go={setPath} />
		</div>
	);
}

/** The entries of a directory, read again when the machine has changed; null where it cannot be read. */
function useDirectory(path: string): { entries: FileEntry[] | null | undefined; again: () => void } {
	const revision = useMachine((state) => state.revision);
	const [asked, setAsked] = useState(0);
	const [entries, setEntries] = useState<FileEntry[] | null>();
	// biome-ignore lint/correctness/useExhaustiveDependencies: every new reading of the machine reads the directory again
	useEffect(() => {
		let left = false;
		theMachine()
			?.list(path)
			.then(
				(found) => !left && setEntries(found),
				() => !left && setEntries(null),
			);
		return () => {
			left = true;
		};
	}, [path, revision, asked]);
	return { entries, again: () => setAsked((n) => n + 1) };
}

function PathField({ path, go }: { path: string; go: (path: string) => void }) {
	const words = useWords().hostFiles;
	const [typed, setTyped] = useState(path);
	useEffect(() => setTyped(path), [path]);
	return (
		<form
			className={styles.path}
			onSubmit={(event) => {
				event.preventDefault();
				go(`/${typed.split("/").filter(Boolean).join("/")}`);
			}}
		>
			<input
				type="text"
				value={typed}
				aria-label={words.path}
				spellCheck={false}
				onChange={({ target }) => setTyped(target.value)}
			/>
		</form>
	);
}

interface ListingProps {
	path: string;
	entries: FileEntry[] | null | undefined;
	go: (path: string) => void;
}
function Listing({ path, entries, go }: ListingProps) {
	const words = useWords().hostFiles;
	const files = useWords().files;
	if (entries === undefined) return null;
	if (entries === null) return <p className={styles.note}>{words.unreadable}</p>;
	const sorted = entries.toSorted((a, b) => Number(b.type === "directory") - Number(a.type === "directory"));
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section className={styles.listing} tabIndex={0} aria-label={path}>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.name}</th>
						<th scope="col">{words.size}</th>
						<th scope="col">{words.mode}</th>
						<th scope="col">{words.downloadShort}</th>
					</tr>
				</thead>
				<tbody>
					{path !== "/" && (
						<tr>
							<td colSpan={4}>
								<button type="button" className={styles.entry} onClick={() => go(path.replace(/\/[^/]*$/, "") || "/")}>
									../ <span className="visually-hidden">{files.up}</span>
								</button>
							</td>
						</tr>
					)}
					{sorted.slice(0, SHOWN).map((entry) => (
						<Row key={entry.name} path={joined(path, entry.name)} entry={entry} go={go} />
					))}
				</tbody>
			</table>
			{sorted.length === 0 && <p className={styles.note}>{words.empty}</p>}
			{sorted.length > SHOWN && <p className={styles.note}>{words.more(sorted.length - SHOWN)}</p>}
		</section>
	);
}

function Row({ path, entry, go }: { path: string; entry: FileEntry; go: (path: string) => void }) {
	const words = useWords().hostFiles;
	const { name, type, size, mode, target } = entry;
	const open = (): void => {
		if (type === "directory") go(path);
		else if (type === "symlink" && target) go(resolved(path, target));
		else if (type === "file") openFile({ name: path, size, read: (limit) => theMachine()!.readFile(path, limit) });
	};
	return (
		<tr>
			<td>
				<button
					type="button"
					className={styles.entry}
					data-type={type}
					disabled={!["directory", "file", "symlink"].includes(type)}
					onClick={open}
				>
					{name}
					{type === "directory" ? "/" : ""}
					{target !== undefined && ` → ${target}`}
				</button>
			</td>
			<td className={styles.number}>{type === "file" ? humanSize(size) : ""}</td>
			<td className={styles.number}>{mode.toString(8).padStart(4, "0")}</td>
			<td>
				{type === "file" && (
					<button
						type="button"
						className={styles.icon}
						draggable
						aria-label={words.download(name)}
						title={words.download(name)}
						onPointerEnter={() => void offered(path, size)}
						onDragStart={(event) => {
							const address = OFFERED.get(path);
							if (address) event.dataTransfer.setData("DownloadURL", `application/octet-stream:${name}:${address}`);
						}}
						onClick={() => void downloadFile(theMachine()!, path)}
					>
						↓
					</button>
				)}
			</td>
		</tr>
	);
}

function resolved(from: string, target: string): string {
	const parts = (target.startsWith("/") ? target : `${from.replace(/\/[^/]*$/, "")}/${target}`).split("/");
	const out: string[] = [];
	for (const part of parts) {
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	}
	return `/${out.join("/")}`;
}

/** Dragging a file out needs its address at once, so its content is read when the pointer comes near. */
const OFFERED = new Map<string, string>();
const OFFERED_MOST = 16 * 2 ** 20;
async function offered(path: string, size: number): Promise<void> {
	const machine = theMachine();
	if (!machine || size > OFFERED_MOST) return;
	try {
		const bytes = await machine.readFile(path);
		const before = OFFERED.get(path);
		if (before) URL.revokeObjectURL(before);
		OFFERED.set(path, URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>])));
	} catch {
		// A file that cannot be read cannot be dragged either.
	}
}
