// The build cache: what earlier builds have made, by what it was made of. Records are in a file; a record's layer is in the content
// store, held there by a label for as long as the record is.
//
//     find       a step's key → the layer that it made
//     add        a layer is remembered, and kept
//     explain    why a key was not found: what differs from the nearest step that is remembered
//     prune      records go, and with them what nothing else refers to

import type { ContainerdApi, Descriptor } from "../../containerd/api";
import { hex } from "../../lib/bytes";
import { isKind } from "../../lib/errors";
import { makeDirectories, readJson, removeTree, replaceFile } from "../../lib/files";
import type { Client } from "../../lib/rpc/types";
import type { Sys } from "../../sys";
import type { BuildCause } from "../../trace/event";
import { causesOfMiss, type Parts } from "./causes";

const ROOT_LABEL = "containerd.io/gc.root";
const SNAPSHOT_LABEL = "containerd.io/gc.ref.snapshot.overlayfs";
const OWN_LABEL = "drydock/build.cache";

/** As `docker system df -v` names them. */
export type RecordType = "regular" | "internal" | "source.local" | "exec.cachemount" | "frontend";

/** Content that the cache keeps, and the snapshot that was made of it. */
interface Held {
	descriptor: Descriptor;
	chainId: string;
}

export interface CacheRecord {
	id: string;
	/** Digest of all that the step depends on; "" for what no step looks for. */
	key: string;
	type: RecordType;
	description: string;
	/** RFC 3339. */
	created: string;
	lastUsed: string;
	usageCount: number;
	/** Bytes, unpacked. */
	size: number;
	/** Ids. */
	parents: string[];
	layer?: Held & { diffId: string };
	/** A base image that was fetched for a build: no name of the store's stands for it. */
	image?: Held;
	/** What its key was made of: for the reason of a miss. */
	parts?: Parts;
	/** Of a cache mount: where its files are. */
	directory?: string;
	/** A build works with it. */
	inUse?: boolean;
}

export class BuildCache {
	private records = new Map<string, CacheRecord>();
	private saving: Promise<void> = Promise.resolve();
	private readonly locks = new Map<string, Promise<void>>();

	private constructor(
		private readonly sys: Sys,
		private readonly containerd: Client<ContainerdApi>,
		readonly directory: string,
	) {}

	static async open(sys: Sys, containerd: Client<ContainerdApi>, directory: string): Promise<BuildCache> {
		await makeDirectories(sys, directory, 0o700);
		const cache = new BuildCache(sys, containerd, directory);
		const stored = await readJson<CacheRecord[]>(sys, cache.file).catch(() => []);
		for (const record of stored) cache.records.set(record.id, { ...record, inUse: false });
		return cache;
	}
	private get file(): string {
		return `${this.directory}/cache.json`;
	}
	/** One after the other: steps end at the same time. */
	private save(): Promise<void> {
		const write = (): Promise<void> => replaceFile(this.sys, this.file, JSON.stringify(this.list()), 0o600);
		this.saving = this.saving.then(write, write);
		return this.saving;
	}
	private now(): string {
		return new Date(Number(this.sys.now() / 1_000_000n)).toISOString();
	}

	list(): CacheRecord[] {
		return [...this.records.values()];
	}
	/** The newest record of a key. */
	find(key: string): CacheRecord | undefined {
		return this.list().findLast((record) => record.key === key);
	}
	/** Of the layer with this chain id, for parents. */
	ofChain(chainId: string): CacheRecord | undefined {
		return chainId === "" ? undefined : this.list().findLast(({ layer }) => layer?.chainId === chainId);
	}

	async touch(record: CacheRecord): Promise<void> {
		record.usageCount++;
		record.lastUsed = this.now();
		await this.save();
	}

	async add(given: Omit<CacheRecord, "id" | "created" | "lastUsed" | "usageCount"> & { created?: string }): Promise<CacheRecord> {
		const now = this.now();
		const id = buildkitId(this.sys);
		const record: CacheRecord = { created: now, ...given, id, lastUsed: now, usageCount: 1 };
		for (const held of [record.layer, record.image]) if (held) await this.hold(record, held);
		// what was remembered under the key is not found any more, and would only take room
		for (const old of this.list()) if (record.key !== "" && old.key === record.key) await this.drop(old, record);
		this.records.set(id, record);
		await this.save();
		return record;
	}

	private async hold({ id }: CacheRecord, { descriptor: { digest }, chainId }: Held): Promise<void> {
		await this.containerd["content.update"]({ digest, labels: { ...this.labels(id), [SNAPSHOT_LABEL]: chainId } });
	}
	/** Of content that the cache keeps: for a record, or until the next prune. */
	labels(owner = "none"): Record<string, string> {
		return { [ROOT_LABEL]: this.now(), [OWN_LABEL]: owner };
	}

	/** The base image of a step, used again, or for the first time. */
	async base(description: string, size: () => Promise<number>, image?: Held): Promise<CacheRecord> {
		const known = this.list().find((record) => record.description === description);
		if (!known) {
			return this.add({ key: "", type: "regular", description, size: await size(), parents: [], ...(image ? { image } : {}) });
		}
		if (image && !known.image) {
			known.image = image;
			await this.hold(known, image);
		}
		await this.touch(known);
		return known;
	}
	/** A base image that the cache has, by its digest. */
	imageOf(digest: string): Descriptor | undefined {
		return this.list().find(({ image }) => image?.descriptor.digest === digest)?.image?.descriptor;
	}

	/** A source such as the context: one record each, which grows older and is used again. */
	async source(type: RecordType, description: string, size: number, key = ""): Promise<CacheRecord> {
		const there = this.list().find((record) => record.type === type && record.description === description);
		if (!there) return this.add({ key, type, description, size, parents: [] });
		there.size = size;
		await this.touch(there);
		return there;
	}

	/** Alone with something named, such as a cache mount that is not shared. */
	async locked<T>(name: string, work: () => Promise<T>): Promise<T> {
		const before = this.locks.get(name) ?? Promise.resolve();
		let free = (): void => {};
		const mine = new Promise<void>((resolve) => {
			free = resolve;
		});
		const queue = before.then(() => mine);
		this.locks.set(name, queue);
		await before;
		try {
			return await work();
		} finally {
			free();
			if (this.locks.get(name) === queue) this.locks.delete(name);
		}
	}

	/** Why nothing was found for a step of these parts. */
	explain(parts: Parts): BuildCause[] {
		const known = this.list().flatMap((record) => (record.parts?.instruction === parts.instruction ? [record.parts!] : []));
		return causesOfMiss(parts, known);
	}

	/** @param wanted which of them may go; those in use stay. Answers what went. */
	async prune(wanted: (record: CacheRecord) => boolean): Promise<CacheRecord[]> {
		const gone = this.list().filter((record) => !record.inUse && wanted(record));
		for (const record of gone) {
			this.records.delete(record.id);
			await this.drop(record);
		}
		await this.save();
		// layers of a cache whose file was lost
		const ids = new Set(this.records.keys());
		for (const { digest, labels } of await this.containerd["content.list"]({})) {
			const owner = labels[OWN_LABEL];
			if (owner && !ids.has(owner)) await this.release(digest);
		}
		if (gone.length > 0) await this.containerd["gc.run"]({});
		return gone;
	}

	private async drop(record: CacheRecord, successor?: CacheRecord): Promise<void> {
		this.records.delete(record.id);
		if (record.directory) await removeTree(this.sys, record.directory);
		const digests = (of: CacheRecord): string[] => [of.layer, of.image].flatMap((held) => (held ? [held.descriptor.digest] : []));
		const others = new Set([...this.records.values(), ...(successor ? [successor] : [])].flatMap(digests));
		for (const digest of digests(record)) if (!others.has(digest)) await this.release(digest);
	}
	private async release(digest: string): Promise<void> {
		const labels = { [ROOT_LABEL]: "", [OWN_LABEL]: "", [SNAPSHOT_LABEL]: "" };
		await this.containerd["content.update"]({ digest, labels }).catch((error: unknown) => {
			if (!isKind(error, "notFound")) throw error;
		});
	}
}

/** 25 letters and digits, as BuildKit names what it keeps. */
export function buildkitId(sys: Sys): string {
	return BigInt(`0x${hex(sys.getrandom(17))}`)
		.toString(36)
		.padStart(25, "0")
		.slice(-25);
}
