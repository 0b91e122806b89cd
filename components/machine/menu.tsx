"use client";
// How the machine is, in the header, and what one can do about it: storage, export, reset.

import { useEffect, useId, useRef, useState } from "react";
import { useWords } from "../words/context";
import { humanSize } from "./bytes";
import styles from "./menu.module.css";
import { theMachine } from "./store";
import { useMachine } from "./use-machine";

export function MachineMenu() {
	const words = useWords().machine;
	const status = useMachine((state) => state.status);
	const missing = useMachine((state) => state.missing);
	const [open, setOpen] = useState(false);
	const panel = useId();
	const root = useRef<HTMLDivElement>(null);

	useEffect(() => {
		if (!open) return;
		const onPointer = (event: PointerEvent): void => {
			if (!root.current?.contains(event.target as Node)) setOpen(false);
		};
		document.addEventListener("pointerdown", onPointer);
		return () => document.removeEventListener("pointerdown", onPointer);
	}, [open]);

	const phase = missing.length > 0 ? "unsupported" : status.phase;
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the panel from anywhere within
		<div
			ref={root}
			className={styles.root}
			onKeyDown={(event) => {
				if (event.key !== "Escape" || !open) return;
				setOpen(false);
				root.current?.querySelector("button")?.focus();
			}}
		>
			<button
				type="button"
				className={styles.toggle}
				aria-expanded={open}
				aria-controls={panel}
				onClick={() => setOpen((value) => !value)}
				data-phase={phase}
			>
				<span className={styles.lamp} aria-hidden="true" />
				<span className={styles.menuWord}>{words.menu}</span>
				<span className={styles.phase} data-longest={longest(words.off, words.starting, words.ready)}>
					{words[phase]}
				</span>
			</button>
			<p className="visually-hidden" role="status" aria-live="polite">
				{`${words.label}: ${words[phase]}`}
			</p>
			<div id={panel} className={styles.panel} hidden={!open}>
				{open && <MachinePanel close={() => setOpen(false)} />}
			</div>
		</div>
	);
}

/** The bar keeps room for it: what stands beside must not move while the machine comes up. */
const longest = (...texts: string[]): string => texts.reduce((a, b) => (b.length > a.length ? b : a));

function MachinePanel({ close }: { close: () => void }) {
	const words = useWords().machine;
	const status = useMachine((state) => state.status);
	const [asking, setAsking] = useState(false);
	return (
		<>
			{status.phase === "ready" && (
				<>
					<p>{status.kept ? words.kept : words.notKept}</p>
					<h2>{words.storage}</h2>
					<p>{words.used(humanSize(status.storage.usage), humanSize(status.storage.quota))}</p>
					{status.kept && <p>{status.storage.persistent ? words.persistent : words.notPersistent}</p>}
				</>
			)}
			{status.phase === "failed" && <p>{status.unloaded ? words.failedUnloaded : status.reason}</p>}
			<div className={styles.actions}>
				{status.phase === "ready" && !status.kept && (
					<button type="button" className="button" onClick={() => void theMachine()?.restart()}>
						{words.takeOver}
					</button>
				)}
				{(status.phase === "ready" || (status.phase === "failed" && status.exportable)) && (
					<button type="button" className="button" onClick={() => void downloadDisk()}>
						{words.export}
					</button>
				)}
				{!asking && theMachine() && (
					<button type="button" className="button" onClick={() => setAsking(true)}>
						{words.reset}
					</button>
				)}
			</div>
			{asking && (
				<section className={styles.ask} aria-label={words.reset}>
					<p>{words.resetAsk}</p>
					<div className={styles.actions}>
						<button
							type="button"
							className="button strong"
							onClick={() => {
								void theMachine()?.reset();
								close();
							}}
						>
							{words.resetYes}
						</button>
						<button type="button" className="button" onClick={() => setAsking(false)}>
							{words.cancel}
						</button>
					</div>
				</section>
			)}
		</>
	);
}

export async function downloadDisk(): Promise<void> {
	const tar = await theMachine()?.exportState();
	if (!tar) return;
	const { saveFile } = await import("../page/save-file");
	saveFile("drydock-disk.tar", new Blob([tar as Uint8Array<ArrayBuffer>], { type: "application/x-tar" }));
}
