// The content store: bytes by digest, as files that never change.
//
//     blobs/sha256/HEX                       what is there
//     ingest/HASH/{ref,data,startedat}       what is being written, under a name of the writer's choice; HASH = sha256(ref)
//
// A write lives so: begin(ref) → write … → commit, which checks the digest and renames data to its blob; or abort. An ingest
// survives its writer and the machine's power: begin(ref) says how much of it is there. Every blob is checked when it is
// read: a whole one on the way, before its end is told; a part after the whole was checked once since boot.

import { algorithmOf, createDigester, type Digest, type Digester, digestOf, encodedOf, isDigest } from "../../lib/digest";
import { dataLoss, failedPrecondition, invalidParameter, notFound } from "../../lib/errors";
import { exists, isErrno, makeDirectories, readText, removeTree, writeAll, writeFile } from "../../lib/files";
import { O } from "../../lib/linux";
import { Mutex } from "../../lib/mutex";
import { verified } from "../../oci/cas/read";
import type { Sys } from "../../sys";
import { CONTENT_ROOT, type ContentInfo } from "../api";
import type { Bucket } from "../metadata/bucket";
import { mergeLabels, timestamp } from "../metadata/database";

/** A piece that is read: it goes through a UNIX socket as it is (see socket.ts, BUFFER), and so to whoever asked. */
const CHUNK = 1 << 17;
/** A cut pull can be resumed for so long. */
const INGEST_KEPT_MS = 24 * 3600 * 1000;
const BLOBS = `${CONTENT_ROOT}/blobs`;
const INGEST = `${CONTENT_ROOT}/ingest`;

interface Ingest {
	path: string;
	offset: number;
	/** What `digester` computes. */
	algorithm: string;
	digester: Digester;
	lock: Mutex;
}

export class ContentStore {
	private readonly ingests = new Map<string, Ingest>();
	private readonly checked = new Set<Digest>();
	private puts = 0;

	private constructor(
		private readonly sys: Sys,
		private readonly infos: Bucket<ContentInfo>,
	) {}

	static async open(sys: Sys, infos: Bucket<ContentInfo>): Promise<ContentStore> {
		await makeDirectories(sys, BLOBS);
		await makeDirectories(sys, INGEST);
		return new ContentStore(sys, infos);
	}

	has(digest: Digest): boolean {
		return this.infos.has(digest);
	}
	/** @throws EngineError notFound */
	info(digest: Digest): ContentInfo {
		const info = this.infos.get(digest);
		if (!info) throw notFound(`content digest ${digest}: not found`);
		return info;
	}
	list(): ContentInfo[] {
		return this.infos.values();
	}
	async label(digest: Digest, labels: Record<string, string>): Promise<ContentInfo> {
		const info = this.info(digest);
		const changed = { ...info, labels: mergeLabels(info.labels, labels), updatedAt: timestamp(this.sys) };
		await this.infos.put(digest, changed);
		return changed;
	}
	async delete(digest: Digest): Promise<void> {
		this.info(digest);
		// what names it goes first: after a power cut in between, the file is one that nobody knows
		await this.infos.delete(digest);
		await this.removeBlob(digest);
	}

	// ---- reading

	/** Checked; in chunks. @throws EngineError notFound, dataLoss */
	read(digest: Digest, offset = 0, size?: number): AsyncGenerator<Uint8Array> {
		const info = this.info(digest);
		if (offset < 0 || offset > info.size) throw invalidParameter(`read past the end of content ${digest}`);
		const count = Math.min(size ?? info.size - offset, info.size - offset);
		return offset === 0 && count === info.size ? this.readWhole(info) : this.readPart(info, offset, count);
	}
	private async *readWhole(info: ContentInfo): AsyncGenerator<Uint8Array> {
		const file = this.readFile(info.digest, 0, info.size);
		if (this.checked.has(info.digest)) yield* file;
		else {
			yield* verified(file, info.digest, info.size);
			this.checked.add(info.digest);
		}
	}
	private async *readPart(info: ContentInfo, offset: number, count: number): AsyncGenerator<Uint8Array> {
		if (!this.checked.has(info.digest)) for await (const _ of this.readWhole(info));
		yield* this.readFile(info.digest, offset, count);
	}
	private async *readFile(digest: Digest, offset: number, count: number): AsyncGenerator<Uint8Array> {
		const fd = await this.sys.open(blobPath(digest), O.RDONLY | O.CLOEXEC);
		try {
			for (let at = offset; at < offset + count; ) {
				const piece = await this.sys.pread(fd, Math.min(CHUNK, offset + count - at), at);
				if (piece.length === 0) throw dataLoss(`content ${digest} is cut short`);
				at += piece.length;
				yield piece;
			}
		} finally {
			await this.sys.close(fd);
		}
	}

	// ---- writing

	/** How much of the ingest is there. */
	async begin(ref: string): Promise<number> {
		return (await this.ingest(ref)).offset;
	}
	async write(ref: string, offset: number, data: Uint8Array): Promise<number> {
		const ingest = await this.ingest(ref);
		return ingest.lock.run(async () => {
			if (offset > ingest.offset) throw invalidParameter(`write at ${offset} leaves a gap behind ${ingest.offset}`);
			if (offset < ingest.offset) await this.rewind(ingest, offset);
			const fd = await this.sys.open(`${ingest.path}/data`, O.WRONLY | O.CREAT | O.CLOEXEC, 0o644);
			try {
				await this.sys.lseek(fd, ingest.offset, 0);
				await writeAll(this.sys, fd, data);
			} finally {
				await this.sys.close(fd);
			}
			ingest.digester.update(data);
			ingest.offset += data.length;
			return ingest.offset;
		});
	}
	/**
	 * Makes the ingest content. What is there already stays, and gets the labels.
	 * @throws EngineError failedPrecondition when digest or size are not as expected; the ingest is gone then
	 */
	async commit(ref: string, expected?: Digest, size?: number, labels: Record<string, string> = {}): Promise<ContentInfo> {
		const ingest = await this.ingest(ref);
		return ingest.lock.run(async () => {
			const algorithm = expected === undefined ? ingest.algorithm : algorithmOf(expected);
			if (algorithm !== ingest.algorithm) {
				ingest.algorithm = algorithm;
				await this.rewind(ingest, Number.POSITIVE_INFINITY);
			}
			const actual = ingest.digester.digest();
			this.ingests.delete(ref);
			const problem =
				size !== undefined && size !== ingest.offset
					? `unexpected commit size ${ingest.offset}, expected ${size}`
					: expected !== undefined && expected !== actual
						? `unexpected commit digest ${actual}, expected ${expected}`
						: undefined;
			if (problem) {
				await removeTree(this.sys, ingest.path);
				throw failedPrecondition(`failed commit on ref ${JSON.stringify(ref)}: ${problem}: failed precondition`, { ref });
			}
			if (!this.infos.has(actual)) await this.install(ingest, actual, labels);
			// its time is set anew: the garbage collector must see that it is needed
			else await this.label(actual, labels);
			await removeTree(this.sys, ingest.path);
			return this.info(actual);
		});
	}
	async abort(ref: string): Promise<void> {
		const path = ingestPath(ref);
		this.ingests.delete(ref);
		if (!(await exists(this.sys, path))) throw notFound(`ingest ref ${JSON.stringify(ref)}: not found`);
		await removeTree(this.sys, path);
	}
	/** All at once, for documents. @param digest what they are known by, where that is not their sha256 */
	async put(data: Uint8Array, labels: Record<string, string> = {}, digest: Digest = digestOf(data)): Promise<ContentInfo> {
		if (this.has(digest)) return this.label(digest, labels);
		// of its own, since the same document may be put twice at once
		const ref = `put-${digest}-${++this.puts}`;
		await this.write(ref, 0, data);
		return this.commit(ref, digest, data.length, labels);
	}

	/** Removes files that no record names: writes that a power cut caught between file and record, and ingests that nobody finished. */
	async sweep(): Promise<void> {
		for (const { name } of await this.sys.readdir(INGEST)) {
			const started = await readText(this.sys, `${INGEST}/${name}/startedat`).catch(() => "");
			if (!(Date.parse(started) > Number(this.sys.now() / 1_000_000n) - INGEST_KEPT_MS))
				await removeTree(this.sys, `${INGEST}/${name}`);
		}
		for (const { name: algorithm } of await this.sys.readdir(BLOBS)) {
			for (const { name } of await this.sys.readdir(`${BLOBS}/${algorithm}`)) {
				const digest = `${algorithm}:${name}`;
				if (isDigest(digest) && !this.has(digest)) await this.removeBlob(digest);
			}
		}
		for (const [digest, info] of this.infos.entries()) {
			const stat = await this.sys.stat(blobPath(digest)).catch(() => undefined);
			if (stat?.size !== info.size) await this.infos.delete(digest);
		}
	}

	private async install(ingest: Ingest, digest: Digest, labels: Record<string, string>): Promise<void> {
		const data = `${ingest.path}/data`;
		// nothing was ever written: the digest of no bytes
		if (ingest.offset === 0) await writeFile(this.sys, data, "");
		await this.sys.chmod(data, 0o444);
		await makeDirectories(this.sys, `${BLOBS}/${algorithmOf(digest)}`);
		await this.sys.rename(data, blobPath(digest));
		this.checked.add(digest);
		const now = timestamp(this.sys);
		await this.infos.put(digest, { digest, size: ingest.offset, createdAt: now, updatedAt: now, labels });
	}
	private async removeBlob(digest: Digest): Promise<void> {
		this.checked.delete(digest);
		await this.sys.unlink(blobPath(digest)).catch((error: unknown) => {
			if (!isErrno(error, "ENOENT")) throw error;
		});
	}

	private readonly opening = new Map<string, Promise<Ingest>>();
	private ingest(ref: string): Promise<Ingest> {
		const known = this.ingests.get(ref);
		if (known) return Promise.resolve(known);
		const opening =
			this.opening.get(ref) ??
			this.openIngest(ref).finally(() => {
				this.opening.delete(ref);
			});
		this.opening.set(ref, opening);
		return opening;
	}
	private async openIngest(ref: string): Promise<Ingest> {
		if (ref === "") throw invalidParameter("ingest ref must not be empty");
		const algorithm = "sha256";
		const ingest = { path: ingestPath(ref), offset: 0, algorithm, digester: await createDigester(algorithm), lock: new Mutex() };
		if (await this.isOf(ingest.path, ref)) await this.rewind(ingest, Number.POSITIVE_INFINITY);
		else {
			await removeTree(this.sys, ingest.path);
			await makeDirectories(this.sys, ingest.path);
			await writeFile(this.sys, `${ingest.path}/ref`, ref);
			await writeFile(this.sys, `${ingest.path}/startedat`, timestamp(this.sys));
		}
		this.ingests.set(ref, ingest);
		return ingest;
	}
	private async isOf(path: string, ref: string): Promise<boolean> {
		return (await exists(this.sys, `${path}/ref`)) && (await readText(this.sys, `${path}/ref`)) === ref;
	}
	/** Digests anew what is there of the data, at most `size` bytes; the rest is cut off. */
	private async rewind(ingest: Ingest, size: number): Promise<void> {
		ingest.digester = await createDigester(ingest.algorithm);
		ingest.offset = 0;
		const data = `${ingest.path}/data`;
		if (!(await exists(this.sys, data))) return;
		if (size < (await this.sys.stat(data)).size) await this.sys.truncate(data, size);
		const fd = await this.sys.open(data, O.RDONLY | O.CLOEXEC);
		try {
			for (;;) {
				const piece = await this.sys.pread(fd, CHUNK, ingest.offset);
				if (piece.length === 0) return;
				ingest.digester.update(piece);
				ingest.offset += piece.length;
			}
		} finally {
			await this.sys.close(fd);
		}
	}
}

const blobPath = (digest: Digest): string => `${BLOBS}/${digest.replace(":", "/")}`;
const ingestPath = (ref: string): string => `${INGEST}/${encodedOf(digestOf(ref))}`;
