"use client";
// A lesson's command in its text.

import { CommandChip } from "../console/command-chip";
import { useLesson } from "./context";
import styles from "./lesson.module.css";

export function Command({ id }: { id: string }) {
	const command = useLesson().commands[id];
	if (!command) throw new Error(`lesson.ts has no command ${id}`);
	return (
		<span className={styles.command} data-command={id}>
			<CommandChip line={command.line} where={command.where} />
		</span>
	);
}
