// The steps of set-up, each done once: packages, engine, images, site. `npm start`, `npm test` and bin/drydock share them.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { quietly, say } from "./command.mjs";
import { archives, download, unpacked } from "./debian.mjs";
import { fingerprint, once, root, state } from "./once.mjs";

const engineSources = ["engine", "package-lock.json"];

/** node_modules as package-lock.json says. */
export const dependencies = () =>
	once(
		{ name: "dependencies", inputs: ["package-lock.json"], also: process.version, outputs: ["node_modules/.package-lock.json"] },
		() => say("installing packages", () => quietly("npm", "npm", ["ci", "--no-audit", "--no-fund", "--include=dev"])),
	);

/** engine/host/node as one file that Node runs. */
export const engine = () =>
	once({ name: "engine", inputs: engineSources, outputs: [".drydock/engine/node.mjs"] }, async () => {
		const { build } = await import("esbuild");
		const { metafile } = await build({
			absWorkingDir: root,
			metafile: true,
			entryPoints: { node: "engine/host/node/main.ts", setup: "engine/host/node/setup.ts" },
			outdir: ".drydock/engine",
			outExtension: { ".js": ".mjs" },
			bundle: true,
			splitting: true,
			platform: "node",
			format: "esm",
			target: "node20",
			sourcemap: true,
			logLevel: "error",
			banner: {
				js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
			},
		});
		forgetOld(".drydock/engine", Object.keys(metafile.outputs));
	});

/** Removes what earlier builds left in a folder, but not what a program that still runs may yet import. */
function forgetOld(folder, kept) {
	const names = new Set(kept.map((path) => basename(path)));
	for (const name of readdirSync(join(root, folder))) {
		const path = join(root, folder, name);
		if (!names.has(name) && Date.now() - statSync(path).mtimeMs > A_DAY_MS) rmSync(path, { force: true });
	}
}
const A_DAY_MS = 24 * 3600 * 1000;

const setupModule = () => import(pathToFileURL(join(state, "engine/setup.mjs")).href);

/** The interpreter's WebAssembly, made from the instruction table. */
export const interpreter = () =>
	once({ name: "interpreter", inputs: ["engine/cpu"], outputs: ["public/engine/interpreter.wasm"] }, () =>
		say("making the interpreter from the instruction table", async () => {
			const { interpreterModule } = await setupModule();
			mkdirSync(join(root, "public/engine"), { recursive: true });
			writeFileSync(join(root, "public/engine/interpreter.wasm"), interpreterModule(fingerprint(["engine/cpu"])));
		}),
	);

/** The machine's own system files: busybox, /etc, the native programs, Debian's tools. Made before the images, which are built on it. */
export const system = () =>
	once(
		{ name: "system", inputs: [...engineSources, "bin/setup", "content/host"], outputs: ["public/engine/system.tar.gz"] },
		async () => {
			const { hostPackages, systemArchive } = await setupModule();
			const list = join(root, "content/host/packages");
			const lacking = await download(hostPackages(list));
			if (lacking.length > 0)
				process.stderr.write(`drydock: the host gets no util-linux and no iproute2: apt here has no ${some(lacking)}\n`);
			const tools = { list, debian: archives, output: join(root, "public/engine/tools") };
			await say("making the machine's system files", async () => {
				const archive = await systemArchive({ busybox: await busyboxRoot(), tools });
				mkdirSync(join(root, "public/engine"), { recursive: true });
				writeFileSync(join(root, "public/engine/system.tar.gz"), archive);
			});
		},
	);

const some = (names) => names.slice(0, 3).join(", ") + (names.length > 3 ? " …" : "");

const upstream = process.env.DRYDOCK_UPSTREAM;

/** The folder of Debian's package; without Debian, one of the same form from the upstream registry. */
async function busyboxRoot() {
	const debian = await unpacked("busybox-static");
	if (debian) return debian;
	if (!upstream)
		throw new Error(
			"busybox is needed and apt has none here: on Debian or Ubuntu run `apt-get update` as root; elsewhere set DRYDOCK_UPSTREAM to a registry that has library/busybox, such as https://registry-1.docker.io",
		);
	const { upstreamBusybox } = await setupModule();
	return say("taking busybox from the upstream registry", () =>
		upstreamBusybox(upstream, join(state, "debian/upstream-busybox")),
	);
}

/** What the bytes of an image depend on: the recipes, and the engine's parts that lay out, pack and name what is built. */
const imageSources = [
	"content/images",
	"content/host",
	"engine/builder",
	"engine/containerd/diff",
	"engine/host/node/hello.ts",
	"engine/host/node/images",
	"engine/host/node/site-images.ts",
	"engine/lib/gzip.ts",
	"engine/lib/tar",
	"engine/oci",
	"engine/registry",
];

/** The images that the site's registry offers, from content/images by our own builder. */
export const images = () =>
	once({ name: "images", inputs: imageSources, outputs: [".drydock/registry/catalogue.json"] }, async () => {
		const { buildSiteImages, packagesOf } = await setupModule();
		const recipes = join(root, "content/images");
		await download(packagesOf(recipes));
		await say("building the images", async () => {
			rmSync(join(state, "registry.part"), { recursive: true, force: true });
			const lacking = await buildSiteImages({
				recipes,
				output: join(state, "registry.part"),
				busybox: await busyboxRoot(),
				debian: archives,
				host: join(root, "content/host/packages"),
				assets: join(root, "public/engine"),
			});
			rmSync(join(state, "registry"), { recursive: true, force: true });
			renameSync(join(state, "registry.part"), join(state, "registry"));
			for (const [name, packages] of Object.entries(lacking))
				process.stderr.write(
					`drydock: the image ${name} is not there: apt here has no ${some(packages)} (it is made of Debian 12's)\n`,
				);
		});
	});

/** Everything that a machine in Node needs. */
export async function machine() {
	await dependencies();
	await engine();
	await interpreter();
	await system();
	await images();
}

/**
 * The tab's worker, engine/host/browser, and the interpreter. Plain modules, which a browser reads once; by the site's own
 * bundler they would come by importScripts, a piece after the other. They lie here compressed, as next.config.mjs says of them
 * where it serves them: the server need not do so at each visit.
 */
export const worker = () =>
	once(
		{
			name: "worker",
			inputs: [...engineSources, "bin/setup", "public/engine/interpreter.wasm"],
			outputs: ["public/engine/worker/main.js"],
		},
		async () => {
			const { build } = await import("esbuild");
			const folder = join(root, "public/engine/worker");
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(folder, { recursive: true });
			const { outputFiles } = await build({
				absWorkingDir: root,
				entryPoints: { main: "engine/host/browser/worker.ts" },
				outdir: folder,
				bundle: true,
				splitting: true,
				minify: true,
				format: "esm",
				target: "es2023",
				legalComments: "none",
				logLevel: "error",
				write: false,
			});
			for (const { path, contents } of outputFiles) writeFileSync(path, gzipSync(contents, { level: 9 }));
			const interpreter = readFileSync(join(root, "public/engine/interpreter.wasm"));
			writeFileSync(join(folder, "interpreter.wasm"), gzipSync(interpreter, { level: 9 }));
		},
	);

const siteSources = [
	"app",
	"components",
	"content",
	"engine",
	"public",
	"next.config.mjs",
	"package-lock.json",
	"tsconfig.json",
	"tsconfig.base.json",
	"proxy.ts",
	"instrumentation-client.ts",
	"mdx-components.tsx",
];

/** The site, built for `next start`, with the interpreter that belongs to this engine. */
export async function site() {
	await engine();
	await interpreter();
	await worker();
	await once({ name: "site", inputs: siteSources, also: process.version, outputs: [".next/BUILD_ID"] }, () =>
		say("building the site (a minute or two the first time)", () =>
			quietly("next-build", process.execPath, ["node_modules/next/dist/bin/next", "build"], {
				env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
			}),
		),
	);
}

export const installed = () => existsSync(join(root, "node_modules/.package-lock.json"));
