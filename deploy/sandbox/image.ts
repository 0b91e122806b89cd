// The sandbox image's file system as a tar, made of Debian's packages: their programs and libraries and nothing else, the
// entry script, and the site's registry as files. The same inputs give the same bytes; no root is needed.

import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, posix } from "node:path";
import { header, type TarHeader } from "../../engine/lib/tar/header";
import { type SourceEntry, writeTar } from "../../engine/lib/tar/write";
import { group, passwd, subordinates } from "./users";

export interface Sources {
	/** Unpacked packages: folders with the package's files. */
	packages: readonly string[];
	/** This folder: entry, registry.sh, loaded. */
	recipe: string;
	/** The site's registry, as set-up built it. */
	registry: string;
	/** busybox's commands. */
	applets: readonly string[];
}

/** Left out of the packages: clients and variants that nothing in the sandbox calls. */
const DROPPED =
	/^usr\/(share|include|lib\/(systemd|tmpfiles\.d|sysusers\.d|udev|x86_64-linux-gnu\/(gconv|audit|perl-base)))(\/|$)|^usr\/s?bin\/(docker|ctr|dnet|ovrouter|rootlessctl|containerd-shim|containerd-shim-runc-v1|filan|procan|nfnl_osf|getsubids|tini)$/;
const KEPT = /^usr\/(bin|sbin|lib|lib64|libexec)(\/|$)/;

/** CAP_SETGID and CAP_SETUID as bits; the programs that map a user namespace's ids need one each, and no setuid root. */
const CAPABILITIES = new Map([
	["usr/bin/newgidmap", 1 << 6],
	["usr/bin/newuidmap", 1 << 7],
]);

/** security.capability of revision 2 (linux/capability.h): magic with the effective flag, permitted, inheritable, twice 32 bits. */
function fileCapability(permitted: number): Uint8Array {
	const bytes = new Uint8Array(20);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x02000001, true);
	view.setUint32(4, permitted, true);
	return bytes;
}

const SETTINGS: ReadonlyArray<readonly [path: string, text: string]> = [
	["etc/passwd", passwd],
	["etc/group", group],
	["etc/subuid", subordinates],
	["etc/subgid", subordinates],
	["etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
	["etc/login.defs", ""],
];
const FOLDERS = [
	"dev",
	"etc",
	"home/sandbox",
	"proc",
	"root",
	"run/user/1000",
	"sys",
	"tmp",
	"usr/lib/drydock",
	"usr/share/drydock",
	"var/lib",
];
const LINKS: ReadonlyArray<readonly [string, string]> = [
	["bin", "usr/bin"],
	["sbin", "usr/sbin"],
	["lib", "usr/lib"],
	["lib64", "usr/lib64"],
	["var/run", "/run"],
];

const PROGRAMS: ReadonlyArray<readonly [string, string]> = [
	["entry", "entry"],
	["registry", "registry.sh"],
];

type Contents = Map<string, SourceEntry>;

/** @returns a tar as `docker import` takes it */
export function sandboxImage(sources: Sources): AsyncGenerator<Uint8Array> {
	const contents: Contents = new Map();
	for (const folder of sources.packages) addFolder(contents, folder, merged, (path) => KEPT.test(path) && !DROPPED.test(path));
	for (const applet of sources.applets) addLink(contents, `usr/bin/${applet}`, "busybox");
	for (const [path, to] of LINKS) addLink(contents, path, to);
	for (const [path, text] of SETTINGS) addText(contents, path, text);
	for (const [name, from] of PROGRAMS) addFile(contents, `usr/lib/drydock/${name}`, join(sources.recipe, from), 0o755);
	addFile(contents, "usr/share/drydock/loaded", join(sources.recipe, "loaded"), 0o644);
	addFolder(contents, sources.registry, (path) => `usr/share/drydock/registry/${path}`);
	for (const path of FOLDERS) addDirectories(contents, path);
	for (const path of ["home/sandbox", "run/user/1000"]) own(contents.get(path)!.header);
	contents.get("tmp")!.header.mode = 0o1777;
	return writeTar([...contents.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry));
}

function own(owned: TarHeader): void {
	owned.uid = 1000;
	owned.gid = 1000;
	owned.mode = 0o700;
}

/** Debian's /bin, /sbin and /lib are links into /usr. */
const merged = (path: string): string => (/^(bin|sbin|lib|lib64)(\/|$)/.test(path) ? `usr/${path}` : path);

function addFolder(contents: Contents, folder: string, named: (path: string) => string, wanted = (_path: string) => true): void {
	const visit = (at: string): void => {
		for (const name of readdirSync(join(folder, at)).sort()) {
			const from = posix.join(at, name);
			const path = named(from);
			const real = join(folder, from);
			const stats = lstatSync(real);
			if (stats.isDirectory()) visit(from);
			else if (!wanted(path)) continue;
			else if (stats.isSymbolicLink()) addLink(contents, path, readlinkSync(real));
			else addFile(contents, path, real, stats.mode & 0o111 ? 0o755 : 0o644);
		}
	};
	visit("");
}

/** What a package brings is not replaced by busybox's command of the same name. */
function addLink(contents: Contents, path: string, to: string): void {
	if (contents.has(path)) return;
	addDirectories(contents, posix.dirname(path));
	contents.set(path, { header: header({ name: path, type: "symlink", linkname: to, mode: 0o777 }) });
}

function addFile(contents: Contents, path: string, from: string, mode: number): void {
	addDirectories(contents, posix.dirname(path));
	const permitted = CAPABILITIES.get(path);
	const xattrs: Record<string, Uint8Array> = permitted ? { "security.capability": fileCapability(permitted) } : {};
	const { size } = lstatSync(from);
	contents.set(path, { header: header({ name: path, type: "file", mode, size, xattrs }), body: readable(from) });
}
async function* readable(path: string): AsyncGenerator<Uint8Array> {
	for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) yield piece as Uint8Array;
}

function addText(contents: Contents, path: string, text: string): void {
	const bytes = new TextEncoder().encode(text);
	addDirectories(contents, posix.dirname(path));
	contents.set(path, { header: header({ name: path, type: "file", size: bytes.length }), body: [bytes] });
}

function addDirectories(contents: Contents, path: string): void {
	if (path === "." || path === "" || contents.has(path)) return;
	addDirectories(contents, posix.dirname(path));
	contents.set(path, { header: header({ name: path, type: "directory" }) });
}

/** The lines of a list, without comments. */
export const listed = (file: string): string[] =>
	readFileSync(file, "utf8")
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("#"));
