// Types at a terminal on each side: script(1) gives the program a pty there, and its own ends are the pipes of the side.

import { type TerminalOutcome, Typist } from "../terminal";
import type { TerminalSession } from "../terminal-cases";
import type { Side } from "./side";

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
/** The size comes first, since readline asks for it when it starts. */
const atTerminal = (command: string): string => `exec script -qec ${quoted(`stty rows 24 cols 80; ${command}`)} /dev/null`;

export async function typeAt(side: Side, session: TerminalSession): Promise<TerminalOutcome> {
	let typist: Typist | undefined;
	const running = side(atTerminal(session[1]), (_stream, text) => typist?.show(text));
	typist = new Typist(session, running.type);
	const code = await running.ended;
	typist.end();
	return { code, shown: typist.shown };
}
