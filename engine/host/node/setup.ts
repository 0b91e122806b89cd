// What `npm start` and `npm test` make once, by the engine itself: the interpreter, the system files, the site's images.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { boot, type Host } from "../../boot";
import { SOURCE_DATE_EPOCH } from "../../boot/natives";
import { systemArchive as archive } from "../../boot/system";
import { collect } from "../../lib/bytes";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import { nodeFetch, SITE_ORIGIN } from "./fetch";
import { nodePort } from "./port";
import { siteRegistry } from "./site-registry";
import { memoryStorage } from "./storage";

export { interpreterModule } from "../../cpu";

/**
 * The machine's system files as a gzipped tar.
 * @param busybox the unpacked Debian package
 */
export async function systemArchive({ busybox }: { busybox: string }): Promise<Uint8Array> {
	const program = join(busybox, "root/bin/busybox");
	const applets = execFileSync(program, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	return collect(archive({ busybox: readFileSync(program), applets }));
}

export interface ImageSources {
	/** content/images: a folder an image, each with a Dockerfile. */
	recipes: string;
	/** Where the registry's files are written. */
	output: string;
	/** Debian packages by name, unpacked: a recipe's `packages` file names those that its context gets. */
	packages: Record<string, string>;
	/** Where interpreter.wasm and system.tar.gz are. */
	assets: string;
	progress?: (line: string) => void;
}

const CONTEXTS = "/var/lib/recipes";

/** Builds every recipe in a machine of its own, and pushes it to the registry whose files `output` has. @throws Error with what the build said */
export async function buildSiteImages({ recipes, output, packages, assets, progress = () => {} }: ImageSources): Promise<void> {
	const host = await boot({
		port: nodePort({ storage: memoryStorage(), fetch: nodeFetch(siteRegistry(output, { writable: true })) }),
		assets: {
			interpreter: (await WebAssembly.compile(readFileSync(join(assets, "interpreter.wasm")))) as never,
			system: readFileSync(join(assets, "system.tar.gz")),
		},
		registries: { "docker.io": SITE_ORIGIN },
	});
	try {
		const names = inOrder(recipes);
		const contexts = await collect(writeTar(contextEntries(recipes, names, packages)));
		const unpacked = await host.run(`mkdir -p ${CONTEXTS} && tar -x -f - -C ${CONTEXTS}`, { stdin: contexts });
		if (unpacked.code !== 0) throw new Error(`the recipes cannot be unpacked: ${unpacked.stderr}`);
		await buildAll(host, names, progress);
	} finally {
		await host.shutdown();
	}
}

async function buildAll(host: Host, names: string[], progress: (line: string) => void): Promise<void> {
	let said = "";
	const listen = (bytes: Uint8Array, taken: () => void): void => {
		const words = new TextDecoder().decode(bytes);
		said += words;
		for (const line of words.split("\n")) if (line) progress(line);
		taken();
	};
	const builder = host.spawn(["/usr/libexec/build-images", CONTEXTS, "docker.io/library", ...names], {
		stdout: listen,
		stderr: listen,
	});
	builder.end();
	const code = await builder.exited;
	if (code !== 0) throw new Error(`the images cannot be built (${code}):\n${said.slice(-4000)}`);
}

/** Recipes by name, each after those that it is FROM. @throws Error for a circle */
function inOrder(recipes: string): string[] {
	const names = readdirSync(recipes).filter((name) => existsSync(join(recipes, name, "Dockerfile")));
	const ordered: string[] = [];
	const visit = (name: string, above: string[]): void => {
		if (ordered.includes(name)) return;
		if (above.includes(name)) throw new Error(`the recipes of ${[...above, name].join(" → ")} need each other`);
		for (const [, base] of readFileSync(join(recipes, name, "Dockerfile"), "utf8").matchAll(/^FROM\s+(?:--\S+\s+)*([\w.-]+)/gim))
			if (names.includes(base!)) visit(base!, [...above, name]);
		ordered.push(name);
	};
	for (const name of names.sort()) visit(name, []);
	return ordered;
}

function* contextEntries(recipes: string, names: string[], packages: Record<string, string>): Generator<SourceEntry> {
	for (const name of names) {
		yield* tree(join(recipes, name), name);
		const list = join(recipes, name, "packages");
		if (!existsSync(list)) continue;
		for (const line of readFileSync(list, "utf8")
			.split("\n")
			.map((text) => text.trim())
			.filter((text) => text && !text.startsWith("#"))) {
			const folder = packages[line];
			if (!folder) throw new Error(`the image ${name} wants the package ${line}, which could not be had`);
			yield* tree(join(folder, "root"), `${name}/${line}`);
		}
	}
}

function* tree(folder: string, as: string): Generator<SourceEntry> {
	yield { header: header({ name: as, type: "directory", mode: 0o755, mtime: MTIME }) };
	for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const path = join(folder, entry.name);
		const name = `${as}/${entry.name}`;
		if (entry.isDirectory()) yield* tree(path, name);
		else if (entry.isSymbolicLink())
			yield { header: header({ name, type: "symlink", mode: 0o777, linkname: readlinkSync(path), mtime: MTIME }) };
		else if (entry.isFile()) {
			const content = readFileSync(path);
			// only whether it can be executed counts: a checkout keeps no more of a mode
			const mode = statSync(path).mode & 0o100 ? 0o755 : 0o644;
			yield { header: header({ name, type: "file", mode, size: content.length, mtime: MTIME }), body: [content] };
		}
	}
}
const MTIME = BigInt(SOURCE_DATE_EPOCH) * 1_000_000_000n;
