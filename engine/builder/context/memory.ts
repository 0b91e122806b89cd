// A context in memory: the tar that `docker build` sends, or files given one by one.

import { collect, utf8 } from "../../lib/bytes";
import { systemError } from "../../lib/errors";
import { clean, dirname } from "../../lib/path";
import { readTar } from "../../lib/tar/read";
import type { BuildContext, ContextEntry } from "./types";

interface Stored extends ContextEntry {
	content: Uint8Array;
}

/** Bytes of a context, or of what a URL gives: it is held in memory, and what is packed may unpack to anything. */
export const CONTEXT_LIMIT = 1 << 30;
/** @throws EngineError system when there is more than `room` bytes, as a disk that is full has it */
export async function collectWithin(
	pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	room: number,
	what: string,
): Promise<Uint8Array> {
	let left = room;
	const take = (bytes: number): void => {
		left -= bytes;
		if (left < 0) throw systemError(`write ${what}: no space left on device`, { errno: "ENOSPC" });
	};
	take(0);
	return collect(
		(async function* () {
			for await (const piece of pieces) {
				take(piece.length);
				yield piece;
			}
		})(),
	);
}

export class MemoryContext implements BuildContext {
	private readonly entries = new Map<string, Stored>();
	/** Directory → the names in it. */
	private readonly children = new Map<string, Set<string>>();

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
		const directory = parent === "." ? "" : parent;
		this.children.set(directory, (this.children.get(directory) ?? new Set()).add(name));
		if (directory !== "" && !this.entries.has(directory)) this.add(directory, { type: "directory" });
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
		const names = [...(this.children.get(path) ?? [])];
		const inside = names.map((name) => this.entries.get(path === "" ? name : `${path}/${name}`)!);
		return inside.sort((a, b) => (a.name < b.name ? -1 : 1));
	}
	async *read(path: string): AsyncGenerator<Uint8Array> {
		const entry = this.entries.get(path);
		if (entry && entry.size > 0) yield entry.content;
	}
}

/** What an entry of a context takes besides its content: many empty files fill a disk, too. */
const ENTRY_COST = 512;

/** The files of a tar. Who owns them there says nothing: a context is root's. @param room bytes that it may have. @throws EngineError */
export async function tarContext(tar: AsyncIterable<Uint8Array>, room = CONTEXT_LIMIT): Promise<MemoryContext> {
	const context = new MemoryContext();
	let left = room;
	for await (const { header, body } of readTar(tar)) {
		const { name, mode, mtime, linkname: target } = header;
		const content = await collectWithin(header.type === "file" ? body : [], left - ENTRY_COST, clean(`/${name}`));
		left -= content.length + ENTRY_COST;
		if (header.type === "file") context.add(name, { mode, mtime, content });
		else if (header.type === "directory") context.add(name, { type: "directory", mode, mtime });
		else if (header.type === "symlink") context.add(name, { type: "symlink", mode: 0o777, mtime, target });
		else if (header.type === "link") {
			const source = clean(`/${target}`).slice(1);
			context.link(name, source);
		}
	}
	return context;
}
