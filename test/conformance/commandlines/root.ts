// The root file system that both sides run in: Debian's static busybox with all its applets linked, a few users, /dev's nodes.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Inode } from "../../../engine/fs/vfs/types";

export const repository = resolve(import.meta.dirname, "../../..");

const directories = ["bin", "dev", "etc", "home", "proc", "root", "sbin", "sys", "tmp", "usr/bin", "usr/sbin", "var/tmp", "w"];
const texts: Record<string, string> = {
	"etc/passwd": [
		"root:x:0:0:root:/root:/bin/sh",
		"daemon:x:1:1:daemon:/usr/sbin:/bin/false",
		"bin:x:2:2:bin:/bin:/bin/false",
		"www-data:x:33:33:www-data:/var/www:/bin/false",
		"nobody:x:65534:65534:nobody:/home:/bin/false",
		"",
	].join("\n"),
	"etc/group": ["root:x:0:", "daemon:x:1:", "bin:x:2:", "www-data:x:33:", "nogroup:x:65534:", ""].join("\n"),
};
/** name → type and device numbers, for mknod(1). */
const devices: Record<string, [major: number, minor: number]> = {
	null: [1, 3],
	zero: [1, 5],
	full: [1, 7],
	random: [1, 8],
	urandom: [1, 9],
	tty: [5, 0],
};

/** Debian's busybox, as set-up has unpacked it, or undefined where apt is missing. */
export async function busyboxFile(): Promise<string | undefined> {
	const { unpacked } = (await import(join(repository, "bin/setup/debian.mjs"))) as {
		unpacked(name: string): Promise<string | undefined>;
	};
	const folder = await unpacked("busybox-static");
	return folder && join(folder, "root/bin/busybox");
}

const appletsOf = (busybox: string): string[] =>
	execFileSync(busybox, ["--list"], { encoding: "utf8" })
		.split("\n")
		.filter((name) => name && name !== "busybox");

/** As a directory of this machine; root is needed for the device nodes. */
export function nativeRoot(busybox: string): string {
	const root = join(repository, ".drydock/commandlines/root");
	if (existsSync(join(root, "ready"))) return root;
	rmSync(root, { recursive: true, force: true });
	for (const directory of directories) mkdirSync(join(root, directory), { recursive: true });
	chmodSync(join(root, "tmp"), 0o1777);
	writeFileSync(join(root, "bin/busybox"), readFileSync(busybox), { mode: 0o755 });
	for (const applet of appletsOf(busybox)) symlinkSync("busybox", join(root, "bin", applet));
	for (const [name, text] of Object.entries(texts)) writeFileSync(join(root, name), text);
	for (const [name, [major, minor]] of Object.entries(devices)) {
		execFileSync("mknod", ["-m", "666", join(root, "dev", name), "c", String(major), String(minor)]);
	}
	writeFileSync(join(root, "ready"), "");
	return root;
}

/** The same into the root directory of a file system of the engine. */
export function fillRoot(root: Inode, busybox: string): void {
	const owner = { uid: 0, gid: 0 };
	const done = <T>(result: T | number, what: string): T => {
		if (typeof result === "number" && result < 0) throw new Error(`${what}: ${result}`);
		return result as T;
	};
	const parentOf = (path: string): [Inode, string] => {
		const names = path.split("/");
		const last = names.pop()!;
		return [names.reduce((at, name) => done(at.lookup(name), path) as Inode, root), last];
	};
	const make = (path: string, node: { mode: number; rdev?: number; target?: string }): Inode => {
		const [parent, name] = parentOf(path);
		const found = parent.lookup(name);
		return typeof found === "number" ? (done(parent.make(name, { ...node, ...owner }), path) as Inode) : found;
	};
	const parents = (path: string): string[] => path.split("/").map((_, index, names) => names.slice(0, index + 1).join("/"));
	for (const path of directories.flatMap(parents)) make(path, { mode: 0o40755 });
	done(make("tmp", { mode: 0o40755 }).setAttributes({ mode: 0o41777 }), "tmp");
	done(make("bin/busybox", { mode: 0o100755 }).write(0, new Uint8Array(readFileSync(busybox))), "busybox");
	for (const applet of appletsOf(busybox)) make(`bin/${applet}`, { mode: 0o120777, target: "busybox" });
	for (const [name, text] of Object.entries(texts)) {
		done(make(name, { mode: 0o100644 }).write(0, new TextEncoder().encode(text)), name);
	}
	for (const [name, [major, minor]] of Object.entries(devices)) {
		make(`dev/${name}`, { mode: 0o20666, rdev: (major << 8) | minor });
	}
}

/** Puts a fresh directory in place of what is there. */
export function emptyDirectory(parent: Inode, name: string): void {
	const empty = (directory: Inode): void => {
		const entries = directory.readdir();
		if (typeof entries === "number") return;
		for (const entry of entries) {
			if (entry.type !== 0o040000) directory.unlink(entry.name);
			else {
				empty(directory.lookup(entry.name) as Inode);
				directory.rmdir(entry.name);
			}
		}
	};
	const before = parent.lookup(name);
	if (typeof before !== "number") {
		empty(before);
		parent.rmdir(name);
	}
	parent.make(name, { mode: 0o40755, uid: 0, gid: 0 });
}
