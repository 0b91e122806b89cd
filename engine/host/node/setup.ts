// What `npm start` and `npm test` make once, by the engine itself: the interpreter, the system files, the site's images.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemArchive as archive } from "../../boot/system";
import { collect } from "../../lib/bytes";

export { interpreterModule } from "../../cpu";

/**
 * The machine's system files as a gzipped tar.
 * @param busybox the unpacked Debian package
 */
export async function systemArchive({ busybox }: { busybox: string }): Promise<Uint8Array> {
	const program = join(busybox, "root/bin/busybox");
	const applets = execFileSync(program, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	return collect(archive({ busybox: readFileSync(program), applets }));
}
