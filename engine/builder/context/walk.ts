// A tree of a context without what COPY's --exclude leaves out, and with --parents only what a pattern names.

import { utf8 } from "../../lib/bytes";
import { createDigester } from "../../lib/digest";
import { IgnoreMatcher } from "../../lib/ignore";
import type { Selected } from "./select";
import { type BuildContext, below, type ContextEntry } from "./types";

/** `relative` is the path below what was named; "" is that itself. */
export type Filter = (relative: string) => boolean;
export const EVERYTHING: Filter = () => true;

/** @throws EngineError invalidParameter for a malformed pattern */
export function filterOf(include: readonly string[], exclude: readonly string[]): Filter {
	if (include.length === 0 && exclude.length === 0) return EVERYTHING;
	const wanted = include.length > 0 ? new IgnoreMatcher(include) : undefined;
	const unwanted = exclude.length > 0 ? new IgnoreMatcher(exclude) : undefined;
	return (relative) => {
		if (relative === "") return true;
		return (wanted?.ignores(relative) ?? true) && !unwanted?.ignores(relative);
	};
}

export interface Visited {
	relative: string;
	path: string;
	entry: ContextEntry;
	/** The filter lets it in: a directory may come along only for what is in it. */
	wanted: boolean;
}
/** What a copy takes, each directory before what is in it. A directory that the filter leaves out comes along with what it lets in. */
export async function* walk(context: BuildContext, { path, name, entry }: Selected, filter: Filter): AsyncGenerator<Visited> {
	if (entry.type !== "directory") {
		if (filter(name)) yield { relative: "", path, entry, wanted: true };
		return;
	}
	yield { relative: "", path, entry, wanted: true };
	yield* inside(context, path, "", filter, []);
}
async function* inside(
	context: BuildContext,
	path: string,
	relative: string,
	filter: Filter,
	pending: Visited[],
): AsyncGenerator<Visited> {
	for (const entry of await context.list(path)) {
		const name = below(relative, entry.name);
		const visited = { relative: name, path: below(path, entry.name), entry, wanted: filter(name) };
		if (visited.wanted) {
			yield* pending.splice(0);
			yield visited;
		}
		if (entry.type !== "directory") continue;
		const waiting = visited.wanted ? pending : [...pending, visited];
		for await (const one of inside(context, visited.path, visited.relative, filter, waiting)) {
			if (waiting !== pending) pending.splice(0);
			yield one;
		}
	}
}

/** Names, modes, owners and contents; times do not count, as in BuildKit. */
export async function digestOfSelected(
	context: BuildContext,
	selected: readonly Selected[],
	filter: Filter = EVERYTHING,
): Promise<string> {
	const digester = await createDigester();
	for (const one of selected) {
		for await (const { relative, path, entry } of walk(context, one, filter)) {
			const { type, mode, uid, gid, target = "", size, node } = entry;
			const name = relative === "" ? one.name : below(one.name, relative);
			const length = type === "directory" ? 0 : size;
			const facts = [name, type, mode, uid, gid, target, length, ...(node ? [node.type, node.rdev] : [])];
			digester.update(utf8(`${JSON.stringify(facts)}\n`));
			if (type === "file") for await (const piece of context.read(path)) digester.update(piece);
		}
	}
	return digester.digest();
}
