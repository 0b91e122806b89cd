// overlayfs: one directory tree seen through several. Documentation/filesystems/overlayfs.rst; the options are those that
// Docker's snapshotter mounts with: index=off, redirect_dir=off, metacopy=off, xino=off.
//
//   lower layers   never changed; any number, topmost first
//   upper layer    takes all changes: new files, copies of what is changed (copyUp.ts), whiteouts of what is removed (whiteout.ts)
//   work directory where changes are prepared before they appear in the upper layer by a rename; on the upper's file system
//
// Worked example, lower has /etc/motd: reading it reads the lower inode. Appending to it makes /etc in the upper layer (with
// the lower one's owner, mode, times), copies motd there, and writes to the copy. Removing it then replaces the copy by a
// character device 0/0, since the lower one would show again otherwise. Without an upper layer the overlay is read-only.

import type { Errno } from "../../lib/errno";
import type { EventBody, Tracer } from "../../trace/event";
import { S_IFDIR, typeOf } from "../vfs/mode";
import type { FileSystem, FsContext, Inode } from "../vfs/types";
import { OverlayDirectory } from "./directory";
import { OverlayFile } from "./file";
import type { Parts } from "./lookup";
import type { OverlayNode } from "./node";

const OVERLAYFS_MAGIC = 0x794c7630;

export interface OverlayOptions {
	/** Directories, topmost first. */
	lowers: readonly Inode[];
	upper?: Inode;
	/** An empty directory of the upper layer's file system. */
	work?: Inode;
	/** As /proc/mounts shows them: "lowerdir=…,upperdir=…,workdir=…". */
	options: string;
	/** Names the upper layer in the trace. */
	upperPath?: string;
	trace?: Tracer;
	/** Who is being served, for the trace. */
	pid?: () => number;
}

export class OverlayFs implements FileSystem {
	readonly type = "overlay";
	readonly dev: number;
	readonly options: string;
	readonly: boolean;
	readonly remountable: boolean;
	readonly root: OverlayDirectory;
	readonly work: Inode | undefined;
	readonly upperPath: string;
	/** Nodes with an upper part by that part's identity: hard links in the upper layer are one node. */
	private readonly nodes = new WeakMap<object, OverlayNode>();
	/** Layers on other file systems than the topmost have device numbers of their own, as their inode numbers may collide. */
	private readonly devices = new Map<FileSystem, number>();
	private temporaries = 0;

	constructor(
		private readonly context: FsContext,
		private readonly settings: OverlayOptions,
	) {
		const { lowers, upper, work, options, upperPath = "" } = settings;
		this.dev = context.newDevice();
		this.options = options;
		this.work = upper === undefined ? undefined : work;
		this.readonly = this.work === undefined;
		this.remountable = !this.readonly;
		this.upperPath = upperPath;
		const parts: Parts = { upper, lowers: lowers.map((inode, layer) => ({ inode, layer })) };
		this.root = new OverlayDirectory(this, S_IFDIR, parts, undefined, "");
		this.devices.set(this.root.real.fs, this.dev);
	}

	statfs() {
		return { ...this.root.real.fs.statfs(), type: OVERLAYFS_MAGIC };
	}

	sync(): Promise<Errno | 0> {
		return this.settings.upper?.fs.sync?.() ?? Promise.resolve(0);
	}

	// ---- for its inodes
	/** The node for what a lookup found. */
	nodeOf(parts: Parts, parent: OverlayDirectory, name: string): OverlayNode {
		const key = parts.upper?.identity();
		const known = key === undefined ? undefined : this.nodes.get(key);
		if (known !== undefined) return known;
		const type = typeOf(parts.upper ?? parts.lowers[0]!.inode);
		const node =
			type === S_IFDIR ? new OverlayDirectory(this, type, parts, parent, name) : new OverlayFile(this, type, parts, parent, name);
		if (parts.upper !== undefined) this.remember(parts.upper, node);
		return node;
	}
	remember(upper: Inode, node: OverlayNode): void {
		this.nodes.set(upper.identity(), node);
	}
	/** st_dev of what is really `real`. */
	deviceOf(real: Inode): number {
		let dev = this.devices.get(real.fs);
		if (dev === undefined) {
			dev = this.context.newDevice();
			this.devices.set(real.fs, dev);
		}
		return dev;
	}
	temporaryName(): string {
		return `#${(++this.temporaries).toString(16)}`;
	}
	emit(event: EventBody): void {
		this.settings.trace?.emit("fs", event);
	}
	pid(): number {
		return this.settings.pid?.() ?? 0;
	}
}
