// The root file system in which both sides run the network's own tools: Debian's busybox, and this machine's ip, ss, bridge and
// iptables with the libraries that they are linked with.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Inode } from "../../../engine/fs/vfs/types";
import { busyboxFile, fillRoot, nativeRoot, repository } from "../commandlines/root";

const PROGRAMS = ["/usr/sbin/ip", "/usr/bin/ss", "/usr/sbin/bridge", "/usr/sbin/xtables-legacy-multi"];
const LINKS: Record<string, string> = Object.fromEntries(
	["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save"].map((name) => [
		`/usr/sbin/${name.replace("tables", "tables-legacy")}`,
		"xtables-legacy-multi",
	]),
);
const EXTENSIONS = "/usr/lib/x86_64-linux-gnu/xtables";
const WANTED_EXTENSIONS =
	/^lib(xt|ipt|ip6t)_(standard|tcp|udp|icmp|icmp6|addrtype|conntrack|state|mark|MARK|comment|multiport|limit|owner|DNAT|NAT|SNAT|MASQUERADE|REDIRECT|REJECT|LOG|TCPMSS)\.so$/;
const TEXTS: Record<string, string> = {
	"/etc/protocols": "ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\nipv6-icmp\t58\tIPv6-ICMP\n",
	"/etc/services": "ssh\t22/tcp\ndomain\t53/tcp\ndomain\t53/udp\nhttp\t80/tcp\nhttps\t443/tcp\n",
	"/etc/hosts": "127.0.0.1\tlocalhost\n",
};

/** What is missing for these tests, or undefined. */
export const missing = (): string | undefined => {
	if (process.getuid?.() !== 0) return "root";
	return PROGRAMS.find((program) => !existsSync(program));
};
function librariesOf(file: string): string[] {
	const listed = execFileSync("ldd", [file], { encoding: "utf8" });
	return [...listed.matchAll(/(\/\S+\.so\S*)/g)].map(([, path]) => path!);
}
/** Path in the root → file of this machine. */
function files(): Map<string, string> {
	const found = new Map<string, string>();
	const extensions = existsSync(EXTENSIONS) ? readdirSync(EXTENSIONS).filter((name) => WANTED_EXTENSIONS.test(name)) : [];
	for (const program of PROGRAMS) {
		found.set(program, realpathSync(program));
		for (const library of librariesOf(program)) found.set(library.replace(/^\/lib\//, "/lib/"), realpathSync(library));
	}
	for (const name of extensions) found.set(join(EXTENSIONS, name), realpathSync(join(EXTENSIONS, name)));
	return found;
}

export async function nativeNetworkRoot(): Promise<string | undefined> {
	const busybox = await busyboxFile();
	if (!busybox) return undefined;
	const root = join(repository, ".drydock/network/root");
	if (existsSync(join(root, "ready-network"))) return root;
	rmSync(root, { recursive: true, force: true });
	mkdirSync(dirname(root), { recursive: true });
	// Device nodes and links as they are.
	execFileSync("cp", ["-a", nativeRoot(busybox), root]);
	for (const [path, file] of files()) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), readFileSync(file), { mode: 0o755 });
	}
	for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(root, path));
	for (const [path, text] of Object.entries(TEXTS)) writeFileSync(join(root, path), text);
	mkdirSync(join(root, "run"), { recursive: true });
	writeFileSync(join(root, "ready-network"), "");
	return root;
}

export async function engineNetworkRoot(root: Inode): Promise<void> {
	fillRoot(root, (await busyboxFile())!);
	const owner = { uid: 0, gid: 0 };
	const directory = (path: string): Inode =>
		path
			.split("/")
			.filter(Boolean)
			.reduce((at, name) => {
				const found = at.lookup(name);
				return (typeof found === "number" ? at.make(name, { mode: 0o40755, ...owner }) : found) as Inode;
			}, root);
	for (const [path, file] of files())
		(directory(dirname(path)).make(basename(path), { mode: 0o100755, ...owner }) as Inode).write(
			0,
			new Uint8Array(readFileSync(file)),
		);
	for (const [path, target] of Object.entries(LINKS))
		directory(dirname(path)).make(basename(path), { mode: 0o120777, target, ...owner });
	for (const [path, text] of Object.entries(TEXTS))
		(directory(dirname(path)).make(basename(path), { mode: 0o100644, ...owner }) as Inode).write(
			0,
			new TextEncoder().encode(text),
		);
	directory("/run");
}
