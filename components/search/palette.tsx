"use client";
// Search, by a press, Ctrl-K or a slash: a field and what it finds, over everything else. The index is fetched when the page has come to
// rest, so that one can search without a network from then on; no question ever leaves the page.

import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useLocale, useWords } from "../words/context";
import type { Locale } from "../words/locale";
import type { Search, SearchEntry } from "./engine";
import styles from "./search.module.css";

export function SearchButton() {
	const words = useWords().search;
	const locale = useLocale();
	const [open, setOpen] = useState(false);
	const [apple, setApple] = useState(false);
	useEffect(() => setApple(/Mac|iPhone|iPad/.test(navigator.platform)), []);
	useEffect(() => {
		const timer = setTimeout(() => void load(locale).catch(() => {}), REST_MS);
		return () => clearTimeout(timer);
	}, [locale]);
	useEffect(() => {
		const onKey = (event: globalThis.KeyboardEvent): void => {
			if (!asksForSearch(event)) return;
			event.preventDefault();
			setOpen(true);
		};
		document.addEventListener("keydown", onKey);
		return () => document.removeEventListener("keydown", onKey);
	}, []);
	return (
		<>
			<button
				type="button"
				className={styles.open}
				onClick={() => setOpen(true)}
				aria-haspopup="dialog"
				aria-keyshortcuts="Control+K Meta+K /"
			>
				<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
					<circle cx="6.5" cy="6.5" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.8" />
					<path d="m10 10 4.5 4.5" stroke="currentColor" strokeWidth="1.8" />
				</svg>
				<span className={styles.word}>{words.open}</span>
				<kbd data-theirs={!apple || undefined}>{apple ? "⌘ K" : "Ctrl K"}</kbd>
			</button>
			{open && <Palette close={() => setOpen(false)} />}
		</>
	);
}

/** In a terminal or an editor Ctrl-K cuts a line, so that it is theirs; ⌘K means nothing there. A slash is a letter in any field. */
function asksForSearch({ key, ctrlKey, metaKey, altKey, shiftKey }: globalThis.KeyboardEvent): boolean {
	if (altKey || shiftKey) return false;
	const at = document.activeElement;
	if (key === "/" && !ctrlKey && !metaKey) return !at?.closest("input, textarea, select, dialog, [contenteditable=true]");
	if (key.toLowerCase() !== "k") return false;
	return metaKey || (ctrlKey && !at?.closest(".xterm, .monaco-editor"));
}

/** The console comes before. */
const REST_MS = 4000;
const loaded = new Map<Locale, Promise<Search>>();
function load(locale: Locale): Promise<Search> {
	let search = loaded.get(locale);
	if (!search) {
		search = Promise.all([import("./engine"), fetch(`/${locale}/search.json`)]).then(async ([{ makeSearch }, answer]) => {
			if (!answer.ok) throw new Error(String(answer.status));
			return makeSearch((await answer.json()) as SearchEntry[]);
		});
		search.catch(() => loaded.delete(locale));
		loaded.set(locale, search);
	}
	return search;
}

function Palette({ close }: { close: () => void }) {
	const words = useWords().search;
	const locale = useLocale();
	const router = useRouter();
	const id = useId();
	const dialog = useRef<HTMLDialogElement>(null);
	const list = useRef<HTMLDivElement>(null);
	const [search, setSearch] = useState<Search>();
	const [failed, setFailed] = useState(false);
	const [query, setQuery] = useState("");
	const [chosen, setChosen] = useState(0);
	const found = search?.find(query) ?? [];
	const at = Math.min(chosen, found.length - 1);

	useEffect(() => {
		dialog.current?.showModal();
		let left = false;
		load(locale).then(
			(ready) => !left && setSearch(ready),
			() => !left && setFailed(true),
		);
		return () => {
			left = true;
		};
	}, [locale]);
	useEffect(() => {
		// Without a value: what scrollIntoView answers in newer browsers is no cleanup.
		void list.current?.children[at]?.scrollIntoView({ block: "nearest" });
	}, [at]);

	function go(entry: SearchEntry | undefined): void {
		if (!entry) return;
		close();
		router.push(entry.href);
	}
	function onKey(event: KeyboardEvent): void {
		// Enter while a syllable is being put together belongs to it.
		if (event.nativeEvent.isComposing) return;
		const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.key === "Enter") {
			event.preventDefault();
			go(found[at]);
		} else if (move !== undefined && found.length > 0) {
			event.preventDefault();
			setChosen((at + move + found.length) % found.length);
		}
	}
	const said = failed
		? words.failed
		: !search
			? words.loading
			: query === ""
				? words.hint
				: found.length === 0
					? words.none
					: words.found(found.length);
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; a press beside it is one more way
		<dialog
			ref={dialog}
			className={styles.palette}
			aria-label={words.label}
			onClose={close}
			onClick={(event) => event.target === dialog.current && close()}
		>
			<div className={styles.inside}>
				<input
					type="search"
					role="combobox"
					aria-expanded={found.length > 0}
					aria-controls={`${id}list`}
					aria-activedescendant={found[at] ? `${id}${at}` : undefined}
					aria-label={words.label}
					placeholder={words.label}
					value={query}
					spellCheck={false}
					autoComplete="off"
					onChange={({ target }) => {
						setQuery(target.value);
						setChosen(0);
					}}
					onKeyDown={onKey}
				/>
				<p className={styles.said} role="status">
					{said}
				</p>
				{/* biome-ignore-start lint/a11y: a combobox's list; the field keeps the focus and has the keys */}
				<div ref={list} id={`${id}list`} role="listbox" aria-label={words.label} className={styles.list}>
					{found.map((entry, index) => (
						<div
							key={entry.href}
							id={`${id}${index}`}
							role="option"
							aria-selected={index === at}
							className={styles.entry}
							onClick={() => go(entry)}
						>
							<span className={styles.kind}>{words.kinds[entry.kind]}</span>
							<strong>{entry.title}</strong>
							<span className={styles.about}>{entry.about}</span>
						</div>
					))}
				</div>
				{/* biome-ignore-end lint/a11y: as above */}
				<p className={styles.keys} aria-hidden="true">
					{words.keys}
				</p>
			</div>
		</dialog>
	);
}
