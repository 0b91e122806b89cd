"use client";
// Do it: a task is solved when the machine's state says so, whatever way led there.

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import { judgeOf } from "@/content/judges";
import { CommandChip } from "../console/command-chip";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import { useLesson } from "./context";
import styles from "./lesson.module.css";
import { loadProgress, markSolved, progressStore } from "./progress";

/** How many hints are shown. */
const ShownContext = createContext(0);

/** The first hint, or the second; its Task shows it when it is asked for. */
export function Hint({ n, children }: { n: 1 | 2; children: ReactNode }) {
	const words = useWords().lesson;
	if (useContext(ShownContext) < n) return null;
	return (
		<div className={styles.hint} data-hint={n}>
			<strong>{n === 1 ? words.hint : words.secondHint}</strong>
			<div>{children}</div>
		</div>
	);
}

export function Task({ id, children }: { id: string; children: ReactNode }) {
	const lesson = useLesson();
	const words = useWords().lesson;
	const task = lesson.tasks[id];
	if (!task) throw new Error(`lesson.ts has no task ${id}`);
	useEffect(loadProgress, []);
	const solved = useStore(progressStore, ({ lessons }) => lessons[lesson.slug]?.solved[id] !== undefined);
	const revision = useMachine((state) => state.revision);
	/** Hints shown; one more shows the solution. */
	const [shown, setShown] = useState(0);

	// biome-ignore lint/correctness/useExhaustiveDependencies: every new reading of the machine asks again
	useEffect(() => {
		const machine = theMachine();
		if (solved || machine?.status().phase !== "ready") return;
		judgeOf(lesson.slug)
			.then(({ tasks }) => tasks[id]?.solved(machine))
			.then(
				(done) => done && markSolved(lesson.slug, id),
				() => {},
			);
	}, [revision, solved, lesson.slug, id]);

	return (
		<div className={styles.task} data-task={id} data-solved={solved || undefined}>
			<p className={styles.kind}>
				{words.task}
				<span role="status" className={styles.state}>
					{solved ? `✓ ${words.solved}` : words.open}
				</span>
			</p>
			<ShownContext value={shown}>{children}</ShownContext>
			{shown > task.hints && (
				<div className={styles.solution}>
					{task.solution.map((line) => (
						<CommandChip key={line} line={line} where="host" />
					))}
				</div>
			)}
			{shown <= task.hints && (
				<button type="button" className="button" onClick={() => setShown((before) => before + 1)}>
					{shown === 0 && task.hints > 0 ? words.hint : shown < task.hints ? words.secondHint : words.solution}
				</button>
			)}
		</div>
	);
}
