// A context without what its .dockerignore leaves out.

import { collect, text } from "../../lib/bytes";
import { IgnoreMatcher, readIgnore } from "../../lib/ignore";
import { type BuildContext, below } from "./types";

/** `<Dockerfile>.dockerignore` comes before `.dockerignore`. Undefined where neither is there. */
export async function ignoreOf(
	context: BuildContext,
	dockerfile: string,
): Promise<{ matcher: IgnoreMatcher; size: number } | undefined> {
	for (const name of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
		if ((await context.stat(name))?.type !== "file") continue;
		const content = await collect(context.read(name));
		return { matcher: new IgnoreMatcher(readIgnore(text(content))), size: content.length };
	}
	return undefined;
}

export function withoutIgnored(context: BuildContext, matcher: IgnoreMatcher): BuildContext {
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
