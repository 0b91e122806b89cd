// Images between our daemon and a real dockerd, both ways: what one saves the other loads, with the same config, and it runs the same.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";
import { startMachine } from "../interactive/typist";

const missing =
	whyNoDocker() ?? (spawnSync("docker", ["--version"], { stdio: "ignore" }).error ? "there is no docker command" : undefined);
if (missing) console.warn(`images are not taken to a real daemon: ${missing}`);

/** Everything of the image; what the daemons themselves put into a container's /etc is theirs. */
const LOOK =
	"echo hi; id; ls -ln /usr /home; find /bin /etc /root /sbin /usr /var -type f | grep -Ev '^/etc/(host|resolv|mtab)' | sort | xargs md5sum";

describe.skipIf(missing)("docker save and docker load", () => {
	let host: Host;
	let real: RealDocker;
	beforeAll(async () => {
		[host, real] = await Promise.all([startMachine(), startRealDocker()]);
	}, 60_000);
	afterAll(async () => {
		await Promise.all([host?.shutdown(), real?.stop()]);
	});

	const theirs = (args: string[], input?: Uint8Array): Buffer => {
		const { status, stdout, stderr } = spawnSync("docker", ["-H", real.host, ...args], { input, maxBuffer: 2 ** 28 });
		if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
		return stdout;
	};
	const ours = async (command: string, stdin?: Uint8Array): Promise<string> => {
		const { code, stdout, stderr } = await host.run(command, { timeoutMs: 30_000, stdin });
		if (code !== 0) throw new Error(`${command}: ${stderr}`);
		return stdout;
	};

	it("go from ours to the real one and back", { timeout: 120_000 }, async () => {
		await ours("docker pull -q busybox && docker pull -q layers && docker save busybox layers | gzip > images.tar.gz");
		theirs(["load"], await host.readFile("/root/images.tar.gz"));
		const quoted = `'${LOOK.replaceAll("'", "'\\''")}'`;
		for (const name of ["busybox", "layers"]) {
			const seen = await ours(`docker run --rm ${name} sh -c ${quoted}`);
			expect(theirs(["run", "--rm", name, "sh", "-c", LOOK]).toString(), name).toBe(seen);
			expect(theirs(["image", "inspect", "-f", "{{json .RootFS.Layers}}", name]).toString()).toBe(
				await ours(`docker image inspect -f '{{json .RootFS.Layers}}' ${name}`),
			);
		}
		const saved = theirs(["save", "busybox", "layers"]);
		const before = await ours("docker run --rm layers cat added.txt");
		await ours("docker rmi -f busybox layers");
		const loaded = (await ours("docker load", saved)).trim().split("\n").sort();
		expect(loaded).toEqual(["Loaded image: busybox:latest", "Loaded image: layers:latest"]);
		expect(await ours("docker run --rm layers cat added.txt")).toBe(before);
		// a real Engine without the containerd store names an image by its config, which is the same
		const id = theirs(["image", "inspect", "-f", "{{.Id}}", "busybox"]).toString().trim();
		expect(await ours("docker save busybox | tar x -O manifest.json")).toContain(id.slice("sha256:".length));
	});
});
