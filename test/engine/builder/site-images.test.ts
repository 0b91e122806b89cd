// The site's images, as set-up builds them: twice the same, and images to the tools that everybody else uses.

import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSiteImages } from "../../../engine/host/node/site-images";
import { digestOf } from "../../../engine/lib/digest";
import { serveRegistry } from "../registry/node-files";

const root = new URL("../../../", import.meta.url).pathname;
const busybox = join(root, ".drydock/debian/busybox-static");
const scratch = mkdtempSync(join(tmpdir(), "site-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const has = (program: string) => existsSync(`/usr/bin/${program}`) || existsSync(`/usr/sbin/${program}`);
const run = (program: string, ...args: string[]) =>
	new Promise<string>((resolve, reject) =>
		execFile(program, args, (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(stdout))),
	);
const IMAGES = ["busybox", "hello-world", "layers"];

describe.runIf(existsSync(busybox))("the site's images", () => {
	let registry: Awaited<ReturnType<typeof serveRegistry>>;
	beforeAll(async () => {
		const sources = { recipes: join(root, "content/images"), busybox, assets: join(root, "public/engine"), only: IMAGES };
		for (const output of ["one", "two"]) await buildSiteImages({ ...sources, output: join(scratch, output) });
		registry = await serveRegistry(join(scratch, "one"), { readOnly: true, libraryNames: true });
	}, 180_000);
	afterAll(() => void registry?.close());

	it("are the same to the byte when they are built again", () => {
		const files = (folder: string) =>
			Object.fromEntries(
				readdirSync(join(scratch, folder), { recursive: true, withFileTypes: true })
					.filter((entry) => entry.isFile())
					.map((entry) => [
						join(entry.parentPath, entry.name).slice(join(scratch, folder).length),
						digestOf(readFileSync(join(entry.parentPath, entry.name))),
					]),
			);
		expect(files("two")).toEqual(files("one"));
	});

	it("has layers that add, change and delete", async () => {
		const { descriptor, layers } = await layersOf("layers");
		expect(descriptor.layers).toBe(4);
		expect(layers.slice(1)).toEqual([["added.txt"], ["added.txt"], ["etc/", "etc/.wh.group"]]);
	});
	const layersOf = async (name: string) => {
		const { readTar } = await import("../../../engine/lib/tar/read");
		const { gunzip } = await import("../../../engine/lib/gzip");
		const { parseIndex, parseManifest } = await import("../../../engine/oci/image/parse");
		const repository = `library/${name}`;
		const [descriptor] = parseIndex((await registry.store.manifest(repository, "latest"))!.data).manifests;
		const manifest = parseManifest((await registry.store.manifest(repository, descriptor!.digest))!.data);
		const layers: string[][] = [];
		for (const { digest, size } of manifest.layers) {
			const names: string[] = [];
			for await (const { header } of readTar(gunzip(registry.store.blobs.read(digest, 0, size)))) names.push(header.name);
			layers.push(names);
		}
		return { descriptor: { layers: manifest.layers.length }, layers };
	};

	it.runIf(has("skopeo"))("are inspected and copied by skopeo, under both names", async () => {
		for (const name of IMAGES) {
			for (const full of [name, `library/${name}`]) {
				const seen = JSON.parse(
					await run("skopeo", "--insecure-policy", "inspect", "--tls-verify=false", `docker://${registry.host}/${full}`),
				);
				expect([seen.Os, seen.Architecture, seen.Labels["org.opencontainers.image.title"]]).toEqual(["linux", "amd64", name]);
			}
			await run(
				"skopeo",
				"--insecure-policy",
				"copy",
				"--src-tls-verify=false",
				`docker://${registry.host}/${name}`,
				`docker-archive:${scratch}/${name}.tar:${name}:latest`,
			);
		}
	});

	it.runIf(has("skopeo") && has("dockerd") && has("unshare") && process.getuid?.() === 0)(
		"are loaded and run by a real daemon",
		() => {
			const script = join(scratch, "daemon.sh");
			writeFileSync(
				script,
				`cd ${scratch}; ip link set lo up
dockerd --data-root $PWD/d --exec-root $PWD/x -H unix://$PWD/s --pidfile $PWD/p --bridge=none --iptables=false \\
	--containerd-namespace site-test --containerd-plugins-namespace site-test-plugins > $PWD/log 2>&1 &
export DOCKER_HOST=unix://$PWD/s
for n in $(seq 60); do docker version > /dev/null 2>&1 && break; sleep 0.25; done
for i in ${IMAGES.join(" ")}; do docker load -q -i $i.tar > /dev/null; done
docker run --rm --network none hello-world | sed -n 2p
docker run --rm --network none busybox sh -c 'echo from $0; ls /bin | wc -l'
docker run --rm --network none layers sh -c 'wc -l < /added.txt; ls /etc/group 2>&1'
kill $(cat $PWD/p); wait
`,
			);
			const said = execFileSync("unshare", ["-n", "bash", script], { encoding: "utf8", timeout: 60_000 }).trim().split("\n");
			expect(said).toEqual([
				"Hello from a container!",
				"from sh",
				expect.stringMatching(/^2\d\d$/),
				"2",
				"ls: /etc/group: No such file or directory",
			]);
		},
		90_000,
	);
});
