// What the daemons are given in images.ts: a layer of this machine's own files, a Dockerfile of twenty steps with its context, and
// an archive of many layers.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { busyboxLayer } from "../support/busybox";

/** Libraries, modules and documents: as mixed as an image of a distribution is. */
const SOURCES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/python3", "/usr/share"];

/** The site's busybox and, with it, so many megabytes of files, an equal part from each source. */
export function bulkLayer(folder: string, megabytes: number): Uint8Array {
	const busybox = busyboxLayer(folder);
	if (megabytes === 0) return busybox;
	const files = SOURCES.flatMap((source) => filesOf(source, (megabytes * 1e6) / SOURCES.length));
	const options = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--no-recursion", "-P", "-cf", "-", "-T", "-"];
	const made = spawnSync("tar", options, { input: files.join("\n"), maxBuffer: 4e8, stdio: ["pipe", "pipe", "ignore"] });
	// one archive after the other: without the end marks of the first
	return Buffer.concat([withoutEnd(busybox), made.stdout]);
}
function filesOf(folder: string, most: number): string[] {
	const files: string[] = [];
	let left = most;
	const visit = (at: string): void => {
		for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const path = join(at, entry.name);
			if (left <= 0) return;
			if (entry.isDirectory()) visit(path);
			else if (entry.isFile()) {
				const { size } = lstatSync(path);
				// no single file takes it all
				if (size > most / 4) continue;
				left -= size;
				files.push(path);
			}
		}
	};
	visit(folder);
	return files;
}
function withoutEnd(tar: Uint8Array): Uint8Array {
	let end = tar.length;
	while (end >= 512 && tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
	return tar.subarray(0, end);
}

/** Steps that run nothing in a container: what they cost is the builder's own. */
export function buildContext(): Uint8Array {
	const lines = ["FROM base"];
	const files: Array<[string, string]> = [];
	for (let i = 0; lines.length < 20; i++) {
		files.push([`file${i}`, `content of ${i}\n`.repeat(100)]);
		lines.push(`COPY file${i} /srv/file${i}`, `ENV NAME${i}=${i}`, `LABEL label${i}=${i}`, `WORKDIR /srv/work${i}`);
	}
	return tarOf([["Dockerfile", lines.slice(0, 20).join("\n")], ...files]);
}

/** An archive as `docker save` writes it, of an image named deep: layer i has the file /layers/i. */
export function deepArchive(layers: number): Uint8Array {
	const tars = Array.from({ length: layers }, (_, i) => tarOf([[`layers/${i}`, `${i}\n`]]));
	const config = JSON.stringify({
		architecture: "amd64",
		os: "linux",
		config: { Cmd: ["/x"] },
		rootfs: { type: "layers", diff_ids: tars.map((tar) => `sha256:${createHash("sha256").update(tar).digest("hex")}`) },
		history: tars.map((_, i) => ({ created: "2024-01-01T00:00:00Z", created_by: `layer ${i}` })),
	});
	const manifest = JSON.stringify([
		{ Config: "config.json", RepoTags: ["deep:latest"], Layers: tars.map((_, i) => `${i}/layer.tar`) },
	]);
	return tarOf([
		["config.json", config],
		["manifest.json", manifest],
		...tars.map((tar, i): [string, Uint8Array] => [`${i}/layer.tar`, tar]),
	]);
}

function tarOf(files: ReadonlyArray<readonly [name: string, content: string | Uint8Array]>): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const [name, content] of files) {
		const body = Buffer.from(content as string);
		const header = Buffer.alloc(512);
		header.write(name, 0);
		header.write("0000644\0", 100);
		header.write("0000000\0", 108);
		header.write("0000000\0", 116);
		header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
		header.write("00000000000\0", 136);
		header.write("        ", 148);
		header.write("0", 156);
		header.write("ustar\x0000", 257);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
		parts.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
	}
	return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
