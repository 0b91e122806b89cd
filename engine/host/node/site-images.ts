// Builds the images that the site offers: boots a machine, gives it the recipes, and lets the builder in it build and push
// them to a registry of plain files. Equal recipes give equal digests.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { boot, type Host } from "../../boot";
import { collect } from "../../lib/bytes";
import { writeTar } from "../../lib/tar/write";
import { nodeAssets } from "./assets";
import { nodeFetch, SITE_ORIGIN } from "./fetch";
import { type Catalogue, catalogued } from "./images/catalogue";
import { type BuildInput, buildInput, SOURCE_DATE_EPOCH, type Sources } from "./images/context";
import { type Deb, fieldOf, findDebs } from "./images/deb";
import { filesOf } from "./images/packages";
import { allPackages, type PackageChoice, packagesIn, type Recipe, readRecipes } from "./images/recipe";
import { nodePort } from "./port";
import { siteRegistry } from "./site-registry";
import { memoryStorage } from "./storage";

const RECIPES = "/var/tmp/recipes";

export interface SiteImages extends Sources {
	/** Where the registry's files go. */
	output: string;
	/** Where interpreter.wasm and system.tar.gz are. */
	assets: string;
	/** content/host/packages, for the catalogue. */
	host?: string;
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
	writeFileSync(join(options.output, "catalogue.json"), JSON.stringify(await catalogue(options, recipes, debs)));
	return lacking;
}

async function catalogue(options: SiteImages, recipes: Recipe[], debs: Map<string, Deb>): Promise<Catalogue> {
	const found = (choices: PackageChoice[], among: Map<string, Deb>): Deb[] =>
		choices.map(({ name }) => among.get(name)).filter((deb) => deb !== undefined);
	const images = recipes.map(({ name, base, packages }) => ({
		name,
		base: base?.name,
		packages: catalogued(found(packages, debs)),
	}));
	const choices = options.host ? packagesIn(options.host) : [];
	const others = await findDebs(
		options.debian,
		choices.map(({ name }) => name).filter((name) => !debs.has(name)),
	);
	for (const deb of others.values()) for await (const _ of filesOf({ deb, choice: { name: deb.name, takes: () => false } }));
	const busybox = busyboxDeb(options);
	for (const image of images) if (image.name === "busybox" && busybox) image.packages = catalogued([busybox]);
	return { images, host: catalogued([...(busybox ? [busybox] : []), ...found(choices, new Map([...debs, ...others]))]) };
}

/** As it was unpacked; where it came from a registry there is no notice. */
function busyboxDeb({ busybox }: SiteImages): Deb | undefined {
	const notice = join(busybox, "root/usr/share/doc/busybox-static/copyright");
	if (!existsSync(notice)) return undefined;
	const control = readFileSync(join(busybox, "control/control"), "utf8");
	const version = fieldOf(control, "Version") ?? "";
	return { name: "busybox-static", version, control, file: "", notice: readFileSync(notice, "utf8") };
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
