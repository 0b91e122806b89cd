"use client";
// A command on two daemons: what each answered, line beside line, with what differs marked and explained.

import { useId, useState } from "react";
import { useLent } from "../lent/panel";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { useLocale, useWords } from "../words/context";
import type { Comparison, Row } from "./compare";
import styles from "./compare.module.css";
import { type Other, runBoth } from "./run-both";

type Outcome = { comparison: Comparison; other: Other } | { failure: string };

export function SideBySide({ line }: { line: string }) {
	const words = useWords().beside;
	const ready = useMachine((state) => state.status.phase === "ready");
	const lent = useLent();
	const [running, setRunning] = useState(false);
	const [outcome, setOutcome] = useState<Outcome>();
	const other: Other = lent.state === "absent" || lent.state === "away" ? "second" : "sandbox";

	async function run(): Promise<void> {
		const machine = theMachine();
		if (!machine) return;
		setRunning(true);
		setOutcome(
			await runBoth(machine, line, other).then(
				(comparison) => ({ comparison, other }),
				(error: Error) => ({ failure: error.message }),
			),
		);
		setRunning(false);
	}
	return (
		<div className={styles.beside} data-beside={outcome && "comparison" in outcome ? outcome.comparison.likeness : ""}>
			<div className={styles.bar}>
				<code translate="no">{line}</code>
				<button type="button" className="button" disabled={!ready || running || line.trim() === ""} onClick={() => void run()}>
					{running ? words.running : words.run}
				</button>
			</div>
			{other === "second" && <p className={styles.note}>{words.withSecond}</p>}
			<p
				role="status"
				className={styles.verdict}
				data-likeness={outcome && "comparison" in outcome && outcome.comparison.likeness}
			>
				{outcome && verdict(outcome, words)}
			</p>
			{outcome && "comparison" in outcome && lacksSecond(outcome) && <p className={styles.note}>{words.noSecond}</p>}
			{outcome && "comparison" in outcome && <Answers {...outcome} />}
		</div>
	);
}

/** The second host has to be started, and its context made. */
const lacksSecond = ({ comparison, other }: { comparison: Comparison; other: Other }): boolean =>
	other === "second" &&
	comparison.rows.some(({ there }) => /context "second"|Cannot connect to the Docker daemon/.test(there ?? ""));

type Words = ReturnType<typeof useWords>["beside"];

function verdict(outcome: Outcome, words: Words): string {
	if ("failure" in outcome) return `${words.failed} ${outcome.failure}`;
	const { likeness, differing, codes } = outcome.comparison;
	const said = likeness === "differs" ? words.differs(differing) : words[likeness];
	return `${said} ${words.codes(codes.here, codes.there)}`;
}

function Answers({ comparison: { rows }, other }: { comparison: Comparison; other: Other }) {
	const words = useWords().beside;
	const id = useId();
	if (rows.length === 0) return <p className={styles.note}>{words.empty}</p>;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
		<section className={styles.scroll} tabIndex={0} aria-labelledby={id}>
			<table className={styles.answers}>
				<caption id={id} className="visually-hidden">
					{words.title}
				</caption>
				<thead>
					<tr>
						<th scope="col">{words.here}</th>
						<th scope="col">{words.there[other]}</th>
					</tr>
				</thead>
				<tbody>
					{rows.map((row, at) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: the rows of one answer never move
						<Line key={at} row={row} />
					))}
				</tbody>
			</table>
		</section>
	);
}

function Line({ row }: { row: Row }) {
	const words = useWords().beside;
	const locale = useLocale();
	const cell = (text: string | undefined) =>
		text === undefined ? <span className="visually-hidden">{words.nothing}</span> : <code translate="no">{text || " "}</code>;
	return (
		<>
			<tr data-likeness={row.likeness}>
				<td data-missing={row.here === undefined || undefined}>
					{row.likeness !== "same" && <span className="visually-hidden">{words.marks[row.likeness]}: </span>}
					{cell(row.here)}
				</td>
				<td data-missing={row.there === undefined || undefined}>{cell(row.there)}</td>
			</tr>
			{row.why && (
				<tr className={styles.why}>
					<td colSpan={2}>
						<strong>{words.why}</strong> {row.why[locale]}
					</td>
				</tr>
			)}
		</>
	);
}
