// The host's programs from Debian: they run, in place of busybox's, and are fetched when they are first called.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BootOptions, boot, type Host } from "../../../engine/boot";
import { DEFERRED } from "../../../engine/boot/unpack";
import { nodeAssets } from "../../../engine/host/node/assets";
import { nodeFetch } from "../../../engine/host/node/fetch";
import { nodePort } from "../../../engine/host/node/port";
import { memoryStorage } from "../../../engine/host/node/storage";
import { gunzip } from "../../../engine/lib/gzip";
import { readTar } from "../../../engine/lib/tar/read";

const folder = new URL("../../../public/engine/", import.meta.url);
const deferred = new Map<string, number>();
for await (const { header } of readTar(gunzip([readFileSync(new URL("system.tar.gz", folder))]))) {
	const [, size] = new TextDecoder().decode(header.xattrs[DEFERRED]).split(" ");
	if (size) deferred.set(header.name, Number(size));
}
if (deferred.size === 0) console.warn("the host has no programs from Debian: apt had none at set-up");

describe.skipIf(deferred.size === 0)("the host's programs from Debian", () => {
	let assets: BootOptions["assets"];
	let host: Host;
	/** What was fetched, and what happens to the next fetch. */
	const fetched: string[] = [];
	let network: "up" | "down" | "damaged" = "up";
	beforeAll(async () => {
		assets = await nodeAssets(folder);
		const file = async (digest: string): Promise<Uint8Array> => {
			if (network === "down") throw new Error("offline");
			fetched.push(digest);
			const bytes = await assets.file!(digest);
			return network === "damaged" ? bytes.subarray(0, bytes.length - 9) : bytes;
		};
		const port = nodePort({ storage: memoryStorage(), fetch: nodeFetch() });
		host = await boot({ port, assets: { ...assets, file }, registries: {} });
	}, 60_000);
	afterAll(() => host?.shutdown());
	const run = (command: string) => host.run(command, { timeoutMs: 60_000 });

	it("are there by name and size, and nothing of them has been fetched", async () => {
		const { stdout } = await run("ls -l /usr/bin/nsenter /usr/bin/ip; wc -c < /etc/profile > /dev/null");
		expect(stdout).toContain(String(deferred.get("usr/bin/nsenter")));
		expect(stdout).toContain(String(deferred.get("usr/bin/ip")));
		expect(fetched).toEqual([]);
	});

	it("cannot be called while the site cannot be reached or sends something else, and can afterwards", async () => {
		for (network of ["down", "damaged"] as const) {
			const { code, stderr } = await run("/usr/bin/choom --version");
			expect([code, stderr.trim()]).toEqual([126, "/bin/sh: /usr/bin/choom: Input/output error"]);
		}
		network = "up";
		const { code, stdout } = await run("choom --version");
		expect([code, stdout]).toEqual([0, "choom from util-linux 2.38.1\n"]);
	});

	it("are fetched once, by all who wait", async () => {
		const before = fetched.length;
		const { stdout } = await run("for n in 1 2 3; do ipcs --version & done; wait; ipcs --version");
		expect(stdout).toBe("ipcs from util-linux 2.38.1\n".repeat(4));
		expect(new Set(fetched.slice(before)).size).toBe(fetched.length - before);
	});

	it("can be changed before they were ever called", async () => {
		const { stdout } = await run("chmod 700 /usr/bin/lsipc && stat -c '%a %s' /usr/bin/lsipc && lsipc --version");
		expect(stdout).toBe(`700 ${deferred.get("usr/bin/lsipc")}\nlsipc from util-linux 2.38.1\n`);
	});

	it("are meant in the shell where busybox has an applet of the name", async () => {
		const { stdout } = await run("nsenter --version; unshare --version; mount --version; ip -V");
		expect(stdout.match(/util-linux|iproute2/g)).toHaveLength(4);
	});

	it("see and enter namespaces", async () => {
		const { stdout } = await run(`unshare --uts sh -c 'hostname inside; exec sleep 61' &
until grep -q sleep /proc/$!/cmdline; do sleep 0.1; done
lsns -t uts -n -o NPROCS,PID,COMMAND | grep -c " 1 *$! *sleep 61"
nsenter --target $! --uts hostname; hostname; kill $!`);
		expect(stdout).toBe("1\ninside\ndrydock\n");
	});
});
