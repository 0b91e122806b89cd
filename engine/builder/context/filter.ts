// A context without what its .dockerignore leaves out.

import { collect, text } from "../../lib/bytes";
import { IgnoreMatcher, readIgnore } from "./ignore";
import { type BuildContext, below } from "./types";

export async function withoutIgnored(context: BuildContext): Promise<BuildContext> {
	if (!(await context.stat(".dockerignore"))) return context;
	const matcher = new IgnoreMatcher(readIgnore(text(await collect(context.read(".dockerignore")))));
	const seen = (path: string, isDirectory: boolean): boolean =>
		path === "" || !matcher.ignores(path) || (isDirectory && matcher.hasExceptions);
	return {
		async stat(path) {
			const entry = await context.stat(path);
			return entry && seen(path, entry.type === "directory") ? entry : undefined;
		},
		async list(path) {
			return (await context.list(path)).filter((entry) => seen(below(path, entry.name), entry.type === "directory"));
		},
		read: (path) => context.read(path),
	};
}
