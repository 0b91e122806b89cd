// /proc/PID/mountinfo, as programs read it (man 5 proc_pid_mountinfo).

import type { Sys } from "../sys";
import { readText } from "./files";

export interface MountLine {
	/** Where it is mounted. */
	point: string;
	/** Its own options, not its file system's. */
	options: string[];
	/** Optional fields, such as "shared:1". */
	optional: string[];
}

/** The mounts that this process sees, in the order in which they were made. */
export async function readMounts(sys: Sys): Promise<MountLine[]> {
	const lines = (await readText(sys, "/proc/self/mountinfo")).trim().split("\n");
	return lines.map((line) => {
		const fields = line.split(" ");
		const [, , , , point = "", options = ""] = fields;
		return { point: unescaped(point), options: options.split(","), optional: fields.slice(6, fields.indexOf("-")) };
	});
}

/** Blanks, tabs, line breaks and backslashes are written as three octal digits behind a backslash. */
const unescaped = (text: string): string =>
	text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
