// From what COPY names to what is there: wildcards, symlinks, and a digest of it all.

import { utf8 } from "../../lib/bytes";
import { createDigester } from "../../lib/digest";
import { notFound } from "../../lib/errors";
import { clean, partsOf } from "../../lib/path";
import { type BuildContext, below, type ContextEntry } from "./types";

const LINK_LIMIT = 40;

export interface Selected {
	path: string;
	/** Its name as it was asked for: a symlink's, not that of what it leads to. */
	name: string;
	entry: ContextEntry;
}

/** @throws EngineError notFound, worded as BuildKit does */
export async function select(context: BuildContext, source: string): Promise<Selected[]> {
	const pattern = clean(`/${source}`).slice(1);
	const found = /[*?[]/.test(pattern) ? await glob(context, pattern) : [pattern];
	const out: Selected[] = [];
	for (const path of found) {
		const real = await realPath(context, path);
		const entry = await context.stat(real);
		if (!entry) throw missing(pattern);
		out.push({ path: real, name: path.slice(path.lastIndexOf("/") + 1), entry });
	}
	if (out.length === 0) throw missing(pattern);
	return out;
}
const missing = (path: string) =>
	notFound(`failed to compute cache key: failed to calculate checksum of ref: "/${path}": not found`);

async function glob(context: BuildContext, pattern: string): Promise<string[]> {
	let paths = [""];
	for (const part of pattern.split("/")) {
		const matcher = wildcard(part);
		const next: string[] = [];
		for (const path of paths) {
			const entry = await context.stat(await realPath(context, path));
			if (entry?.type !== "directory") continue;
			for (const { name } of await context.list(path)) if (matcher.test(name)) next.push(below(path, name));
		}
		paths = next;
	}
	return paths.sort();
}
const wildcard = (part: string): RegExp =>
	new RegExp(
		`^${part.replace(/\\(.)|\*|\?|\[[^\]]+\]|[.+^$(){}|]/g, (match, escaped?: string) =>
			escaped !== undefined
				? `\\${escaped}`
				: match === "*"
					? ".*"
					: match === "?"
						? "."
						: match.startsWith("[")
							? match
							: `\\${match}`,
		)}$`,
		"s",
	);

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

/** Names, modes, owners and contents; times do not count, as in BuildKit. */
export async function digestOfSelected(context: BuildContext, selected: readonly Selected[]): Promise<string> {
	const digester = await createDigester();
	const add = async (path: string, name: string, entry: ContextEntry): Promise<void> => {
		digester.update(
			utf8(`${JSON.stringify([name, entry.type, entry.mode, entry.uid, entry.gid, entry.target ?? "", entry.size])}\n`),
		);
		if (entry.type === "file") for await (const piece of context.read(path)) digester.update(piece);
		if (entry.type !== "directory") return;
		for (const child of await context.list(path)) await add(below(path, child.name), below(name, child.name), child);
	};
	for (const { path, name, entry } of selected) await add(path, name, entry);
	return digester.digest();
}
