// The machine's system files: busybox and its applets, /etc, and a file for each native program. Made once at set-up as a
// gzipped tar; boot unpacks it into memory, read-only, under the disk's own layer.

import { SCRIPTS } from "../cli/completion/scripts";
import { nativeFile } from "../kernel/exec/native";
import { utf8 } from "../lib/bytes";
import { gzip } from "../lib/gzip";
import { header } from "../lib/tar/header";
import type { SourceEntry } from "../lib/tar/write";
import { writeTar } from "../lib/tar/write";
import { serviceDirectories, serviceFiles } from "./services";

/** Native programs by name, with the paths at which the host has them. */
export const nativePaths: Record<string, string> = {
	init: "/sbin/init",
	docker: "/usr/bin/docker",
	dockerd: "/usr/bin/dockerd",
	containerd: "/usr/bin/containerd",
	"containerd-shim-runc-v2": "/usr/bin/containerd-shim-runc-v2",
	runc: "/usr/bin/runc",
	curl: "/usr/bin/curl",
	"docker-init": "/usr/bin/docker-init",
	"docker-proxy": "/usr/bin/docker-proxy",
	registry: "/usr/bin/registry",
	htpasswd: "/usr/bin/htpasswd",
	strace: "/usr/bin/strace",
	"build-images": "/usr/libexec/build-images",
};

const directories: Array<[path: string, mode: number]> = [
	["bin", 0o755],
	["dev", 0o755],
	["etc", 0o755],
	["etc/bash_completion.d", 0o755],
	["etc/docker", 0o755],
	["home", 0o755],
	["mnt", 0o755],
	["opt", 0o755],
	["proc", 0o555],
	["root", 0o700],
	["run", 0o755],
	["sbin", 0o755],
	["srv", 0o755],
	["sys", 0o555],
	["tmp", 0o1777],
	["usr", 0o755],
	["usr/bin", 0o755],
	["usr/libexec", 0o755],
	["usr/local", 0o755],
	["usr/local/bin", 0o755],
	["usr/sbin", 0o755],
	["var", 0o755],
	["var/lib", 0o755],
	["var/log", 0o755],
	["var/tmp", 0o1777],
];

const profile = `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PS1='\\u@\\h:\\w\\$ '
export PAGER=less
export EDITOR=vi
alias ll='ls -l'
`;

const files: Record<string, string> = {
	"etc/passwd": `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
`,
	"etc/group": `root:x:0:
daemon:x:1:
bin:x:2:
tty:x:5:
docker:x:999:
nogroup:x:65534:
`,
	"etc/hostname": "drydock\n",
	"etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\tdrydock\n::1\tlocalhost ip6-localhost ip6-loopback\n",
	"etc/resolv.conf": "# the machine in the tab has no name server\n",
	"etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
	"etc/os-release": `NAME="Drydock"
PRETTY_NAME="Drydock (a Linux of its own, in WebAssembly)"
ID=drydock
HOME_URL="/"
`,
	"etc/shells": "/bin/sh\n/bin/ash\n/usr/bin/bash\n",
	"etc/bash.bashrc": `[ -z "$PS1" ] && return
export LANG=C.UTF-8
PS1='\\u@\\h:\\w\\$ '
alias ll='ls -l'
for completion in /etc/bash_completion.d/*; do . "$completion"; done
unset completion
`,
	"etc/bash_completion.d/docker": SCRIPTS.bash!.script,
};

export interface SystemSources {
	/** The static x86-64 busybox. */
	busybox: Uint8Array;
	/** What \`busybox --list\` prints. */
	applets: readonly string[];
	/** Files of Debian's packages, with /usr merged; what is large is only named (see unpack.ts). */
	tools?: readonly SourceEntry[];
}

/** busybox's shell runs an applet before it looks along PATH; where Debian's program of that name is there, it is what is meant. */
function aliases(applets: readonly string[], tools: readonly SourceEntry[]): string {
	const programs = tools.map(({ header: { name } }) => name).filter((name) => /^usr\/s?bin\//.test(name));
	const both = programs.map((path) => [path.split("/").at(-1)!, path] as const).filter(([name]) => applets.includes(name));
	return both.map(([name, path]) => `alias ${name}=/${path}\n`).join("");
}

function* entries({ busybox, applets, tools = [] }: SystemSources): Generator<SourceEntry> {
	const file = (name: string, mode: number, content: Uint8Array): SourceEntry => ({
		header: header({ name, type: "file", mode, size: content.length }),
		body: [content],
	});
	for (const [path, mode] of [...directories, ...serviceDirectories])
		yield { header: header({ name: path, type: "directory", mode }) };
	yield file("bin/busybox", 0o755, busybox);
	for (const applet of applets)
		if (applet !== "busybox" && !Object.values(nativePaths).some((path) => path.endsWith(`/${applet}`)))
			yield { header: header({ name: `bin/${applet}`, type: "symlink", mode: 0o777, linkname: "busybox" }) };
	yield { header: header({ name: "var/run", type: "symlink", mode: 0o777, linkname: "../run" }) };
	for (const [name, path] of Object.entries(nativePaths)) yield file(path.slice(1), 0o755, nativeFile(name));
	for (const [path, content] of Object.entries(files)) yield file(path, 0o644, utf8(content));
	for (const [path, mode, content] of serviceFiles) yield file(path, mode, utf8(content));
	yield file("etc/profile", 0o644, utf8(profile + aliases(applets, tools)));
	const there = new Set([...directories, ...serviceDirectories].map(([path]) => path));
	for (const entry of tools) if (!there.has(entry.header.name)) yield entry;
}

/** The archive in pieces; the same sources give the same bytes. */
export const systemArchive = (sources: SystemSources): AsyncIterable<Uint8Array> => gzip(writeTar(entries(sources)));
