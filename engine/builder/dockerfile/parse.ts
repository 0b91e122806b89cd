// A Dockerfile's text → its instructions, as BuildKit's parser does: directives, comments, continued lines, heredocs.

import { EngineError, invalidParameter } from "../../lib/errors";
import { readerOf } from "./arguments";
import { type Heredoc, heredocsOf } from "./heredoc";
import { extractFlags } from "./words";

export interface Node {
	/** The instruction's name as written. */
	value: string;
	args: string[];
	flags: string[];
	json: boolean;
	/** The whole instruction on one line. */
	original: string;
	heredocs: Heredoc[];
	/** Lines, from 1. */
	start: number;
	end: number;
	/** The comments right before it, without their #. */
	comments: string[];
	/** ONBUILD's instruction. */
	child?: Node;
}
export interface Dockerfile {
	nodes: Node[];
	/** The escape character that the file chose. */
	escape: string;
	/** What # syntax= and # check= say. */
	directives: { syntax?: string; check?: string };
	/** Instructions with an empty line among their continued ones; where they end, and what they say. */
	emptyContinuations: Array<{ line: number; text: string }>;
}

const WITH_HEREDOCS = new Set(["add", "copy", "run"]);
const DIRECTIVES = new Set(["escape", "syntax", "check"]);
const isComment = (line: string): boolean => /^\s*#/.test(line);

/** @throws EngineError invalidParameter; detail.line is where */
export function parseDockerfile(text: string): Dockerfile {
	const lines = text.replace(/^\ufeff/, "").split(/(?<=\n)/);
	const directives = new Directives();
	const nodes: Node[] = [];
	const emptyContinuations: Dockerfile["emptyContinuations"] = [];
	let comments: string[] = [];
	let at = 0;
	while (at < lines.length) {
		const start = at + 1;
		const whole = trimNewline(lines[at++]!);
		const first = whole.replace(/^\s+/, "");
		// a directive's error is told of the line before it, as BuildKit counts
		const directive = guard(at - 1, () => directives.look(first, start === 1));
		// of a comment that is indented only its first blank is taken away, and its # stays
		if (first.startsWith("#") && !directive) comments = withComment(comments, whole.slice(1).trim());
		let { text: line, ends } = continued(first.startsWith("#") ? "" : first, directives.escape);
		if (ends && line === "") continue;
		let empty = false;
		while (!ends && at < lines.length) {
			const next = trimNewline(lines[at++]!);
			if (isComment(next)) continue;
			if (next.trim() === "") {
				empty = true;
				continue;
			}
			const piece = continued(next, directives.escape);
			line += piece.text;
			ends = piece.ends;
		}
		if (empty) emptyContinuations.push({ line: at, text: line });
		const node = guard(start, () => parseLine(line, directives.escape), at);
		if (mayHaveHeredocs(node) && line.includes("<<")) {
			for (const heredoc of heredocsOf(line)) {
				at = guard(start, () => takeHeredoc(heredoc, lines, at), lines.filter((one) => one !== "").length);
				node.heredocs.push(heredoc);
			}
		}
		nodes.push({ ...node, comments, start, end: at });
		comments = [];
	}
	if (nodes.length === 0) {
		const line = lines.filter((one) => one !== "").length;
		throw new EngineError("invalidParameter", "file with no instructions", { line });
	}
	return { nodes, escape: directives.escape, directives: directives.values, emptyContinuations };
}

/** An empty comment parts those before it from the instruction. */
const withComment = (comments: string[], comment: string): string[] => (comment === "" ? [] : [...comments, comment]);
const mayHaveHeredocs = ({ value, child }: Node): boolean =>
	WITH_HEREDOCS.has((value.toLowerCase() === "onbuild" && child ? child.value : value).toLowerCase());

function parseLine(line: string, escapeToken: string): Node {
	const match = /^([^\t\v\f\r ]*)(?:[\t\v\f\r ]+([\s\S]*))?$/.exec(line.trim())!;
	const value = match[1]!;
	const { flags, rest } = extractFlags(match[2] ?? "");
	const { args, json, child } = readerOf(value)(rest.trim(), { escapeToken, parse: (sub) => parseLine(sub, escapeToken) });
	return {
		value,
		args,
		flags,
		json: json === true,
		original: line,
		heredocs: [],
		comments: [],
		start: 0,
		end: 0,
		...(child ? { child } : {}),
	};
}

/** Reads up to the line that is the heredoc's name; answers the line after it. */
function takeHeredoc(heredoc: Heredoc, lines: string[], at: number): number {
	for (; at < lines.length; at++) {
		const line = trimNewline(lines[at]!);
		if ((heredoc.chomp ? line.replace(/^\t+/, "") : line) === heredoc.name) return at + 1;
		heredoc.content += lines[at];
	}
	throw invalidParameter("unterminated heredoc");
}

const trimNewline = (line: string): string => line.replace(/[\r\n]+$/, "");

/** Without the escape character at its end, which says that the next line belongs to it. */
function continued(line: string, escapeToken: string): { text: string; ends: boolean } {
	const trimmed = line.replace(/[ \t]+$/, "");
	if (!trimmed.endsWith(escapeToken) || trimmed.endsWith(escapeToken + escapeToken)) return { text: line, ends: true };
	return { text: trimmed.slice(0, -1), ends: false };
}

/** # escape=` and the like, which count only before everything else. */
class Directives {
	escape = "\\";
	readonly values: { syntax?: string; check?: string } = {};
	private done = false;
	/** The file begins with #!, behind which no escape character is chosen. */
	private shebang = false;
	private readonly seen = new Set<string>();

	/** Was the line one? */
	look(line: string, first: boolean): boolean {
		if (this.done) return false;
		const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line);
		const name = (match?.[1] ?? "").toLowerCase();
		if (first && line.startsWith("#!")) {
			this.shebang = true;
			return false;
		}
		if (!match || !DIRECTIVES.has(name) || (this.shebang && name === "escape")) {
			this.done = true;
			return false;
		}
		if (this.seen.has(name)) throw invalidParameter(`only one ${name} parser directive can be used`);
		this.seen.add(name);
		if (name === "syntax" || name === "check") [this.values[name]] = match[2]!.split(" ");
		if (name !== "escape") return true;
		const token = match[2]!;
		if (token !== "\\" && token !== "`") throw invalidParameter(`invalid escape token '${token}' does not match \` or \\`);
		this.escape = token;
		return true;
	}
}

function guard<T>(line: number, work: () => T, endLine = line): T {
	try {
		return work();
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw new EngineError(error.kind, error.message, { line, endLine });
	}
}
