// What an image's build is given: its recipe's files, what set-up adds to them, and the arguments that name its packages.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../../lib/bytes";
import { header } from "../../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../../lib/tar/write";
import { helloProgram } from "../hello";
import { byteCode } from "./byte-code";
import { type Deb, fieldOf } from "./deb";
import { type Chosen, packageEntries } from "./packages";
import { allPackages, type PackageChoice, type Recipe } from "./recipe";

/** What all files and configurations of the site's images are dated: 2026-01-01. */
export const SOURCE_DATE_EPOCH = 1_767_225_600;
const MTIME = BigInt(SOURCE_DATE_EPOCH) * 1_000_000_000n;

/** Where recipes and Debian's packages are. */
export interface Sources {
	/** content/images: a folder an image, each with a Dockerfile. */
	recipes: string;
	/** The folder of Debian's package busybox-static: root/ as unpacked, control/ with its description. */
	busybox: string;
	/** The folder of the packages' files as downloaded; without it there are none. */
	debian?: string;
}

/** Of an image: all that it is made of, and its packages. */
export interface BuildInput {
	entries: AsyncIterable<SourceEntry>;
	/** ARG → value. */
	args: Record<string, string>;
}

/** @param debs at least the image's packages. @throws Error for a package that is not there */
export function buildInput(recipe: Recipe, sources: Sources, debs: Map<string, Deb>): BuildInput {
	const chosen = (choices: PackageChoice[]): Chosen[] => choices.map((choice) => ({ deb: debOf(choice, debs), choice }));
	const own = chosen(recipe.packages);
	const base = chosen(recipe.base ? allPackages(recipe.base) : []);
	const added = recipe.name === "python" ? () => byteCode(own, debs, MTIME) : undefined;
	return { entries: entries(recipe, sources, packagesTar(own, base, added)), args: argumentsOf(recipe, sources, own, base) };
}

function debOf({ name }: PackageChoice, debs: Map<string, Deb>): Deb {
	const deb = debs.get(name);
	if (!deb) throw new Error(`the package ${name} is not there`);
	return deb;
}

/** Versions are those of the first package of a list: what the image is named after. */
function argumentsOf(recipe: Recipe, sources: Sources, own: Chosen[], base: Chosen[]): Record<string, string> {
	if (recipe.name === "busybox") {
		const control = readFileSync(join(sources.busybox, "control/control"), "utf8");
		return { VERSION: fieldOf(control, "Version") ?? "unknown" };
	}
	if (own.length === 0) return {};
	const all = [...base, ...own].map(({ deb }) => `${deb.name}=${deb.version}`);
	return { PACKAGES: all.join(" "), VERSION: own[0]!.deb.version };
}

async function* entries(
	{ name, packages }: Recipe,
	sources: Sources,
	archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<SourceEntry> {
	yield* tree(join(sources.recipes, name), name);
	if (name === "busybox") yield file("busybox/busybox", readFileSync(join(sources.busybox, "root/bin/busybox")), 0o755);
	if (name === "hello-world")
		yield file("hello-world/hello", helloProgram(readFileSync(join(sources.recipes, name, "greeting.txt"))), 0o755);
	if (packages.length > 0) yield file(`${name}/packages.tar`, await collect(archive), 0o644);
}

/** @param added what the packages' own set-up would make of them */
const packagesTar = (own: Chosen[], base: Chosen[], added?: () => AsyncIterable<SourceEntry>): AsyncIterable<Uint8Array> =>
	writeTar(
		(async function* () {
			yield* packageEntries(own, base);
			if (added) yield* added();
		})(),
	);

function* tree(path: string, name: string): Generator<SourceEntry> {
	const { mode } = statSync(path);
	if (!statSync(path).isDirectory()) {
		// only whether it can be executed counts: a checkout keeps no more of a mode
		yield file(name, readFileSync(path), mode & 0o100 ? 0o755 : 0o644);
		return;
	}
	yield { header: header({ name: `${name}/`, type: "directory", mtime: MTIME }) };
	for (const child of readdirSync(path).sort()) yield* tree(join(path, child), `${name}/${child}`);
}
const file = (name: string, content: Uint8Array, mode: number): SourceEntry => ({
	header: header({ name, type: "file", mode, size: content.length, mtime: MTIME }),
	body: [content],
});
