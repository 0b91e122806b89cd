// Builds the images that the site offers: boots a machine, gives it the recipes, and lets the builder in it build and push
// them to a registry of plain files. Equal recipes give equal digests.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { boot, type Host } from "../../boot";
import { collect, text } from "../../lib/bytes";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import { nodeFetch, SITE_ORIGIN } from "./fetch";
import { helloProgram } from "./hello";
import { nodePort } from "./port";
import { siteRegistry } from "./site-registry";
import { memoryStorage } from "./storage";

/** What all files and configurations of the site's images are dated: 2026-01-01. */
const SOURCE_DATE_EPOCH = 1_767_225_600;
const MTIME = BigInt(SOURCE_DATE_EPOCH) * 1_000_000_000n;
const RECIPES = "/var/tmp/recipes";

export interface SiteImages {
	/** content/images: a folder an image, each with a Dockerfile. */
	recipes: string;
	/** Where the registry's files go. */
	output: string;
	/** Debian's package busybox-static: root/ as unpacked, control/ with its description. */
	busybox: string;
	/** Where interpreter.wasm and system.tar.gz are. */
	assets: string;
}

/** @throws Error with the build's output when an image cannot be built */
export async function buildSiteImages({ recipes, output, busybox, assets }: SiteImages): Promise<void> {
	const module = await WebAssembly.compile(readFileSync(join(assets, "interpreter.wasm")));
	const host = await boot({
		port: nodePort({ storage: memoryStorage(), fetch: nodeFetch(siteRegistry(output, { readOnly: false })) }),
		assets: { interpreter: module as never, system: readFileSync(join(assets, "system.tar.gz")) },
		registries: { "docker.io": SITE_ORIGIN },
	});
	try {
		const names = inOrder(recipes);
		const contexts = await collect(writeTar(entries(recipes, names, busybox)));
		await run(host, `mkdir -p ${RECIPES} && tar -x -f - -C ${RECIPES}`, contexts);
		const options = `--epoch ${SOURCE_DATE_EPOCH} --build-arg VERSION=${versionOf(busybox)}`;
		await run(host, `/usr/libexec/build-images ${options} ${RECIPES} docker.io/library ${names.join(" ")}`);
	} finally {
		await host.shutdown();
	}
}

async function run(host: Host, command: string, stdin?: Uint8Array): Promise<void> {
	const { code, stdout, stderr } = await host.run(command, { stdin });
	if (code !== 0) throw new Error(`${command}: exit code ${code}\n${stdout}${stderr}`);
}

/** Recipes by name, each after the one that it is FROM. @throws Error for a circle */
function inOrder(recipes: string): string[] {
	const names = readdirSync(recipes).filter((name) => existsSync(join(recipes, name, "Dockerfile")));
	const ordered: string[] = [];
	const visit = (name: string, above: string[]): void => {
		if (ordered.includes(name)) return;
		if (above.includes(name)) throw new Error(`the recipes of ${[...above, name].join(" → ")} need each other`);
		const bases = readFileSync(join(recipes, name, "Dockerfile"), "utf8").matchAll(/^FROM\s+(?:--\S+\s+)*([\w.-]+)/gim);
		for (const [, base] of bases) if (names.includes(base!)) visit(base!, [...above, name]);
		ordered.push(name);
	};
	for (const name of names.sort()) visit(name, []);
	return ordered;
}

/** The recipes, with what set-up adds to their contexts. */
function* entries(recipes: string, names: string[], busybox: string): Generator<SourceEntry> {
	for (const name of names) yield* tree(join(recipes, name), name);
	yield file("busybox/busybox", readFileSync(join(busybox, "root/bin/busybox")), 0o755);
	yield file("hello-world/hello", helloProgram(readFileSync(join(recipes, "hello-world/greeting.txt"))), 0o755);
}
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

function versionOf(busybox: string): string {
	const control = text(readFileSync(join(busybox, "control/control")));
	return /^Version: (\S+)$/m.exec(control)?.[1] ?? "unknown";
}
