// Flags of a mount and of all mounts below it, such as "rro" wants: what mount_setattr(2) with AT_RECURSIVE does at once, mount by mount.

import { MS } from "../lib/linux";
import { readMounts } from "../lib/mountinfo";
import { parseOptions } from "../oci/runtime/options";
import type { Sys } from "../sys";

const ATIME = MS.NOATIME | MS.RELATIME | MS.STRICTATIME;

export async function setBelow(sys: Sys, target: string, { set, clear }: { set: number; clear: number }): Promise<void> {
	if (!set && !clear) return;
	for (const { point, options } of await readMounts(sys)) {
		if (point !== target && !point.startsWith(`${target}/`)) continue;
		const before = parseOptions(options).flags;
		const kept = set & ATIME ? before & ~ATIME : before;
		await sys.mount("", point, "", MS.BIND | MS.REMOUNT | (kept & ~clear) | set, "");
	}
}
