// The root file system of both sides: Debian's packages unpacked over each other, and the little that their installation would add.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../root";
import { packages } from "./packages";

/** Debian has merged these into /usr. */
const MERGED = ["bin", "sbin", "lib", "lib64"];
const DIRECTORIES = [
	"dev/pts",
	"dev/shm",
	"proc",
	"sys",
	"run/lock",
	"root",
	"home",
	"mnt",
	"media",
	"opt",
	"srv",
	"w",
	"tmp",
	"var/tmp",
];
/** What no program reads. */
const LEFT_OUT = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian", "usr/share/bug"];
const LINKS: Record<string, string> = {
	"etc/alternatives/awk": "/usr/bin/gawk",
	"usr/bin/awk": "/etc/alternatives/awk",
	"usr/bin/vi": "vim.tiny",
	"usr/bin/pager": "less",
	"usr/bin/nc": "nc.openbsd",
	"var/run": "/run",
	"var/lock": "/run/lock",
	"dev/fd": "/proc/self/fd",
	"dev/stdin": "/proc/self/fd/0",
	"dev/stdout": "/proc/self/fd/1",
	"dev/stderr": "/proc/self/fd/2",
	"dev/ptmx": "pts/ptmx",
	"etc/mtab": "/proc/mounts",
};
const FILES: Record<string, string> = {
	"etc/hostname": "box\n",
	"etc/hosts": "127.0.0.1\tlocalhost box\n::1\tlocalhost ip6-localhost ip6-loopback\n",
	"etc/resolv.conf": "",
	"etc/pam.d/common-auth": "auth required pam_unix.so nullok\n",
	"etc/pam.d/common-account": "account required pam_unix.so\n",
	"etc/pam.d/common-session": "session required pam_unix.so\n",
	"etc/pam.d/common-session-noninteractive": "session required pam_unix.so\n",
	"etc/pam.d/common-password": "password required pam_unix.so nullok\n",
};
const DEVICES: Record<string, readonly [major: number, minor: number]> = {
	null: [1, 3],
	zero: [1, 5],
	full: [1, 7],
	random: [1, 8],
	urandom: [1, 9],
	tty: [5, 0],
};
/** Makes it ready from inside, as the packages' own scripts do. */
const FINISH = [
	"set -e",
	"cp /usr/share/base-passwd/passwd.master /etc/passwd; cp /usr/share/base-passwd/group.master /etc/group",
	"sed -i 's/^root:[*]/root:x/' /etc/passwd",
	"echo 'redis:x:101:101::/var/lib/redis:/usr/sbin/nologin' >> /etc/passwd; echo 'redis:x:101:' >> /etc/group",
	"echo 'learner:x:1000:1000:Learner:/home/learner:/bin/bash' >> /etc/passwd; echo 'learner:x:1000:' >> /etc/group",
	"awk -F: '{print $1 \":*:19000:0:99999:7:::\"}' /etc/passwd > /etc/shadow; chmod 640 /etc/shadow; chgrp shadow /etc/shadow",
	"mkdir -p /home/learner /var/lib/redis /var/log/redis; cp /etc/skel/.[a-z]* /home/learner; chown -R learner:learner /home/learner",
	"cp /usr/share/base-files/dot.bashrc /root/.bashrc; cp /usr/share/base-files/dot.profile /root/.profile",
	"cp /usr/share/libc-bin/nsswitch.conf /etc/nsswitch.conf",
	"cp /usr/share/base-files/profile /etc/profile",
	"chmod 1777 /tmp /var/tmp /dev/shm; chmod 4755 /usr/bin/su /usr/bin/mount",
	"ldconfig",
	"python3 -m compileall -q /usr/lib/python3.11 || true",
];

/** The folder, made when it is not there yet; undefined where the packages cannot be had or who asks is not root. */
export async function debianRoot(): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const { unpackedAll } = (await import(join(repository, "bin/setup/debian.mjs"))) as {
		unpackedAll(names: readonly string[]): Promise<string[] | undefined>;
	};
	const folders = await unpackedAll(packages);
	if (!folders) return undefined;
	const recipe = createHash("sha256").update(readFileSync(join(import.meta.dirname, "root.ts")));
	for (const folder of folders) recipe.update(readdirSync(folder).join());
	const root = join(repository, `.drydock/commandlines/debian-${recipe.digest("hex").slice(0, 12)}`);
	if (existsSync(root)) return root;
	const part = `${root}.${process.pid}`;
	assemble(part, folders);
	// Somebody else may have been as quick.
	if (existsSync(root)) rmSync(part, { recursive: true });
	else renameSync(part, root);
	return root;
}

function assemble(root: string, folders: readonly string[]): void {
	for (const name of MERGED) {
		mkdirSync(join(root, "usr", name), { recursive: true });
		symlinkSync(`usr/${name}`, join(root, name));
	}
	const excluded = LEFT_OUT.map((path) => `--exclude=./${path}`);
	for (const folder of folders) {
		const archive = execFileSync("tar", ["-C", join(folder, "root"), ...excluded, "-cf", "-", "."], { maxBuffer: 1 << 30 });
		execFileSync("tar", ["-C", root, "--keep-directory-symlink", "-xpf", "-"], { input: archive });
	}
	for (const path of DIRECTORIES) mkdirSync(join(root, path), { recursive: true });
	for (const [path, text] of Object.entries(FILES)) {
		mkdirSync(join(root, path, ".."), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	for (const [path, target] of Object.entries(LINKS)) {
		mkdirSync(join(root, path, ".."), { recursive: true });
		rmSync(join(root, path), { recursive: true, force: true });
		symlinkSync(target, join(root, path));
	}
	for (const [name, [major, minor]] of Object.entries(DEVICES)) {
		execFileSync("mknod", ["-m", "666", join(root, "dev", name), "c", String(major), String(minor)]);
	}
	execFileSync("chroot", [root, "/bin/bash", "-c", FINISH.join("\n")], {
		env: { PATH: "/usr/bin:/usr/sbin", LANG: "C.UTF-8" } as unknown as NodeJS.ProcessEnv,
	});
}
