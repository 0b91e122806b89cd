// Paths as Go's package path has them: slashes only, purely lexical.

/** The shortest equal path: no empty or "." parts, ".." resolved; "" becomes ".". */
export function clean(path: string): string {
	const rooted = path.startsWith("/");
	const out: string[] = [];
	for (const part of path.split("/")) {
		if (part === "" || part === ".") continue;
		if (part !== "..") out.push(part);
		else if (out.length > 0 && out.at(-1) !== "..") out.pop();
		else if (!rooted) out.push("..");
	}
	return (rooted ? "/" : "") + out.join("/") || (rooted ? "/" : ".");
}

/** The parts joined and cleaned; empty parts count for nothing. */
export const join = (...parts: string[]): string => {
	const joined = parts.filter((part) => part !== "").join("/");
	return joined === "" ? "" : clean(joined);
};

export const isAbsolute = (path: string): boolean => path.startsWith("/");

/** An absolute path: `path` itself, or as seen from `from`. */
export const resolve = (from: string, path: string): string => (isAbsolute(path) ? clean(path) : join("/", from, path));

/** All but the last part; "." where there is none. */
export function dirname(path: string): string {
	const slash = path.lastIndexOf("/");
	return slash < 0 ? "." : clean(path.slice(0, slash + 1));
}

/** The last part; "/" for the root, "." for nothing. */
export function basename(path: string): string {
	if (path === "") return ".";
	const trimmed = path.replace(/\/+$/, "");
	return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** The names on the way, without empty ones and ".". ".." stays. */
export const partsOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

/** Is `path` the directory `directory` or below it? Both are clean. */
export const isWithin = (directory: string, path: string): boolean =>
	path === directory || directory === "/" || path.startsWith(`${directory}/`);
