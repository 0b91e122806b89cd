// .dockerignore: which files of a context stay at home (moby/patternmatcher describes the rules).

import { clean } from "../../lib/path";

/** The patterns of a file, cleaned. Comments and empty lines are left out. */
export function readIgnoreFile(content: string): string[] {
	const patterns: string[] = [];
	for (const [number, raw] of content.split("\n").entries()) {
		const line = (number === 0 ? raw.replace(/^\ufeff/, "") : raw).replace(/\r$/, "");
		if (line.startsWith("#")) continue;
		let pattern = line.trim();
		if (pattern === "") continue;
		const except = pattern.startsWith("!");
		if (except) pattern = pattern.slice(1).trim();
		if (pattern !== "") {
			pattern = clean(pattern);
			if (pattern.length > 1 && pattern.startsWith("/")) pattern = pattern.slice(1);
		}
		patterns.push(except ? `!${pattern}` : pattern);
	}
	return patterns;
}

interface Pattern {
	except: boolean;
	depth: number;
	matches: (path: string) => boolean;
}

export class Ignore {
	private readonly patterns: Pattern[];
	/** Whether some pattern takes files back in: then nothing below an ignored directory may be passed over. */
	readonly hasExceptions: boolean;

	/** @throws Error for a pattern that cannot be */
	constructor(patterns: readonly string[]) {
		this.patterns = patterns
			.map((pattern) => pattern.trim())
			.filter((pattern) => pattern !== "")
			.map(compile);
		this.hasExceptions = this.patterns.some(({ except }) => except);
	}

	/** Whether `path` (relative, slashes) or a directory above it is ignored; the last pattern that says something counts. */
	ignores(path: string): boolean {
		const above = path.split("/").slice(0, -1);
		let ignored = false;
		for (const { except, depth, matches } of this.patterns) {
			const hit = matches(path) || (above.length > 0 && depth <= above.length && matches(above.slice(0, depth).join("/")));
			if (hit) ignored = !except;
		}
		return ignored;
	}
}

function compile(text: string): Pattern {
	const except = text.startsWith("!");
	if (text === "!") throw new Error(`illegal exclusion pattern: "!"`);
	const source = clean(except ? text.slice(1) : text);
	const depth = source.split("/").length;
	if (!/[*?[\]\\]/.test(source)) return { except, depth, matches: (path) => path === source };
	const expression = new RegExp(`^${translate(source)}$`, "su");
	return { except, depth, matches: (path) => expression.test(path) };
}

/** A glob as a regular expression: * and ? stay within a name, ** goes over them. */
function translate(glob: string): string {
	let out = "";
	for (let at = 0; at < glob.length; at++) {
		const c = glob[at]!;
		if (c === "*" && glob[at + 1] === "*") {
			at++;
			if (glob[at + 1] === "/") at++;
			out += at + 1 >= glob.length ? ".*" : "(.*/)?";
		} else if (c === "*") out += "[^/]*";
		else if (c === "?") out += "[^/]";
		else if (c === "\\") {
			const next = glob[++at];
			out += next === undefined ? "\\\\" : escapeCharacter(next);
		} else if (c === "[") {
			const end = glob.indexOf("]", at + 2);
			if (end < 0) throw new Error("syntax error in pattern");
			out += glob.slice(at, end + 1);
			at = end;
		} else out += escapeCharacter(c);
	}
	return out;
}
const escapeCharacter = (c: string): string => c.replace(/[.$+^(){}|[\]\\/*?]/g, "\\$&");
