"use client";
// In the console's place when the machine cannot run: why, and what can be done.

import { downloadDisk } from "../machine/menu";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { useWords } from "../words/context";
import styles from "./console.module.css";

export function MachineTrouble() {
	const words = useWords().machine;
	const status = useMachine((state) => state.status);
	const missing = useMachine((state) => state.missing);
	if (missing.length > 0)
		return (
			<div className={styles.trouble} role="alert">
				<h2>{words.unsupportedTitle}</h2>
				<p>{words.unsupportedText(missing.join(", "))}</p>
			</div>
		);
	if (status.phase !== "failed") return null;
	return (
		<div className={styles.trouble} role="alert">
			<h2>{words.failedTitle}</h2>
			<p>{status.unloaded ? words.failedUnloaded : <code>{status.reason}</code>}</p>
			{status.exportable && <p>{words.failedExport}</p>}
			<p className={styles.actions}>
				<button type="button" className="button strong" onClick={() => void theMachine()?.restart()}>
					{words.retry}
				</button>
				{status.exportable && (
					<button type="button" className="button" onClick={() => void downloadDisk()}>
						{words.export}
					</button>
				)}
				<button type="button" className="button" onClick={() => void theMachine()?.reset()}>
					{words.reset}
				</button>
			</p>
		</div>
	);
}
