// What all inodes of an overlay have: a part in the upper layer or not yet, parts in the lower ones, and attributes from the
// topmost. The object stays the same when its file is copied up, so those who hold it follow.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR } from "../vfs/mode";
import { NodeBase } from "../vfs/node";
import type { AttributeChange, Attributes, Inode } from "../vfs/types";
import { copyUp } from "./copyUp";
import type { OverlayDirectory } from "./directory";
import { OWN, originOf } from "./layer";
import type { Lower, Parts } from "./lookup";
import type { OverlayFs } from "./overlay";

/** Shown by the overlay above as `trusted.overlay.X`: so overlays stack. */
const ESCAPED = `${OWN}overlay.`;

export abstract class OverlayNode extends NodeBase {
	upper: Inode | undefined;
	lowers: readonly Lower[];
	/** It has no name any more: a copy-up has nowhere to be put. */
	deleted = false;

	constructor(
		override readonly fs: OverlayFs,
		override readonly type: number,
		parts: Parts,
		/** Where it was found, or is by now. undefined for the root. */
		public parent: OverlayDirectory | undefined,
		public name: string,
	) {
		super();
		this.upper = parts.upper;
		this.lowers = parts.lowers;
	}

	/** The inode that its attributes and content come from. */
	get real(): Inode {
		return this.upper ?? this.lowers[0]!.inode;
	}
	/** Path within the overlay, for the trace. */
	get path(): string {
		if (this.parent === undefined) return "/";
		const above = this.parent.path;
		return above === "/" ? `/${this.name}` : `${above}/${this.name}`;
	}
	/** A directory with more than one part. */
	get isMerged(): boolean {
		return this.type === S_IFDIR && this.lowers.length + (this.upper === undefined ? 0 : 1) > 1;
	}
	/** A directory that is, in part at least, of a lower layer: it cannot be renamed (redirect_dir=off). */
	get hasLower(): boolean {
		return this.lowers.length > 0;
	}

	override attributes(): Attributes {
		const { real } = this;
		const attributes = real.attributes();
		const { nlink } = attributes;
		// Field by field, as memfs does it.
		return {
			ino: (this.upper === undefined ? undefined : originOf(this.upper)) ?? attributes.ino,
			mode: attributes.mode,
			// Subdirectories of a merged directory are not counted.
			nlink: nlink > 0 && this.isMerged ? 1 : nlink,
			uid: attributes.uid,
			gid: attributes.gid,
			rdev: attributes.rdev,
			size: attributes.size,
			dev: this.fs.deviceOf(real),
			blocks: attributes.blocks,
			atime: attributes.atime,
			mtime: attributes.mtime,
			ctime: attributes.ctime,
			btime: attributes.btime,
		};
	}
	override setAttributes(change: AttributeChange): Errno | 0 {
		// With its data, if only to be truncated: what changes is told from the sizes before and after.
		return copyUp(this) || this.upper!.setAttributes(change);
	}
	override accessed(): void {
		// Lower layers are never written to, not even with times.
		this.upper?.accessed?.();
	}
	fsync(): Errno | 0 {
		return this.upper?.fsync?.() ?? 0;
	}

	override getxattr(name: string): Uint8Array | Errno {
		return this.real.getxattr(ownName(name));
	}
	override setxattr(name: string, value: Uint8Array, flags: number): Errno | 0 {
		return copyUp(this) || this.upper!.setxattr(ownName(name), value, flags);
	}
	override listxattr(): string[] | Errno {
		const names = this.real.listxattr();
		if (typeof names === "number") return names;
		const shown: string[] = [];
		for (const name of names)
			if (name.startsWith(ESCAPED)) shown.push(OWN + name.slice(ESCAPED.length));
			else if (!name.startsWith(OWN)) shown.push(name);
		return shown;
	}
	override removexattr(name: string): Errno | 0 {
		const own = ownName(name);
		if (this.upper === undefined && typeof this.real.getxattr(own) === "number") return -ERRNO.ENODATA;
		return copyUp(this) || this.upper!.removexattr(own);
	}
}

const ownName = (name: string): string => (name.startsWith(OWN) ? ESCAPED + name.slice(OWN.length) : name);
