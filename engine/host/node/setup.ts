// What `npm start` and `npm test` make once, by the engine itself: the interpreter, the system files, the site's images.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemArchive as archive } from "../../boot/system";
import { collect } from "../../lib/bytes";
import { readRecipes } from "./images/recipe";
import { busyboxOf } from "./upstream";

export { interpreterModule } from "../../cpu";
export { buildSiteImages } from "./site-images";

/** Every package that an image is made of. @param recipes content/images */
export const packagesOf = (recipes: string): string[] => [
	...new Set(readRecipes(recipes).flatMap((recipe) => recipe.packages.map(({ name }) => name))),
];

/**
 * The machine's system files as a gzipped tar.
 * @param busybox the unpacked Debian package, or a folder of the same form that upstreamBusybox made
 */
export async function systemArchive({ busybox }: { busybox: string }): Promise<Uint8Array> {
	const program = join(busybox, "root/bin/busybox");
	const applets = execFileSync(program, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	return collect(archive({ busybox: readFileSync(program), applets }));
}

/** Where there is no Debian: busybox out of an upstream registry's image, laid out as the package would be. */
export async function upstreamBusybox(upstream: string, folder: string): Promise<string> {
	const program = join(folder, "root/bin/busybox");
	if (!existsSync(program)) {
		const { content, version } = await busyboxOf(upstream);
		mkdirSync(dirname(program), { recursive: true });
		mkdirSync(join(folder, "control"), { recursive: true });
		writeFileSync(join(folder, "control/control"), `Package: busybox\nVersion: ${version}\n`);
		writeFileSync(program, content);
		chmodSync(program, 0o755);
	}
	return folder;
}
