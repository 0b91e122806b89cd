"use client";
// Predict, then run: the learner says what will happen; the machine's state, not a string, says who was right.

import { createContext, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { useStore } from "zustand";
import { judgeOf } from "@/content/judges";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import { useLesson } from "./context";
import styles from "./lesson.module.css";
import { loadProgress, markChosen, progressStore } from "./progress";

interface Asked {
	group: string;
	chosen: string | undefined;
	/** What the machine bore out, once that is known. */
	observed: string | undefined;
	choose(choice: string): void;
}
const AskedContext = createContext<Asked | null>(null);

/** A prediction of lesson.ts: one Ask, then a Choice for each of its choices. */
export function Predict({ id, children }: { id: string; children: ReactNode }) {
	const lesson = useLesson();
	const words = useWords().lesson;
	const group = useId();
	useEffect(loadProgress, []);
	const chosen = useStore(progressStore, ({ lessons }) => lessons[lesson.slug]?.chosen[id]);
	const observed = useObserved(id);
	const verdict =
		chosen === undefined
			? ""
			: observed === undefined
				? words.predictOpen
				: chosen === observed
					? words.predictRight
					: words.predictWrong;
	return (
		<div className={styles.predict} data-predict={id}>
			<p className={styles.kind}>{words.predict}</p>
			<fieldset>
				<AskedContext value={{ group, chosen, observed, choose: (choice) => markChosen(lesson.slug, id, choice) }}>
					{children}
				</AskedContext>
			</fieldset>
			<p
				role="status"
				className={styles.verdict}
				data-judged={chosen && observed ? (chosen === observed ? "right" : "wrong") : undefined}
			>
				{verdict}
			</p>
		</div>
	);
}

/** Asks the machine after each change until it has an answer; that answer stays. */
function useObserved(id: string): string | undefined {
	const lesson = useLesson();
	if (!lesson.predictions.includes(id)) throw new Error(`lesson.ts has no prediction ${id}`);
	const revision = useMachine((state) => state.revision);
	const [observed, setObserved] = useState<string>();
	// biome-ignore lint/correctness/useExhaustiveDependencies: every new reading of the machine asks again
	useEffect(() => {
		const machine = theMachine();
		if (machine?.status().phase !== "ready" || observed !== undefined) return;
		let left = false;
		judgeOf(lesson.slug)
			.then(({ predictions }) => predictions[id]?.observe(machine))
			.then(
				(found) => !left && setObserved(found),
				() => {},
			);
		return () => {
			left = true;
		};
	}, [revision, lesson.slug, id, observed]);
	return observed;
}

export function Ask({ children }: { children: ReactNode }) {
	return <legend>{children}</legend>;
}

export function Choice({ id, children }: { id: string; children: ReactNode }) {
	const asked = useContext(AskedContext);
	if (!asked) throw new Error("a Choice belongs in a Predict");
	const { group, chosen, observed, choose } = asked;
	const judged = chosen !== undefined && observed !== undefined;
	return (
		<label
			className={styles.choice}
			data-right={(judged && id === observed) || undefined}
			data-wrong={(judged && id === chosen && id !== observed) || undefined}
		>
			<input type="radio" name={group} value={id} checked={chosen === id} onChange={() => choose(id)} />
			<span>{children}</span>
		</label>
	);
}
