"use client";
// What the checks say of the Dockerfile, as a list beside the marks in the text.

import type { DockerfileFinding } from "../../engine/host/browser/dockerfile-checks";
import { useWords } from "../words/context";
import styles from "./editor.module.css";

export function Findings({ findings }: { findings: readonly DockerfileFinding[] }) {
	const words = useWords().editor;
	return (
		<section className={styles.findings} aria-label={words.findings} aria-live="polite">
			{findings.length === 0 ? (
				<p>{words.noFindings}</p>
			) : (
				<ul>
					{findings.map(({ kind, rule, message, url, line }) => (
						<li key={`${line}${rule}${message}`} data-kind={kind}>
							<strong>{words.line(line)}</strong> {rule && <code translate="no">{rule}</code>} <span lang="en">{message}</span>{" "}
							{url && (
								<a href={url} rel="noreferrer" target="_blank">
									{words.explained}
								</a>
							)}
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
