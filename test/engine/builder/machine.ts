// A whole machine with the builder in it, and a registry beside it that takes what is built.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boot } from "../../../engine/boot";
import { nodeAssets } from "../../../engine/host/node/assets";
import { nodePort } from "../../../engine/host/node/port";
import { memoryStorage } from "../../../engine/host/node/storage";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { gunzip } from "../../../engine/lib/gzip";
import { splitTarget } from "../../../engine/lib/http/query";
import { header } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import { type SourceEntry, writeTar } from "../../../engine/lib/tar/write";
import { parseConfig, parseIndex, parseManifest } from "../../../engine/oci/image/parse";
import { applyLayer } from "../../../engine/oci/layer/apply";
import type { Fetch } from "../../../engine/port";
import { registryHandler } from "../../../engine/registry/handle";
import { RegistryStore } from "../../../engine/registry/store/store";
import { memorySys, type Tree, treeOf } from "../oci/sys";
import { nodeFiles, random } from "../registry/node-files";

const assets = new URL("../../../public/engine/", import.meta.url);
const RECIPES = "/var/tmp/recipes";

/** A file's text, or what makes an entry of it. */
export type Recipe = Record<string, string | { mode?: number; target?: string; content?: Uint8Array | string; mtime?: number }>;

export async function builderMachine() {
	const system = new URL("system.tar.gz", assets);
	if (!existsSync(system)) throw new Error("public/engine is made by set-up: run `npm test`, or `bin/drydock sh` once");
	const folder = mkdtempSync(join(tmpdir(), "builder-"));
	const store = new RegistryStore(nodeFiles(folder), Date.now);
	const handle = registryHandler(store, { random });
	const fetch: Fetch = async ({ method, url, headers, body }) => {
		async function* pieces(bytes?: Uint8Array) {
			if (bytes) yield bytes;
		}
		const answer = await handle({ method, headers, body: pieces(body), ...splitTarget(url.replace("http://registry.test", "")) });
		return { ...answer, body: answer.body instanceof Uint8Array || !answer.body ? pieces(answer.body) : answer.body };
	};
	const host = await boot({
		port: nodePort({ storage: memoryStorage(), fetch }),
		assets: await nodeAssets(assets),
		registries: { "docker.io": "http://registry.test" },
	});

	const build = async (name: string, recipe: Recipe, options = "") => {
		const tar = await collect(writeTar(entries(name, recipe)));
		const unpacked = await host.run(`mkdir -p ${RECIPES}/${name} && tar -x -f - -C ${RECIPES}`, { stdin: tar });
		if (unpacked.code !== 0) throw new Error(unpacked.stderr);
		return host.run(`/usr/libexec/build-images --epoch 1000000000 ${options} ${RECIPES} docker.io/library ${name}`);
	};
	return {
		host,
		build,
		image: (name: string) => readImage(store, `library/${name}`),
		async close() {
			await host.shutdown();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
export type BuilderMachine = Awaited<ReturnType<typeof builderMachine>>;

function* entries(name: string, recipe: Recipe): Generator<SourceEntry> {
	for (const [path, given] of Object.entries(recipe)) {
		const { mode = 0o644, target, content = "", mtime = 500_000_000 } = typeof given === "string" ? { content: given } : given;
		const bytes = typeof content === "string" ? utf8(content) : content;
		const common = { name: `${name}/${path}`, mode, mtime: BigInt(mtime) * 1_000_000_000n };
		if (path.endsWith("/")) yield { header: header({ ...common, type: "directory", mode: mode === 0o644 ? 0o755 : mode }) };
		else if (target !== undefined) yield { header: header({ ...common, type: "symlink", linkname: target }) };
		else yield { header: header({ ...common, type: "file", size: bytes.length }), body: [bytes] };
	}
}

async function readImage(store: RegistryStore, name: string) {
	const index = (await store.manifest(name, "latest"))!;
	const [descriptor] = parseIndex(index.data).manifests;
	const manifest = parseManifest((await store.manifest(name, descriptor!.digest))!.data);
	const blob = async (digest: string) => (await store.blobs.bytes(digest))!;
	const config = parseConfig(await blob(manifest.config.digest));
	const sys = memorySys();
	await sys.mkdir("/root", 0o755);
	const layers: string[][] = [];
	for (const { digest } of manifest.layers) {
		const data = await blob(digest);
		const names: string[] = [];
		for await (const { header } of readTar(gunzip([data]))) names.push(header.name);
		layers.push(names);
		await applyLayer(sys, "/root", gunzip([data]), { whiteouts: "plain" });
	}
	const tree: Tree = await treeOf(sys, "/root");
	return {
		digest: index.digest,
		descriptor: descriptor!,
		manifest,
		config,
		layers,
		tree,
		history: (config.history ?? []).map((one) => one.created_by),
	};
}
