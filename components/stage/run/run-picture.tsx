"use client";
// Run: the path of a command through the lanes, as it happened, with times; scrubbed, stepped, and stepped back.

import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useMachine } from "../../machine/use-machine";
import { useLocale, useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import { stageStore } from "../store";
import { describe, wireOf } from "./describe";
import { readableTime } from "./layout";
import { commandLine, commandsOf, type RunCommand, stepsOf } from "./model";
import styles from "./run.module.css";
import { RunDrawing } from "./run-drawing";
import { RunTable } from "./run-table";

const SHOWN_COMMANDS = 20;
/** Milliseconds a step, by how fast one wants it. */
const SPEEDS = { slow: 2000, normal: 700, fast: 200 } as const;
type Speed = keyof typeof SPEEDS;

export function RunPicture() {
	const words = useWords().run;
	const trace = useMachine((state) => state.trace);
	const wanted = useStore(stageStore, (state) => state.command);
	const step = useStore(stageStore, (state) => state.step);
	const commands = useMemo(() => commandsOf(trace).slice(-SHOWN_COMMANDS), [trace]);
	const command = commands.find(({ seq }) => seq === wanted) ?? commands.at(-1);
	const steps = useMemo(() => (command ? stepsOf(trace, command) : []), [trace, command]);
	const at = step === null ? steps.length - 1 : Math.min(step, steps.length - 1);
	const go = (next: number): void =>
		stageStore.setState({ step: Math.max(0, Math.min(steps.length - 1, next)), command: command?.seq ?? null });

	return (
		<PictureFrame
			caption={words.caption}
			empty={command && steps.length > 0 ? undefined : words.empty}
			controls={<CommandChoice commands={commands} chosen={command} />}
			table={<RunTable steps={steps} at={at} />}
			picture={<RunDrawing steps={steps} at={at} go={go} />}
			foot={<StepControls steps={steps} at={at} go={go} />}
		/>
	);
}

function CommandChoice({ commands, chosen }: { commands: RunCommand[]; chosen: RunCommand | undefined }) {
	const words = useWords().run;
	return (
		<label className={styles.which}>
			<span className="visually-hidden">{words.which}</span>
			<select
				value={chosen?.seq ?? ""}
				onChange={({ target }) => stageStore.setState({ command: Number(target.value), step: 0 })}
			>
				{commands.toReversed().map((command) => (
					<option key={command.seq} value={command.seq}>
						{commandLine(command)}
						{command.exit === undefined ? ` (${words.running})` : command.exit === 0 ? "" : ` → ${command.exit}`}
					</option>
				))}
			</select>
		</label>
	);
}

interface Stepping {
	steps: ReturnType<typeof stepsOf>;
	at: number;
	go: (step: number) => void;
}

function StepControls({ steps, at, go }: Stepping) {
	const words = useWords().run;
	const locale = useLocale();
	const stepping = useWords().stepping;
	const [playing, setPlaying] = useState(false);
	const [speed, setSpeed] = useState<Speed>("normal");
	const event = steps[at];
	const last = steps.length - 1;

	useEffect(() => {
		if (!playing) return;
		if (at >= last) {
			setPlaying(false);
			return;
		}
		const timer = setTimeout(() => go(at + 1), SPEEDS[speed]);
		return () => clearTimeout(timer);
	}, [playing, at, last, go, speed]);

	if (!event) return null;
	const sentence = describe(event)[locale];
	const wire = wireOf(event);
	const since = event.time - (steps[0]?.time ?? 0);
	return (
		<div className={styles.steps}>
			<div className={styles.buttons}>
				<button type="button" onClick={() => go(0)} disabled={at === 0} aria-label={words.first}>
					<Icon path="M4 3v10M13 3 6 8l7 5z" />
				</button>
				<button type="button" onClick={() => go(at - 1)} disabled={at === 0} aria-label={words.back} data-step="back">
					<Icon path="M11.5 3 4.500 8l7 5z" />
				</button>
				<button
					type="button"
					onClick={() => {
						if (!playing && at >= last) go(0);
						setPlaying(!playing);
					}}
					aria-label={playing ? words.pause : words.play}
				>
					<Icon path={playing ? "M4.500 3v10M11.500 3v10" : "M5 2.500 13.500 8 5 13.500z"} />
				</button>
				<button type="button" onClick={() => go(at + 1)} disabled={at === last} aria-label={words.forward} data-step="forward">
					<Icon path="M4.500 3l7 5-7 5z" />
				</button>
				<button type="button" onClick={() => go(last)} disabled={at === last} aria-label={words.last}>
					<Icon path="M12 3v10M3 3l7 5-7 5z" />
				</button>
				<input
					type="range"
					min={0}
					max={last}
					value={at}
					aria-label={words.now}
					aria-valuetext={`${words.step(at + 1, steps.length)}: ${sentence}`}
					title={words.keys}
					onChange={({ target }) => go(Number(target.value))}
				/>
				<span className={styles.count}>{words.step(at + 1, steps.length)}</span>
				<select
					className={styles.speed}
					value={speed}
					aria-label={stepping.speed}
					onChange={({ target }) => setSpeed(target.value as Speed)}
				>
					{(Object.keys(SPEEDS) as Speed[]).map((name) => (
						<option key={name} value={name}>
							{stepping.speeds[name]}
						</option>
					))}
				</select>
			</div>
			<p className={styles.sentence} aria-live="polite">
				<span className={styles.lane}>
					{words.lanes[event.layer]} · {readableTime(since)}
				</span>
				{sentence}
			</p>
			{wire && (
				<details className={styles.wire}>
					<summary>{event.type === "http.request" ? "HTTP →" : "← HTTP"}</summary>
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard */}
					<pre tabIndex={0}>{wire}</pre>
				</details>
			)}
		</div>
	);
}

function Icon({ path }: { path: string }) {
	return (
		<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
			<path d={path} fill="currentColor" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" strokeLinecap="round" />
		</svg>
	);
}
