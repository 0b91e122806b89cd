"use client";
// A lesson's command on two daemons, in its text; and the place where a real one is borrowed.

import { SideBySide } from "../compare/side-by-side";
import { useLesson } from "./context";

/** @param id a command of lesson.ts that is typed at the host */
export function Beside({ id }: { id: string }) {
	const command = useLesson().commands[id];
	if (!command) throw new Error(`lesson.ts has no command ${id}`);
	return <SideBySide line={command.line} />;
}

export { LentPanel as Lend } from "../lent/panel";
