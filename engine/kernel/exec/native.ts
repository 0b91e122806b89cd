// The third executable format: a file that names a TypeScript program of the kernel's own table, in place of machine code.
// It counts only on the host's root file system (bind mounts of it too): no image can carry one.

import { text, utf8 } from "../../lib/bytes";

const MAGIC = "\x7fNATIVE ";

/** The content of such a file: boot writes them to the host's disk. */
export const nativeFile = (name: string): Uint8Array => utf8(`${MAGIC}${name}\n`);

/** The program's name, or undefined where the file is something else. */
export function parseNative(head: Uint8Array): string | undefined {
	if (head[0] !== 0x7f || head[1] !== 0x4e) return undefined;
	const words = text(head);
	if (!words.startsWith(MAGIC)) return undefined;
	return words.slice(MAGIC.length).split("\n")[0];
}
