// The files that every Dockerfile of the comparison may copy, as one tar that both daemons are sent.

import { collect, utf8 } from "../../../engine/lib/bytes";
import { gzip } from "../../../engine/lib/gzip";
import { header, type TarHeader } from "../../../engine/lib/tar/header";
import { type SourceEntry, writeTar } from "../../../engine/lib/tar/write";

/** Seconds since 1970: long ago, so that what a build makes itself is told apart. */
const TIME = 1_000_000_000;
const time = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n;

type Kind = string | { link: string } | { hard: string } | "directory";
/** Path, what it is, mode, seconds after TIME. A path that ends in "/" is a directory. */
type Row = readonly [path: string, what: Kind | Uint8Array, mode?: number, after?: number];

function entry([path, what, mode, after = 0]: Row): SourceEntry {
	const common: Pick<TarHeader, "name" | "mtime"> = { name: path, mtime: time(TIME + after) };
	if (path.endsWith("/")) return { header: header({ ...common, type: "directory", mode: mode ?? 0o755 }) };
	if (typeof what === "object" && "link" in what) {
		return { header: header({ ...common, type: "symlink", linkname: what.link, mode: 0o777 }) };
	}
	if (typeof what === "object" && "hard" in what) {
		return { header: header({ ...common, type: "link", linkname: what.hard, mode: mode ?? 0o644 }) };
	}
	const body = typeof what === "string" ? utf8(what) : what;
	return { header: header({ ...common, type: "file", mode: mode ?? 0o644, size: body.length }), body: [body] };
}
const tarOf = (rows: readonly Row[]): Promise<Uint8Array> => collect(writeTar(rows.map(entry)));

/** Owners, a hard link, a special mode and a link out of it: what unpacking keeps. */
async function archive(): Promise<Uint8Array> {
	const owned = entry(["in/owned", "7:8\n", 0o640]);
	Object.assign(owned.header, { uid: 7, gid: 8 });
	const rows = [
		entry(["in/", "directory", 0o711, 5]),
		owned,
		entry(["in/set", "s", 0o4755]),
		entry(["in/hard", { hard: "in/set" }]),
		entry(["in/out", { link: "/etc/passwd" }]),
	];
	return collect(writeTar(rows));
}

async function rows(): Promise<Row[]> {
	const packed = await archive();
	return [
		["a.txt", "1\n"],
		["b.txt", "2\n", 0o755, 1],
		["c.md", "3\n", 0o600, 2],
		["empty", ""],
		["sp ace.txt", "space\n"],
		["[x].txt", "brackets\n"],
		[".hidden", "hidden\n"],
		["set", "set\n", 0o6755],
		["link", { link: "a.txt" }],
		["dlink", { link: "dir" }],
		["broken", { link: "nowhere" }],
		["absolute", { link: "/dir/d1" }],
		["outside", { link: "../../../etc/passwd" }],
		["dir/", "directory", 0o750, 3],
		["dir/d1", "d", 0o644, 4],
		["dir/up", { link: "../a.txt" }],
		["dir/sub/", "directory", 0o1777, 5],
		["dir/sub/d2", "dd", 0o600, 6],
		["dir/sub/d2.md", "dd", 0o600, 6],
		["none/", "directory", 0o700, 7],
		["arc.tar", packed],
		["arc.tgz", await collect(gzip([packed]))],
		["arc.name", packed],
		["a.txt.gz", await collect(gzip([utf8("only compressed\n")]))],
	];
}

/** The context with this Dockerfile, and further files. */
export async function contextOf(dockerfile: string, more: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
	const own: Row[] = Object.entries(more).map(([path, content]) => [path, content]);
	return tarOf([["Dockerfile", dockerfile], ...(await rows()), ...own]);
}
