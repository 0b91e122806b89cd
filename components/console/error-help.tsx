"use client";
// Beside the console, when an error that is known has occurred: what it means, what to do, how to find out more.

import Link from "next/link";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useLocale, useWords } from "../words/context";
import { CommandChip } from "./command-chip";
import styles from "./error-help.module.css";
import { helpStore } from "./help-store";

export function ErrorHelp() {
	const words = useWords().errors;
	const locale = useLocale();
	const error = useStore(helpStore, (state) => state.error);
	const [open, setOpen] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: another error begins closed
	useEffect(() => setOpen(false), [error?.id]);
	return (
		<div className={styles.help} role="status" data-error={error?.id}>
			{error && (
				<>
					<div className={styles.head}>
						<button type="button" className={styles.title} aria-expanded={open} onClick={() => setOpen(!open)}>
							<span aria-hidden="true">{open ? "▾" : "▸"}</span> <span className={styles.kind}>{words.offered}</span>{" "}
							{error.title[locale]}
						</button>
						<button
							type="button"
							className={styles.close}
							aria-label={words.dismiss}
							title={words.dismiss}
							onClick={() => helpStore.setState({ error: null })}
						>
							×
						</button>
					</div>
					{open && (
						<div className={styles.body}>
							<p>{error.means[locale]}</p>
							<p>{error.todo[locale]}</p>
							<Look lines={error.look} />
							<p>
								<Link href={`/${locale}/errors#${error.id}`}>{words.all}</Link>
							</p>
						</div>
					)}
				</>
			)}
		</div>
	);
}

/** Commands that tell more. Those with a word in capitals want it replaced first. */
export function Look({ lines }: { lines: readonly string[] }) {
	const words = useWords().errors;
	if (lines.length === 0) return null;
	return (
		<>
			<p className={styles.kind}>{words.look}</p>
			<ul className={styles.look}>
				{lines.map((line) => (
					<li key={line}>
						{/\b[A-Z]{4,}\b/.test(line.replace(/\$\w+|\{\{.*?\}\}/g, "")) ? (
							<code translate="no">{line}</code>
						) : (
							<CommandChip line={line} where="host" />
						)}
					</li>
				))}
			</ul>
		</>
	);
}
