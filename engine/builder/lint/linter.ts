// Which checks are on, and what they have found. `# check=skip=A,B;error=true` at the top is about the whole Dockerfile, before an
// instruction about that one.

import { invalidParameter, messageOf } from "../../lib/errors";
import { parseBool } from "../../lib/parse-bool";
import type { Place } from "../dockerfile/instructions";
import type { Warning } from "../types";
import { RULES, type Rule, type RuleName } from "./rules";

interface Selection {
	all: boolean;
	names: ReadonlySet<string>;
}
interface Settings {
	skip: Selection;
	experimental: Selection;
	error: boolean;
}
const NOTHING: Selection = { all: false, names: new Set() };
const joined = (a: Selection, b: Selection): Selection => ({ all: a.all || b.all, names: new Set([...a.names, ...b.names]) });

/** @throws EngineError invalidParameter, without "failed to parse check options: " */
export function parseCheck(text: string): Settings {
	const settings: Settings = { skip: NOTHING, experimental: NOTHING, error: false };
	if (text.trim() === "") return settings;
	const [first = "", second, ...rest] = text.trim().split(";");
	const parts = [first, ...(second === undefined ? [] : [second]), ...(rest.length > 0 ? [rest.join(";")] : [])];
	for (const part of parts) {
		const equals = part.indexOf("=");
		if (equals < 0) throw invalidParameter(`invalid check option ${JSON.stringify(part)}`);
		const key = part.slice(0, equals).trim();
		const value = part.slice(equals + 1).trim();
		if (key === "skip" || key === "experimental") {
			const names = value === "all" ? [] : value.split(",").map((name) => name.trim());
			settings[key] = { all: value === "all", names: new Set(names) };
		} else if (key === "error") settings.error = booleanOf(value, part);
		else throw invalidParameter(`invalid check option ${JSON.stringify(key)}`);
	}
	return settings;
}
function booleanOf(value: string, part: string): boolean {
	try {
		return parseBool(value);
	} catch (error) {
		throw invalidParameter(`failed to parse check option ${JSON.stringify(part)}: ${messageOf(error)}`);
	}
}

type Lines = Pick<Place, "line" | "endLine">;

export class Linter {
	readonly warnings: Warning[] = [];
	private readonly broken = new Set<RuleName>();

	constructor(private readonly settings: Settings) {}

	/** `comments` before the instruction may turn checks off for it. */
	report(name: RuleName, message: string, { line, endLine }: Lines, comments: readonly string[] = []): void {
		const rule: Rule = RULES[name];
		const own = commentSettings(comments);
		const skip = own ? joined(this.settings.skip, own.skip) : this.settings.skip;
		const experimental = own ? joined(this.settings.experimental, own.experimental) : this.settings.experimental;
		const on = rule.experimental ? experimental.all || experimental.names.has(name) : !skip.all && !skip.names.has(name);
		if (!on) return;
		this.broken.add(name);
		this.warnings.push({ rule: name, description: rule.description, url: rule.url, message, start: line, end: endLine });
	}

	/** @throws EngineError invalidParameter where warnings are to be errors */
	check(): void {
		if (!this.settings.error || this.broken.size === 0) return;
		throw invalidParameter(`lint violation found for rules: ${[...this.broken].join(", ")}`);
	}
}

function commentSettings(comments: readonly string[]): Settings | undefined {
	for (const comment of comments) {
		const value = /^check\s*=\s*(\S+)/i.exec(comment)?.[1];
		if (value === undefined) continue;
		try {
			return parseCheck(value);
		} catch {
			return undefined;
		}
	}
	return undefined;
}
