"use client";
// "Try on real Docker": whether the site lends a daemon, how long one still has it, and what one does with it.

import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useWords } from "../words/context";
import styles from "./lent.module.css";
import { giveBack, type Lent, lentStore, takeLent, watchLent } from "./store";

export function useLent(): Lent {
	useEffect(watchLent, []);
	return useStore(lentStore);
}

/** One has a daemon, or waits for one. */
export const held = ({ state }: Lent): boolean => state === "queued" || state === "starting" || state === "ready";

export function LentPanel() {
	const words = useWords().lent;
	const lent = useLent();
	const [busy, setBusy] = useState(false);
	const act = async (what: () => Promise<void>): Promise<void> => {
		setBusy(true);
		await what();
		setBusy(false);
	};
	const may = lent.state === "none" || lent.state === "ended" || lent.state === "away";
	return (
		<section className={styles.panel} aria-label={words.title} data-lent={lent.state}>
			<p className={styles.head}>
				<strong>{words.title}</strong>
				<Left lent={lent} />
			</p>
			<p role="status">{sentence(lent, words)}</p>
			{lent.state === "ready" && (
				<p className={styles.how}>
					<code translate="no">docker context use sandbox</code> {words.how}
				</p>
			)}
			{lent.replaced !== undefined && held(lent) && <p role="status">{words.replaced}</p>}
			{lent.warning && (
				<p role="alert" className={styles.warning}>
					{words.warning[lent.warning]}
				</p>
			)}
			<div className={styles.actions}>
				{may && (
					<button type="button" className="button" disabled={busy} onClick={() => void act(takeLent)}>
						{words.take}
					</button>
				)}
				{(lent.state === "ready" || lent.state === "queued") && (
					<button type="button" className="button" disabled={busy} onClick={() => void act(giveBack)}>
						{lent.state === "ready" ? words.giveBack : words.leave}
					</button>
				)}
			</div>
		</section>
	);
}

type Words = ReturnType<typeof useWords>["lent"];

export function sentence(lent: Lent, words: Words): string {
	switch (lent.state) {
		case "absent":
			return words.absent[lent.reason ?? ""] ?? words.absent.disabled!;
		case "queued":
			return words.queued(lent.place ?? 1);
		case "ended":
			return words.ended[lent.reason ?? ""] ?? words.ended.ended!;
		case "none":
			return (lent.reason && words.refused[lent.reason]) || words.none;
		default:
			return words.state[lent.state];
	}
}

/** The time left, counted down; told to a screen reader by the warning alone. */
export function Left({ lent }: { lent: Lent }) {
	const words = useWords().lent;
	const [now, setNow] = useState(0);
	useEffect(() => {
		setNow(Date.now());
		const every = setInterval(() => setNow(Date.now()), 1000);
		return () => clearInterval(every);
	}, []);
	if (lent.state !== "ready" || !lent.ends || now === 0) return null;
	const seconds = Math.max(0, Math.round((lent.ends.at - now) / 1000));
	const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
	return (
		<span role="timer" aria-live="off" className={styles.left} data-near={lent.warning || undefined}>
			{words.left[lent.ends.by]} {clock}
		</span>
	);
}
