// "#!": a text file that names its interpreter (man 2 execve, "Interpreter scripts"). One argument at most, spaces and all.

import { nameFromBytes } from "../../lib/bytes";

const HASH = 0x23;
const BANG = 0x21;
const NEWLINE = 10;

export interface Interpreter {
	path: string;
	argument?: string;
}

/** Undefined: no script, or one without an interpreter (ENOEXEC). */
export function parseScript(head: Uint8Array): Interpreter | undefined {
	if (head[0] !== HASH || head[1] !== BANG) return undefined;
	const end = head.indexOf(NEWLINE);
	const words = nameFromBytes(head.subarray(2, end < 0 ? head.length : end));
	const match = /^[ \t]*([^ \t\0]+)[ \t]*([^\0]*?)[ \t]*(?:\0.*)?$/s.exec(words);
	if (!match) return undefined;
	return { path: match[1]!, ...(match[2] ? { argument: match[2] } : {}) };
}
