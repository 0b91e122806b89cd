// The options of mounting a tmpfs: mount -t tmpfs -o size=64m,mode=755. man 5 tmpfs.

import { ERRNO, type Errno } from "../../lib/errno";
import type { FsContext } from "../vfs/types";
import { MemFs, type MemFsOptions } from "./memfs";

const UNITS: Record<string, number> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const PAGE = 4096;
/** Words that change nothing here: memory policies, huge pages, what the kernel itself takes from flags. */
const IGNORED = new Set(["huge", "mpol", "inode32", "inode64", "noswap"]);

/** `memory`: bytes of the machine's, of which half is a tmpfs's default limit. EINVAL for what is not understood. */
export function tmpfsFromOptions(data: string, context: FsContext, memory: number): MemFs | Errno {
	const settings: MemFsOptions & { shown: string[] } = { size: memory / 2, shown: [] };
	for (const option of data.split(",")) {
		if (option === "") continue;
		const [name = "", value] = option.split("=", 2);
		if (IGNORED.has(name)) continue;
		if (value === undefined || !apply(settings, name, value, memory)) return -ERRNO.EINVAL;
	}
	return new MemFs(context, { ...settings, options: shownInOrder(settings.shown) });
}

const ORDER = ["size", "nr_inodes", "mode", "uid", "gid"];
const DEFAULTS = new Set(["mode=1777", "uid=0", "gid=0"]);
/** As the kernel shows them: in its own order, and what is usual not at all. */
const shownInOrder = (shown: readonly string[]): string =>
	shown
		.filter((option) => !DEFAULTS.has(option))
		.toSorted((a, b) => ORDER.indexOf(a.split("=")[0]!) - ORDER.indexOf(b.split("=")[0]!))
		.join(",");

function apply(settings: MemFsOptions & { shown: string[] }, name: string, value: string, memory: number): boolean {
	const number = name === "size" ? size(value, memory) : name === "mode" ? octal(value) : scaled(value);
	if (number === undefined) return false;
	switch (name) {
		case "size":
		case "nr_blocks": {
			const bytes = name === "size" ? number : number * PAGE;
			// 0 is no limit.
			settings.size = bytes === 0 ? undefined : Math.ceil(bytes / PAGE) * PAGE;
			settings.shown.push(`size=${Math.ceil(bytes / 1024)}k`);
			return true;
		}
		case "nr_inodes":
			settings.inodes = number === 0 ? undefined : number;
			settings.shown.push(`nr_inodes=${number}`);
			return true;
		case "mode":
			settings.mode = number & 0o7777;
			settings.shown.push(`mode=${(number & 0o7777).toString(8)}`);
			return true;
		case "uid":
		case "gid":
			settings[name] = number;
			settings.shown.push(`${name}=${number}`);
			return true;
		default:
			return false;
	}
}

function size(value: string, memory: number): number | undefined {
	const percent = /^(\d+)%$/.exec(value);
	return percent === null ? scaled(value) : (memory * Number(percent[1])) / 100;
}
function scaled(value: string): number | undefined {
	const match = /^(\d+)([kmgt]?)$/i.exec(value);
	return match === null ? undefined : Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
}
const octal = (value: string): number | undefined => (/^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : undefined);
