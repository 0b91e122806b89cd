// A context in memory: the tar that `docker build` sends, or files given one by one.

import { collect, utf8 } from "../../lib/bytes";
import { clean, dirname } from "../../lib/path";
import { readTar } from "../../lib/tar/read";
import type { BuildContext, ContextEntry } from "./types";

interface Stored extends ContextEntry {
	content: Uint8Array;
}

export class MemoryContext implements BuildContext {
	private readonly entries = new Map<string, Stored>();

	add(path: string, entry: Partial<ContextEntry> & { content?: Uint8Array | string }): void {
		const place = clean(`/${path}`).slice(1);
		if (place === "") return;
		const { content = "", ...given } = entry;
		const bytes = typeof content === "string" ? utf8(content) : content;
		const type = given.type ?? "file";
		const name = place.slice(place.lastIndexOf("/") + 1);
		const mode = given.mode ?? (type === "directory" ? 0o755 : 0o644);
		this.entries.set(place, { uid: 0, gid: 0, mtime: 0n, ...given, name, type, mode, size: bytes.length, content: bytes });
		const parent = dirname(place);
		if (parent !== "." && !this.entries.has(parent)) this.add(parent, { type: "directory" });
	}

	/** Another name of a file that is there. */
	link(path: string, source: string): void {
		const file = this.entries.get(source);
		if (file?.type !== "file") return;
		file.inode ??= source;
		this.add(path, { ...file });
	}

	async stat(path: string): Promise<ContextEntry | undefined> {
		if (path !== "") return this.entries.get(path);
		return { name: "", type: "directory", mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0n };
	}
	async list(path: string): Promise<ContextEntry[]> {
		const prefix = path === "" ? "" : `${path}/`;
		const inside = [...this.entries].filter(
			([place]) => place.startsWith(prefix) && !place.includes("/", prefix.length) && place !== path,
		);
		return inside.map(([, entry]) => entry).sort((a, b) => (a.name < b.name ? -1 : 1));
	}
	async *read(path: string): AsyncGenerator<Uint8Array> {
		const entry = this.entries.get(path);
		if (entry && entry.size > 0) yield entry.content;
	}
}

/** The files of a tar. Who owns them there says nothing: a context is root's. */
export async function tarContext(tar: AsyncIterable<Uint8Array>): Promise<MemoryContext> {
	const context = new MemoryContext();
	for await (const { header, body } of readTar(tar)) {
		const { name, mode, mtime, linkname: target } = header;
		if (header.type === "file") context.add(name, { mode, mtime, content: await collect(body) });
		else if (header.type === "directory") context.add(name, { type: "directory", mode, mtime });
		else if (header.type === "symlink") context.add(name, { type: "symlink", mode: 0o777, mtime, target });
		else if (header.type === "link") {
			const source = clean(`/${target}`).slice(1);
			context.link(name, source);
		}
	}
	return context;
}
