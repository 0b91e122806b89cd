// --chmod: an octal number, or chmod(1)'s symbols.

import { invalidParameter } from "../../lib/errors";

/** The new mode of a file that has `mode`. */
export type Mode = (mode: number, directory: boolean) => number;

const BITS: Record<string, number> = { r: 0o444, w: 0o222, x: 0o111 };
const WHO: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };

/** undefined for "". @throws EngineError invalidParameter, worded as BuildKit does */
export function parseMode(text: string): { change: Mode; octal?: number } | undefined {
	if (text === "") return undefined;
	if (/^[0-7]+$/.test(text)) {
		const octal = Number.parseInt(text, 8);
		if (octal <= 0o7777) return { change: () => octal, octal };
	}
	const numeric = /^[0-9]/.test(text);
	const clauses = numeric ? [] : text.split(",").map(clause);
	if (clauses.includes(undefined)) throw invalidParameter("invalid syntax");
	if (numeric) {
		throw invalidParameter(`invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`);
	}
	const changes = clauses as Mode[];
	return { change: (mode, directory) => changes.reduce((now, change) => change(now, directory), mode) };
}

/** "u+x", "go=rX", "g=u-w" */
function clause(text: string): Mode | undefined {
	const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(text);
	if (!match) return undefined;
	const who = [...(match[1] || "a")].reduce((bits, one) => bits | WHO[one]!, 0);
	const actions = [...match[2]!.matchAll(/([-+=])([rwxXstugo]*)/g)].map(([, operator, what]) => ({
		operator: operator!,
		what: what!,
	}));
	return (before, directory) =>
		actions.reduce((mode, { operator, what }) => {
			const bits = bitsOf(what, mode, directory) & who;
			if (operator === "+") return mode | bits;
			if (operator === "-") return mode & ~bits;
			return (mode & ~who) | bits;
		}, before);
}

function bitsOf(what: string, mode: number, directory: boolean): number {
	if (/^[ugo]$/.test(what)) {
		const shift = { u: 6, g: 3, o: 0 }[what]!;
		return ((mode >> shift) & 0o7) * 0o111;
	}
	return [...what].reduce((bits, one) => {
		if (one === "X") return directory || (mode & 0o111) !== 0 ? bits | 0o111 : bits;
		if (one === "s") return bits | 0o6000;
		if (one === "t") return bits | 0o1000;
		return bits | BITS[one]!;
	}, 0);
}
