// The image that the scripts use: Debian's busybox-static with all its applets linked, a few users, as one tar.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DIRECTORIES = "bin dev etc home proc root sys tmp usr/bin usr/sbin sbin var/spool/mail var/www".split(" ");
const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
lp:x:7:
mail:x:8:
wheel:x:10:root
www-data:x:33:
utmp:x:43:
staff:x:50:
nogroup:x:65534:
`;

/** Answers the tar's path, in a temporary folder of its own. */
export function busyboxTar(busybox: string): string {
	const folder = mkdtempSync(join(tmpdir(), "drydock-busybox-"));
	const root = join(folder, "root");
	for (const directory of DIRECTORIES) mkdirSync(join(root, directory), { recursive: true });
	chmodSync(join(root, "tmp"), 0o1777);
	chmodSync(join(root, "root"), 0o700);
	copyFileSync(busybox, join(root, "bin/busybox"));
	const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	for (const applet of applets) if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
	writeFileSync(join(root, "etc/passwd"), PASSWD);
	writeFileSync(join(root, "etc/group"), GROUP);
	const tar = join(folder, "busybox.tar");
	const plain = ["--numeric-owner", "--owner=0", "--group=0", "--mtime=@0", "--sort=name"];
	execFileSync("tar", [...plain, "-C", root, "-cf", tar, "."]);
	return tar;
}
