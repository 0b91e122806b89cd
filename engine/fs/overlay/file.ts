// What is no directory in an overlay: regular files, symlinks, devices, fifos, sockets.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFREG } from "../vfs/mode";
import type { Asker, Inode } from "../vfs/types";
import { copyUp } from "./copyUp";
import { OverlayNode } from "./node";

export class OverlayFile extends OverlayNode {
	override readlink(asker?: Asker): string | Errno {
		return this.real.readlink(asker);
	}
	/** A file opened for reading only follows when it is copied up later. */
	override open(writable: boolean, truncated = false): Inode | Errno {
		if (this.type !== S_IFREG) return this;
		if (writable) return copyUp(this, truncated) || this;
		// what a lower layer has may be on its way still
		const below = this.upper === undefined ? this.real.open(false) : this;
		return typeof below === "number" ? below : this;
	}
	get backing(): Inode {
		return this.real;
	}
	override read(offset: number, into: Uint8Array): number {
		return this.real.read(offset, into);
	}
	override write(offset: number, bytes: Uint8Array): number {
		return copyUp(this) || this.upper!.write(offset, bytes);
	}
	allocate(offset: number, length: number): Errno | 0 {
		return copyUp(this) || (this.upper!.allocate?.(offset, length) ?? 0);
	}
	clear(offset: number, length: number, allocated: boolean): Errno | 0 {
		return copyUp(this) || (this.upper!.clear?.(offset, length, allocated) ?? -ERRNO.EOPNOTSUPP);
	}
	extent(offset: number, hole: boolean): number {
		return this.real.extent?.(offset, hole) ?? (hole ? this.attributes().size : offset);
	}
	get direct(): boolean {
		return this.real.direct === true;
	}
	override content(): Uint8Array | undefined {
		return this.real.content?.();
	}
	override adopt(bytes: Uint8Array): Errno | 0 {
		const failed = copyUp(this, true);
		if (failed !== 0) return failed;
		if (this.upper!.adopt !== undefined) return this.upper!.adopt(bytes);
		const written = this.upper!.write(0, bytes);
		return written < 0 ? written : this.upper!.setAttributes({ size: bytes.length });
	}
}
