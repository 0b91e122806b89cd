// The host's programs from Debian, real ones: util-linux, iproute2, iptables and the libraries that they need. What is large is
// kept out of the archive that a machine boots from: there stand name, size and digest, and the content is a file of its own,
// fetched when the program is first called.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DEFERRED } from "../../boot/unpack";
import { collect, utf8 } from "../../lib/bytes";
import { digestOf, encodedOf } from "../../lib/digest";
import { header } from "../../lib/tar/header";
import type { SourceEntry } from "../../lib/tar/write";
import { findDebs } from "./images/deb";
import { filesOf } from "./images/packages";
import { packagesIn } from "./images/recipe";

/** Smaller files are in the archive itself. */
const DEFER_FROM = 1024;
/** Nobody reads them on the host: the images' page has them. */
const NOTICES = /^\/usr\/share\/doc\//;
/** As Debian's alternatives have it where there is no nft. */
const IPTABLES = ["", "-save", "-restore"].flatMap((suffix) =>
	["iptables", "ip6tables"].map((name) => [`usr/sbin/${name}${suffix}`, `${name}-legacy${suffix}`] as const),
);

/**
 * @param list content/host/packages
 * @param debian the folder of the packages' files as downloaded
 * @param output where the deferred contents go, DIGEST.gz each
 * @returns entries for the machine's archive: none where a package is lacking
 */
export async function hostTools(list: string, debian: string, output: string): Promise<SourceEntry[]> {
	const choices = packagesIn(list);
	const debs = await findDebs(
		debian,
		choices.map(({ name }) => name),
	);
	rmSync(output, { recursive: true, force: true });
	if (choices.some(({ name }) => !debs.has(name))) return [];
	mkdirSync(output, { recursive: true });
	const entries: SourceEntry[] = [
		{ header: header({ name: "lib", type: "symlink", mode: 0o777, linkname: "usr/lib" }) },
		{ header: header({ name: "lib64", type: "symlink", mode: 0o777, linkname: "usr/lib64" }) },
		{ header: header({ name: "usr/lib", type: "directory" }) },
		{ header: header({ name: "usr/lib64", type: "directory" }) },
	];
	const seen = new Set(entries.map((entry) => entry.header.name));
	for (const choice of choices) {
		for await (const { header: given, body, path } of filesOf({ deb: debs.get(choice.name)!, choice })) {
			const name = path.slice(1);
			if (NOTICES.test(path) || seen.has(name)) continue;
			seen.add(name);
			const placed = { ...given, name, uname: "", gname: "", mtime: 0n };
			if (given.type !== "file") entries.push({ header: placed });
			else entries.push(named(placed, await collect(body), output));
		}
	}
	for (const [name, linkname] of IPTABLES) entries.push({ header: header({ name, type: "symlink", mode: 0o777, linkname }) });
	return withDirectories(entries);
}

function named(placed: SourceEntry["header"], content: Uint8Array, output: string): SourceEntry {
	if (content.length < DEFER_FROM) return { header: placed, body: [content] };
	const digest = encodedOf(digestOf(content));
	writeFileSync(join(output, `${digest}.gz`), gzipSync(content, { level: 9 }));
	return { header: { ...placed, size: 0, xattrs: { [DEFERRED]: utf8(`${digest} ${content.length}`) } } };
}

/** Each entry after the directories that it is in. */
function withDirectories(entries: SourceEntry[]): SourceEntry[] {
	const there = new Set<string>();
	return entries.flatMap((entry) => {
		const parts = entry.header.name.split("/");
		const missing = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
		const added = missing.filter((name) => !there.has(name));
		for (const name of [...added, entry.header.name]) there.add(name);
		return [...added.map((name) => ({ header: header({ name, type: "directory" }) })), entry];
	});
}
