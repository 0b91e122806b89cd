// Flags of a mount and of all mounts below it, such as "rro" wants: what mount_setattr(2) with AT_RECURSIVE does at once, mount by mount.

import { readText } from "../lib/files";
import { MS } from "../lib/linux";
import { parseOptions } from "../oci/runtime/options";
import type { Sys } from "../sys";

const ATIME = MS.NOATIME | MS.RELATIME | MS.STRICTATIME;

export async function setBelow(sys: Sys, target: string, { set, clear }: { set: number; clear: number }): Promise<void> {
	if (!set && !clear) return;
	for (const line of (await readText(sys, "/proc/self/mountinfo")).trim().split("\n")) {
		const [, , , , point = "", options = ""] = line.split(" ");
		const path = unescaped(point);
		if (path !== target && !path.startsWith(`${target}/`)) continue;
		const before = parseOptions(options.split(",")).flags;
		const kept = set & ATIME ? before & ~ATIME : before;
		await sys.mount("", path, "", MS.BIND | MS.REMOUNT | (kept & ~clear) | set, "");
	}
}
/** mountinfo writes blanks, tabs, line breaks and backslashes as \\ooo. */
const unescaped = (text: string): string =>
	text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
