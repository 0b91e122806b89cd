// Debian packages' files (man 5 deb): their descriptions and their files, read by dpkg-deb.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readTar, type TarEntry } from "../../../lib/tar/read";

export interface Deb {
	name: string;
	version: string;
	/** The paragraph that describes it (man 5 deb-control), without a newline at its end. */
	control: string;
	file: string;
	/** Its debian/copyright, once its files were read. */
	notice?: string;
}

const MAX_BUFFER = 2 ** 28;
const PARALLEL = 8;

/** Of the packages named, those whose files are in the folder of downloads. @throws Error when dpkg-deb cannot read one */
export async function findDebs(folder: string | undefined, names: Iterable<string>): Promise<Map<string, Deb>> {
	const debs = new Map<string, Deb>();
	if (folder === undefined || !existsSync(folder)) return debs;
	const files = readdirSync(folder).filter((file) => file.endsWith(".deb"));
	const waiting = [...new Set(names)];
	const work = async (): Promise<void> => {
		for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
			const found = files.find((file) => file.startsWith(`${name}_`));
			if (!found) continue;
			const file = join(folder, found);
			const control = (await dpkgDeb("-f", file)).toString().trimEnd();
			debs.set(name, { name, version: fieldOf(control, "Version") ?? "", control, file });
		}
	};
	await Promise.all(Array.from({ length: PARALLEL }, work));
	return debs;
}

/** A field of a control paragraph, its continuation lines included. */
export const fieldOf = (control: string, field: string): string | undefined =>
	new RegExp(`^${field}: *(.*(?:\\n .*)*)`, "m").exec(control)?.[1];

/** Its files with their modes and owners, as the package has them. */
export async function* entriesOf(deb: Deb): AsyncGenerator<TarEntry> {
	yield* readTar([await dpkgDeb("--fsys-tarfile", deb.file)]);
}

/** Unpacks it into a folder, /usr not merged. */
export async function extract(deb: Deb, folder: string): Promise<void> {
	await dpkgDeb("-x", deb.file, folder);
}

const dpkgDeb = (...args: string[]): Promise<Buffer> =>
	new Promise((resolve, reject) =>
		execFile("dpkg-deb", args, { encoding: "buffer", maxBuffer: MAX_BUFFER }, (error, stdout, stderr) =>
			error ? reject(new Error(`dpkg-deb ${args.join(" ")}: ${stderr.toString().trim() || error.message}`)) : resolve(stdout),
		),
	);
