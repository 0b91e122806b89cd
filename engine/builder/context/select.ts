// From what COPY names to what is there: wildcards and symlinks.

import { EngineError } from "../../lib/errors";
import { clean, partsOf } from "../../lib/path";
import { pathMatcher } from "../../lib/path-match";
import { type BuildContext, below, type ContextEntry } from "./types";

const LINK_LIMIT = 40;

export interface Selected {
	path: string;
	/** Its name as it was asked for: a symlink's, not that of what it leads to. */
	name: string;
	entry: ContextEntry;
}

const WILDCARD = /[*?[]/;
export const hasWildcards = (name: string): boolean => WILDCARD.test(name.replace(/\\./g, ""));

/**
 * Wildcards may name nothing. Symlinks are followed but in what the wildcards are matched with: in what is before the first of them, and
 * not even there with `literal` (the classic builder). @throws EngineError notFound for a name that is not there
 */
export async function select(context: BuildContext, source: string, { literal = false } = {}): Promise<Selected[]> {
	const pattern = clean(`/${source}`).slice(1);
	const found = WILDCARD.test(pattern) ? await glob(context, pattern, literal) : [pattern];
	const out: Selected[] = [];
	for (const path of found) {
		const real = await realPath(context, path);
		const entry = await context.stat(real);
		if (!entry) throw new EngineError("notFound", `"/${pattern}": not found`, { path });
		out.push({ path: real, name: path.slice(path.lastIndexOf("/") + 1), entry });
	}
	return out;
}

async function glob(context: BuildContext, pattern: string, literal: boolean): Promise<string[]> {
	const parts = pattern.split("/");
	const first = literal ? 0 : parts.findIndex((part) => hasWildcards(part));
	if (first < 0) return [pattern.replace(/\\(.)/g, "$1")];
	let paths = [await realPath(context, parts.slice(0, first).join("/"))];
	for (const part of parts.slice(first)) {
		const matches = pathMatcher(part);
		const next: string[] = [];
		for (const path of paths) {
			if ((await context.stat(path))?.type !== "directory") continue;
			for (const { name } of await context.list(path)) if (matches(name)) next.push(below(path, name));
		}
		paths = next;
	}
	return paths;
}
/** Symlinks lead about inside the context, and never out of it. */
async function realPath(context: BuildContext, path: string): Promise<string> {
	const ahead = partsOf(path).reverse();
	const walked: string[] = [];
	for (let links = 0; ahead.length > 0; ) {
		const part = ahead.pop()!;
		if (part === "..") {
			walked.pop();
			continue;
		}
		const entry = await context.stat([...walked, part].join("/"));
		if (entry?.type !== "symlink" || ++links > LINK_LIMIT) {
			walked.push(part);
			continue;
		}
		if (entry.target!.startsWith("/")) walked.length = 0;
		ahead.push(...partsOf(entry.target!).reverse());
	}
	return walked.join("/");
}
