// What `npm start` and `npm test` make once, by the engine itself: the interpreter, the system files, the site's images.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemArchive as archive } from "../../boot/system";
import { collect } from "../../lib/bytes";
import { packagesIn, readRecipes } from "./images/recipe";
import { hostTools } from "./tools";
import { busyboxOf } from "./upstream";

export { interpreterModule } from "../../cpu";
export { buildSiteImages } from "./site-images";

/** Every package that an image is made of. @param recipes content/images */
export const packagesOf = (recipes: string): string[] => [
	...new Set(readRecipes(recipes).flatMap((recipe) => recipe.packages.map(({ name }) => name))),
];

/** What the host takes from Debian. @param list content/host/packages */
export const hostPackages = (list: string): string[] => packagesIn(list).map(({ name }) => name);

export interface SystemSources {
	/** The unpacked Debian package, or a folder of the same form that upstreamBusybox made. */
	busybox: string;
	/** content/host/packages, the downloaded packages, and the folder for the contents that are fetched one by one. */
	tools?: { list: string; debian: string; output: string };
}

/** The machine's system files as a gzipped tar. */
export async function systemArchive({ busybox, tools }: SystemSources): Promise<Uint8Array> {
	const program = join(busybox, "root/bin/busybox");
	const applets = execFileSync(program, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	const entries = tools && (await hostTools(tools.list, tools.debian, tools.output));
	return collect(archive({ busybox: readFileSync(program), applets, tools: entries }));
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
