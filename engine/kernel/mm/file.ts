// Reading a file's bytes into memory: at mmap and exec.

import { mappedFile } from "../../fs/vfs/mapped";
import type { Inode } from "../../fs/vfs/types";

/** Fills `into` from `offset` on as far as the file goes; the rest stays as it is. */
export function readInto(inode: Inode, offset: number, into: Uint8Array): void {
	mappedFile(inode)?.settle();
	for (let done = 0; done < into.length; ) {
		const count = inode.read(offset + done, into.subarray(done));
		if (count <= 0) return;
		done += count;
	}
}
