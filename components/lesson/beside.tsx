"use client";
// A lesson's command on two daemons, in its text; and the place where a real one is borrowed. Few lessons have them: their code
// comes with those alone.

import dynamic from "next/dynamic";
import { useLesson } from "./context";

const SideBySide = dynamic(() => import("../compare/side-by-side").then(({ SideBySide }) => SideBySide));

/** @param id a command of lesson.ts that is typed at the host */
export function Beside({ id }: { id: string }) {
	const command = useLesson().commands[id];
	if (!command) throw new Error(`lesson.ts has no command ${id}`);
	return <SideBySide line={command.line} />;
}

export const Lend = dynamic(() => import("../lent/panel").then(({ LentPanel }) => LentPanel));
