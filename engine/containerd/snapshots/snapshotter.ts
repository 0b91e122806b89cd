// The overlayfs snapshotter. A snapshot is a layer, unpacked or being written:
//
//     snapshots/N/fs      its files, with overlayfs's whiteouts over what is below
//     snapshots/N/work    what overlayfs needs beside an upper directory (active snapshots)
//
// A snapshot's life: prepare(key, parent) → active, written to through its mounts → commit(key, name) → committed, never changed
// again and a parent to others; or remove(key). view(key, parent) is one that is only looked at. For example, an image of two layers:
//
//     prepare("a", "")        bind      …/1/fs                                   the first layer goes straight into fs
//     commit("a", "one")
//     prepare("b", "one")     overlay   upperdir=…/2/fs,lowerdir=…/1/fs
//     commit("b", "two")
//     prepare("box", "two")   overlay   upperdir=…/3/fs,lowerdir=…/2/fs:…/1/fs   a container's root file system
//
// Nothing is mounted here: mounts are values, and those who got them mount.

import { alreadyExists, failedPrecondition, invalidParameter, notFound } from "../../lib/errors";
import { makeDirectories, removeTree } from "../../lib/files";
import { Mutex } from "../../lib/mutex";
import type { Sys } from "../../sys";
import type { Tracer } from "../../trace/event";
import { type Mount, SNAPSHOT_ROOT, type SnapshotInfo } from "../api";
import type { Bucket } from "../metadata/bucket";
import { mergeLabels, timestamp } from "../metadata/database";
import type { SnapshotRecord } from "./types";
import { type Usage, usageOf } from "./usage";

const SNAPSHOTS = `${SNAPSHOT_ROOT}/snapshots`;
export const fsOf = (id: number): string => `${SNAPSHOTS}/${id}/fs`;
const workOf = (id: number): string => `${SNAPSHOTS}/${id}/work`;

export class Snapshotter {
	private readonly lock = new Mutex();
	private last = 0;

	private constructor(
		private readonly sys: Sys,
		private readonly records: Bucket<SnapshotRecord>,
		private readonly trace: Tracer,
	) {
		for (const { id } of records.values()) this.last = Math.max(this.last, id);
	}

	static async open(sys: Sys, records: Bucket<SnapshotRecord>, trace: Tracer): Promise<Snapshotter> {
		await makeDirectories(sys, SNAPSHOTS, 0o700);
		return new Snapshotter(sys, records, trace);
	}

	has(key: string): boolean {
		return this.records.has(key);
	}
	/** @throws EngineError notFound */
	stat(key: string): SnapshotInfo {
		const { usage: _, ...info } = this.record(key);
		return info;
	}
	list(): SnapshotInfo[] {
		return this.records.values().map(({ usage: _, ...info }) => info);
	}
	/** It is needed now: the garbage collector leaves it to work under way that is older than this. */
	async touch(key: string): Promise<void> {
		await this.records.put(key, { ...this.record(key), updatedAt: timestamp(this.sys) });
	}
	mounts(key: string): Mount[] {
		const record = this.record(key);
		if (record.kind === "committed") throw failedPrecondition(`snapshot ${key} is committed: failed precondition`);
		return mountsOf(record, this.layersBelow(record));
	}

	prepare(key: string, parent: string, labels?: Record<string, string>): Promise<Mount[]> {
		return this.make("active", key, parent, labels);
	}
	view(key: string, parent: string, labels?: Record<string, string>): Promise<Mount[]> {
		return this.make("view", key, parent, labels);
	}

	commit(key: string, name: string, labels: Record<string, string> = {}): Promise<void> {
		return this.lock.run(async () => {
			const record = this.record(key);
			if (record.kind !== "active") throw failedPrecondition(`snapshot ${key} is not active: failed precondition`);
			if (this.records.has(name)) throw alreadyExists(`snapshot ${name}: already exists`);
			const usage = await usageOf(this.sys, fsOf(record.id));
			await this.records.move(key, name, {
				...record,
				kind: "committed",
				name,
				labels: mergeLabels(record.labels, labels),
				updatedAt: timestamp(this.sys),
				usage,
			});
			await removeTree(this.sys, workOf(record.id));
			this.trace.emit("containerd", { type: "snapshot.commit", key, name, id: record.id });
		});
	}

	/** @throws EngineError failedPrecondition when another snapshot stands on it */
	remove(key: string): Promise<void> {
		return this.lock.run(async () => {
			const { id } = this.record(key);
			if (this.records.some(({ parent }) => parent === key)) {
				throw failedPrecondition(`cannot remove snapshot with child: failed precondition`);
			}
			await this.records.delete(key);
			await removeTree(this.sys, `${SNAPSHOTS}/${id}`);
			this.trace.emit("containerd", { type: "snapshot.remove", key, id });
		});
	}

	async usage(key: string): Promise<Usage> {
		const record = this.record(key);
		return record.usage ?? usageOf(this.sys, fsOf(record.id));
	}

	/** fs directories of a snapshot's ancestors, nearest first. */
	layersBelow({ parent }: Pick<SnapshotInfo, "parent">): string[] {
		const layers: string[] = [];
		for (let name = parent; name !== ""; ) {
			const record = this.record(name);
			layers.push(fsOf(record.id));
			name = record.parent;
		}
		return layers;
	}

	/** Removes directories that no record names. */
	async sweep(): Promise<void> {
		const known = new Set(this.records.values().map(({ id }) => String(id)));
		for (const { name } of await this.sys.readdir(SNAPSHOTS)) {
			if (!known.has(name)) await removeTree(this.sys, `${SNAPSHOTS}/${name}`);
		}
	}

	private make(kind: "active" | "view", key: string, parent: string, labels: Record<string, string> = {}): Promise<Mount[]> {
		return this.lock.run(async () => {
			if (key === "") throw invalidParameter("snapshot key must not be empty");
			if (this.records.has(key)) throw alreadyExists(`snapshot ${key}: already exists`);
			const below = parent === "" ? undefined : this.record(parent);
			if (below && below.kind !== "committed") {
				throw failedPrecondition(`parent ${parent} is not committed: failed precondition`);
			}
			const id = ++this.last;
			await this.makeDirectories(id, kind, below);
			const now = timestamp(this.sys);
			const record: SnapshotRecord = { kind, name: key, parent, id, labels, createdAt: now, updatedAt: now };
			await this.records.put(key, record);
			this.trace.emit("containerd", { type: "snapshot.prepare", key, parent, id, kind });
			return mountsOf(record, this.layersBelow(record));
		});
	}

	private async makeDirectories(id: number, kind: "active" | "view", below: SnapshotRecord | undefined): Promise<void> {
		await this.sys.mkdir(`${SNAPSHOTS}/${id}`, 0o700);
		await this.sys.mkdir(fsOf(id), 0o755);
		await this.sys.chmod(fsOf(id), 0o755);
		if (kind === "active") await this.sys.mkdir(workOf(id), 0o711);
		if (!below) return;
		const { uid, gid } = await this.sys.stat(fsOf(below.id));
		if (uid !== 0 || gid !== 0) await this.sys.lchown(fsOf(id), uid, gid);
	}

	private record(key: string): SnapshotRecord {
		const record = this.records.get(key);
		if (!record) throw notFound(`snapshot ${key} does not exist: not found`);
		return record;
	}
}

function mountsOf({ kind, id }: SnapshotRecord, below: string[]): Mount[] {
	const only = kind === "view" ? below[0] : fsOf(id);
	if (below.length === 0) return [{ type: "bind", source: fsOf(id), options: [kind === "view" ? "ro" : "rw", "rbind"] }];
	if (kind === "view" && below.length === 1) return [{ type: "bind", source: only!, options: ["ro", "rbind"] }];
	const writable = kind === "active" ? [`workdir=${workOf(id)}`, `upperdir=${fsOf(id)}`] : [];
	return [{ type: "overlay", source: "overlay", options: [...writable, `lowerdir=${below.join(":")}`] }];
}
