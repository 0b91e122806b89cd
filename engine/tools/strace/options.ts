// strace's command line: which process, what of it, and how it is written.

import { classes } from "./classes";

export interface Options {
	/** Children too. */
	follow: boolean;
	/** -p: processes that run already. */
	attach: number[];
	output: string | undefined;
	/** Of strings and buffers so many bytes. */
	limit: number;
	/** -c: only the table at the end. */
	summary: boolean;
	/** -t, -tt, -ttt; -r: seconds since the last line. */
	stamp: "" | "t" | "tt" | "ttt" | "r";
	/** -T: how long each call took. */
	duration: boolean;
	quiet: boolean;
	wanted: (name: string) => boolean;
	command: string[];
}
export class UsageError extends Error {}

export function parseOptions(args: readonly string[]): Options | "help" | "version" {
	const options: Options = {
		follow: false,
		attach: [],
		output: undefined,
		limit: 32,
		summary: false,
		stamp: "",
		duration: false,
		quiet: false,
		wanted: () => true,
		command: [],
	};
	const valued: Record<string, (value: string) => void> = {
		p: (value) => options.attach.push(...value.split(/[\s,]+/).map(pidOf)),
		o: (value) => {
			options.output = value;
		},
		s: (value) => {
			if (!/^\d+$/.test(value)) throw new UsageError(`invalid -s argument: '${value}'`);
			options.limit = Number(value);
		},
		e: (value) => {
			options.wanted = selection(value);
		},
	};
	const plain: Record<string, () => void> = {
		f: () => {
			options.follow = true;
		},
		c: () => {
			options.summary = true;
		},
		t: () => {
			options.stamp = options.stamp === "t" ? "tt" : options.stamp === "tt" ? "ttt" : "t";
		},
		r: () => {
			options.stamp = "r";
		},
		T: () => {
			options.duration = true;
		},
		q: () => {
			options.quiet = true;
		},
	};
	const rest = [...args];
	while (rest[0]?.startsWith("-") && rest[0] !== "-") {
		const word = rest.shift()!;
		if (word === "--") break;
		if (word === "-h" || word === "--help") return "help";
		if (word === "-V" || word === "--version") return "version";
		for (let at = 1; at < word.length; at++) {
			const letter = word[at]!;
			if (plain[letter]) plain[letter]();
			else if (valued[letter]) {
				const value = word.slice(at + 1) || rest.shift();
				if (value === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
				valued[letter](value);
				break;
			} else throw new UsageError(`invalid option -- '${letter}'`);
		}
	}
	options.command = rest;
	if (rest.length === 0 && options.attach.length === 0) throw new UsageError("must have PROG [ARGS] or -p PID");
	return options;
}

function pidOf(word: string): number {
	if (!/^[1-9]\d*$/.test(word)) throw new UsageError(`Invalid process id: '${word}'`);
	return Number(word);
}
/** trace=open,read; trace=%file; trace=!futex; all; none. */
function selection(text: string): (name: string) => boolean {
	const [qualifier, set = ""] = text.includes("=") ? text.split(/=(.*)/s) : ["trace", text];
	if (qualifier !== "trace" && qualifier !== "t") throw new UsageError(`-e ${qualifier} is not supported, only -e trace=SET`);
	const negated = set.startsWith("!");
	const names = new Set<string>();
	for (const word of set.replace(/^!/, "").split(",")) {
		const group = classes[word.replace(/^%/, "")];
		for (const name of group ?? [word.replace(/^\?/, "")]) names.add(name);
	}
	if (names.has("all")) return () => !negated;
	// A call without a name belongs to no group: it is always shown.
	return (name) => name.startsWith("syscall_0x") || names.has(name) !== negated;
}
