"use client";
// Above the console, while a real daemon is borrowed or waited for: the place in the queue, the time left, and that its end is near.
// The site is asked only once a command has gone to it, or something else on the page has asked.

import { useEffect } from "react";
import { useStore } from "zustand";
import { LENT_DAEMON } from "../../engine/trace/event";
import { useMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import styles from "./lent.module.css";
import { held, Left, sentence } from "./panel";
import { giveBack, lentStore, look, watchLent } from "./store";

export function LentBar() {
	const words = useWords().lent;
	const lent = useStore(lentStore);
	const asked = useMachine(
		({ trace }) => trace.findLast((event) => event.type === "http.request" && event.daemon === LENT_DAEMON)?.seq,
	);
	const mine = held(lent);
	const watched = asked !== undefined || mine;
	useEffect(() => (watched ? watchLent() : undefined), [watched]);
	useEffect(() => {
		if (asked !== undefined && !held(lentStore.getState())) void look();
	}, [asked]);
	if (!mine && !(asked !== undefined && lent.state === "ended")) return null;
	return (
		<section className={styles.bar} aria-label={words.title} data-lent-bar={lent.state}>
			<span role="status">{sentence(lent, words)}</span>
			<Left lent={lent} />
			{lent.replaced !== undefined && mine && <span role="status">{words.replaced}</span>}
			{lent.warning && (
				<span role="alert" className={styles.warning}>
					{words.warning[lent.warning]}
				</span>
			)}
			{mine && (
				<button type="button" onClick={() => void giveBack()}>
					{lent.state === "queued" ? words.leave : words.giveBack}
				</button>
			)}
		</section>
	);
}
