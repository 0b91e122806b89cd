// A Debian package's file (man 5 deb): its description and its files, read by dpkg-deb.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readTar, type TarEntry } from "../../../lib/tar/read";

export interface Deb {
	name: string;
	version: string;
	/** The paragraph that describes it (man 5 deb-control), without a newline at its end. */
	control: string;
	file: string;
}

const MAX_BUFFER = 2 ** 28;

/** The package's file in a folder of downloads, or undefined where it is not there. @throws Error when dpkg-deb cannot read it */
export function findDeb(folder: string, name: string): Deb | undefined {
	if (!existsSync(folder)) return undefined;
	const found = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
	if (!found) return undefined;
	const file = join(folder, found);
	const control = execFileSync("dpkg-deb", ["-f", file], { encoding: "utf8" }).trimEnd();
	return { name, version: fieldOf(control, "Version") ?? "", control, file };
}

/** A field of a control paragraph, its continuation lines included. */
export const fieldOf = (control: string, field: string): string | undefined =>
	new RegExp(`^${field}: *(.*(?:\\n .*)*)`, "m").exec(control)?.[1];

/** Its files with their modes and owners, as the package has them. */
export const entriesOf = (deb: Deb): AsyncGenerator<TarEntry> =>
	readTar([execFileSync("dpkg-deb", ["--fsys-tarfile", deb.file], { maxBuffer: MAX_BUFFER })]);
