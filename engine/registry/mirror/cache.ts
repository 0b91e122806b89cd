// Content by digest with a quota: what was used least lately goes when there is no room. Nothing in it is needed: all of it can
// be fetched again.
//
//     sha256/HEX      content, whole and checked          parts/N     what is being fetched; gone after a restart
//     index.json      what is there, when it was last used, and what tags meant when they were last asked for

import { collect, text, utf8 } from "../../lib/bytes";
import { algorithmOf, createDigester, type Digest, type Digester, encodedOf } from "../../lib/digest";
import { Mutex } from "../../lib/mutex";
import type { Files } from "../files";

interface Entry {
	size: number;
	/** Milliseconds since 1970. */
	used: number;
	/** Of manifests. */
	mediaType?: string;
}
export interface KnownTag {
	digest: Digest;
	/** When the upstream said so. */
	at: number;
}
interface Index {
	entries: Record<Digest, Entry>;
	tags: Record<string, KnownTag>;
}

const INDEX = "index.json";
const pathOf = (digest: Digest): string => `${algorithmOf(digest)}/${encodedOf(digest)}`;

export class ContentCache {
	private readonly lock = new Mutex();
	/** How many read an entry now: it stays as long. */
	private readonly readers = new Map<Digest, number>();
	private parts = 0;
	private total = 0;

	private constructor(
		private readonly files: Files,
		/** Bytes. */
		readonly quota: number,
		private readonly now: () => number,
		private readonly entries: Map<Digest, Entry>,
		private readonly tags: Map<string, KnownTag>,
	) {
		for (const { size } of entries.values()) this.total += size;
	}

	static async open(files: Files, quota: number, now: () => number): Promise<ContentCache> {
		await files.remove("parts");
		const size = await files.size(INDEX);
		const index = size === undefined ? undefined : parse(text(await collect(files.read(INDEX, 0, size))));
		const entries = new Map<Digest, Entry>();
		for (const [digest, entry] of Object.entries(index?.entries ?? {}))
			if ((await files.size(pathOf(digest))) === entry.size) entries.set(digest, entry);
		// what the index does not name was caught between the file and the index by a power cut
		for (const encoded of await files.list("sha256"))
			if (!entries.has(`sha256:${encoded}`)) await files.remove(`sha256/${encoded}`);
		return new ContentCache(files, quota, now, entries, new Map(Object.entries(index?.tags ?? {})));
	}

	/** Bytes in use. */
	get usage(): number {
		return this.total;
	}
	entry(digest: Digest): Readonly<Entry> | undefined {
		return this.entries.get(digest);
	}
	tag(name: string): KnownTag | undefined {
		return this.tags.get(name);
	}
	async setTag(name: string, digest: Digest): Promise<void> {
		this.tags.set(name, { digest, at: this.now() });
		await this.save();
	}

	async *read(digest: Digest, offset: number, length: number): AsyncGenerator<Uint8Array> {
		const entry = this.entries.get(digest);
		if (!entry) return;
		entry.used = this.now();
		this.readers.set(digest, (this.readers.get(digest) ?? 0) + 1);
		try {
			yield* this.files.read(pathOf(digest), offset, length);
		} finally {
			const left = this.readers.get(digest)! - 1;
			if (left > 0) this.readers.set(digest, left);
			else this.readers.delete(digest);
		}
	}

	/** @throws Error where what is being fetched cannot have room at all */
	async write(digest: Digest): Promise<Part> {
		return new Part(`parts/${++this.parts}`, digest, this.files, await createDigester(algorithmOf(digest)), this);
	}
	/** Whether so many bytes could be kept, were everything else to go. */
	fits(size: number): boolean {
		return size <= this.quota;
	}

	/** For Part: a whole and checked file becomes an entry. */
	install(path: string, digest: Digest, size: number, mediaType: string | undefined): Promise<void> {
		return this.lock.run(async () => {
			if (!this.entries.has(digest)) {
				await this.makeRoom(size);
				await this.files.rename(path, pathOf(digest));
				this.total += size;
			}
			this.entries.set(digest, { size, used: this.now(), ...(mediaType ? { mediaType } : {}) });
			await this.store();
		});
	}

	private async makeRoom(size: number): Promise<void> {
		const oldest = [...this.entries].sort(([, a], [, b]) => a.used - b.used);
		for (const [digest, entry] of oldest) {
			if (this.total + size <= this.quota) return;
			if (this.readers.has(digest)) continue;
			this.entries.delete(digest);
			this.total -= entry.size;
			await this.files.remove(pathOf(digest));
		}
	}
	private save(): Promise<void> {
		return this.lock.run(() => this.store());
	}
	private store(): Promise<void> {
		const index: Index = { entries: Object.fromEntries(this.entries), tags: Object.fromEntries(this.tags) };
		return this.files.replace(INDEX, utf8(JSON.stringify(index)));
	}
}

function parse(words: string): Index | undefined {
	try {
		return JSON.parse(words) as Index;
	} catch {
		return undefined;
	}
}

/** Content on its way in: readable as far as it has come. */
export class Part {
	private written = 0;
	constructor(
		private readonly path: string,
		private readonly digest: Digest,
		private readonly files: Files,
		private readonly digester: Digester,
		private readonly cache: ContentCache,
	) {}
	get size(): number {
		return this.written;
	}
	async append(bytes: Uint8Array): Promise<void> {
		await this.files.append(this.path, bytes);
		this.digester.update(bytes);
		this.written += bytes.length;
	}
	read(offset: number, length: number): AsyncIterable<Uint8Array> {
		return this.files.read(this.path, offset, length);
	}
	/** False when it is not what its digest says; nothing is kept then. */
	async commit(mediaType?: string): Promise<boolean> {
		if (this.written === 0) await this.files.append(this.path, new Uint8Array(0));
		const right = this.digester.digest() === this.digest;
		if (right) await this.cache.install(this.path, this.digest, this.written, mediaType);
		await this.abort();
		return right;
	}
	abort(): Promise<void> {
		return this.files.remove(this.path);
	}
}
