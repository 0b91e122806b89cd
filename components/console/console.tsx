"use client";
// The console on a page: a place for the tab's terminal, and what there is to say while it is not ready.

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { startMachine } from "../machine/store";
import { useMachine, useRunningMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import styles from "./console.module.css";
import { ErrorHelp } from "./error-help";
import { KeyBar } from "./key-bar";
import { MachineTrouble } from "./trouble";

// The machine comes up, and its terminal is fetched, while the page is still made alive: the prompt is what the reader waits for.
startMachine();
if (typeof window !== "undefined") import("./session").catch(() => {});

const LentBar = lazy(() => import("../lent/bar").then(({ LentBar }) => ({ default: LentBar })));

interface Props {
	/** Which of the tab's terminals. */
	session?: string;
	takesFocus?: boolean;
}

export function Console({ session = "main", takesFocus = false }: Props) {
	useRunningMachine();
	const words = useWords().console;
	const place = useRef<HTMLDivElement>(null);
	const phase = useMachine((state) => state.status.phase);
	const missing = useMachine((state) => state.missing);
	const [screenReader, setScreenReader] = useState(false);

	useEffect(() => {
		if (!place.current) return;
		let unmount: (() => void) | undefined;
		let left = false;
		void import("./session").then(({ showConsole }) => {
			if (left || !place.current) return;
			const shown = showConsole(session);
			setScreenReader(shown.screenReader);
			unmount = shown.mount(place.current, { exited: words.exited, label: words.label });
		});
		return () => {
			left = true;
			unmount?.();
		};
	}, [words, session]);

	useEffect(() => {
		// The prompt of the first page is ready to type at; a reader who is elsewhere is left alone, and so is a phone's keyboard.
		if (!takesFocus || phase !== "ready" || document.activeElement !== document.body) return;
		if (matchMedia("(pointer: coarse)").matches) return;
		void import("./session").then(({ consoleSession }) => consoleSession().focus());
	}, [takesFocus, phase]);

	const on = phase === "ready";
	const troubled = phase === "failed" || missing.length > 0;
	return (
		<section className={styles.console} aria-label={words.label} data-phase={phase}>
			<Suspense>{on && <LentBar />}</Suspense>
			<div ref={place} className={styles.place} hidden={troubled} />
			{phase !== "ready" && !troubled && (
				<p className={styles.waiting}>
					<span aria-hidden="true" className={styles.cursor} />
					{words.waiting}
				</p>
			)}
			{troubled && <MachineTrouble />}
			<ErrorHelp />
			{!troubled && <KeyBar session={session} />}
			<div className={styles.foot}>
				<span className={styles.help}>{words.help}</span>
				<span className={styles.switches}>
					<button
						type="button"
						className={styles.small}
						aria-pressed={screenReader}
						onClick={async () => {
							const { consoleSession } = await import("./session");
							consoleSession().screenReader = !screenReader;
							setScreenReader(!screenReader);
						}}
					>
						{words.screenReader}
					</button>
					<button
						type="button"
						className={styles.small}
						onClick={async () => (await import("./session")).consoleSession().clear()}
					>
						{words.clear}
					</button>
				</span>
			</div>
		</section>
	);
}
