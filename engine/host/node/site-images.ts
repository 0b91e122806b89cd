// Builds the images that the site offers: boots a machine, gives it the recipes, and lets the builder in it build and push
// them to a registry of plain files. Equal recipes give equal digests.

import { pathToFileURL } from "node:url";
import { boot, type Host } from "../../boot";
import { collect } from "../../lib/bytes";
import { writeTar } from "../../lib/tar/write";
import { nodeAssets } from "./assets";
import { nodeFetch, SITE_ORIGIN } from "./fetch";
import { type BuildInput, buildInput, SOURCE_DATE_EPOCH, type Sources } from "./images/context";
import { findDebs } from "./images/deb";
import { allPackages, readRecipes } from "./images/recipe";
import { nodePort } from "./port";
import { siteRegistry } from "./site-registry";
import { memoryStorage } from "./storage";

const RECIPES = "/var/tmp/recipes";

export interface SiteImages extends Sources {
	/** Where the registry's files go. */
	output: string;
	/** Where interpreter.wasm and system.tar.gz are. */
	assets: string;
	/** The images to build, if not all; what they are FROM must be among them. */
	only?: string[];
}

/**
 * @returns the images that could not be built, each with the packages that it lacks
 * @throws Error with the build's output when an image cannot be built for another reason
 */
export async function buildSiteImages(options: SiteImages): Promise<Record<string, string[]>> {
	const recipes = readRecipes(options.recipes).filter(({ name }) => !options.only || options.only.includes(name));
	const debs = await findDebs(
		options.debian,
		recipes.flatMap(allPackages).map(({ name }) => name),
	);
	const lacking: Record<string, string[]> = {};
	const host = await boot({
		port: nodePort({ storage: memoryStorage(), fetch: nodeFetch(siteRegistry(options.output, { readOnly: false })) }),
		assets: await nodeAssets(pathToFileURL(`${options.assets}/`)),
		registries: { "docker.io": SITE_ORIGIN },
	});
	try {
		for (const recipe of recipes) {
			const missing = allPackages(recipe).filter(({ name }) => !debs.has(name));
			if (missing.length > 0) lacking[recipe.name] = missing.map(({ name }) => name);
			else await build(host, recipe.name, buildInput(recipe, options, debs));
		}
	} finally {
		await host.shutdown();
	}
	return lacking;
}

async function build(host: Host, name: string, { entries, args }: BuildInput): Promise<void> {
	await run(host, `mkdir -p ${RECIPES} && tar -x -f - -C ${RECIPES}`, await collect(writeTar(entries)));
	const given = Object.entries(args).map(([key, value]) => `--build-arg '${key}=${value}'`);
	const options = [`--epoch ${SOURCE_DATE_EPOCH}`, ...given].join(" ");
	await run(host, `/usr/libexec/build-images ${options} ${RECIPES} docker.io/library ${name}`);
	await run(host, `rm -r ${RECIPES}`);
}

async function run(host: Host, command: string, stdin?: Uint8Array): Promise<void> {
	const { code, stdout, stderr } = await host.run(command, { stdin });
	if (code !== 0) throw new Error(`${command}: exit code ${code}\n${stdout}${stderr}`);
}
