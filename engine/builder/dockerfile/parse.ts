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
	/** ONBUILD's instruction. */
	child?: Node;
}
export interface Dockerfile {
	nodes: Node[];
	/** The escape character that the file chose. */
	escape: string;
}

const WITH_HEREDOCS = new Set(["add", "copy", "run"]);
const DIRECTIVES = new Set(["escape", "syntax", "check"]);
const isComment = (line: string): boolean => /^\s*#/.test(line);

/** @throws EngineError invalidParameter; detail.line is where */
export function parseDockerfile(text: string): Dockerfile {
	const lines = text.replace(/^\ufeff/, "").split(/(?<=\n)/);
	const directives = new Directives();
	const nodes: Node[] = [];
	let at = 0;
	while (at < lines.length) {
		const start = at + 1;
		const first = trimNewline(lines[at++]!).replace(/^\s+/, "");
		guard(start, () => directives.look(first));
		let { text: line, ends } = continued(first.startsWith("#") ? "" : first, directives.escape);
		if (ends && line === "") continue;
		while (!ends && at < lines.length) {
			const next = trimNewline(lines[at++]!);
			if (isComment(next) || next.trim() === "") continue;
			const piece = continued(next, directives.escape);
			line += piece.text;
			ends = piece.ends;
		}
		const node = guard(start, () => parseLine(line, directives.escape));
		if (WITH_HEREDOCS.has(node.value.toLowerCase()) && line.includes("<<")) {
			for (const heredoc of heredocsOf(line)) {
				at = guard(start, () => takeHeredoc(heredoc, lines, at));
				node.heredocs.push(heredoc);
			}
		}
		nodes.push({ ...node, start, end: at });
	}
	if (nodes.length === 0) throw invalidParameter("file with no instructions");
	return { nodes, escape: directives.escape };
}

function parseLine(line: string, escapeToken: string): Node {
	const match = /^([^\t\v\f\r ]*)(?:[\t\v\f\r ]+([\s\S]*))?$/.exec(line.trim())!;
	const value = match[1]!;
	const { flags, rest } = extractFlags(match[2] ?? "");
	const { args, json, child } = readerOf(value)(rest.trim(), { escapeToken, parse: (sub) => parseLine(sub, escapeToken) });
	return { value, args, flags, json: json === true, original: line, heredocs: [], start: 0, end: 0, ...(child ? { child } : {}) };
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
	private done = false;
	private readonly seen = new Set<string>();

	look(line: string): void {
		if (this.done) return;
		const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line);
		const name = (match?.[1] ?? "").toLowerCase();
		if (!match || !DIRECTIVES.has(name)) {
			this.done = true;
			return;
		}
		if (this.seen.has(name)) throw invalidParameter(`only one ${name} parser directive can be used`);
		this.seen.add(name);
		if (name !== "escape") return;
		const token = match[2]!;
		if (token !== "\\" && token !== "`") throw invalidParameter(`invalid escape token '${token}' does not match \` or \\`);
		this.escape = token;
	}
}

function guard<T>(line: number, work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw new EngineError(error.kind, error.message, { line });
	}
}
