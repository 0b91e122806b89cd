// Mounts that a container and the host share, as -v says: "/" of the machine is shared, as systemd makes it.

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { bootNode } from "../../../engine/host/node/machine";

const repository = resolve(import.meta.dirname, "../../..");
let host: Host;
beforeAll(async () => {
	const steps = (await import(join(repository, "bin/setup/steps.mjs"))) as Record<
		"engine" | "interpreter" | "system",
		() => Promise<void>
	>;
	await steps.engine();
	await steps.interpreter();
	await steps.system();
	host = await bootNode({ assets: pathToFileURL(join(repository, "public/engine/")) }, {});
	await sh("tar -c -C / bin/busybox bin/sh bin/sleep bin/mount bin/grep | docker import - busybox; mkdir -p /srv/shared");
}, 300_000);
afterAll(() => host.shutdown());

async function sh(command: string): Promise<string> {
	const { code, stdout, stderr } = await host.run(command);
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout.trim();
}
/** Fields 3 to the "-" of the line about a place. */
const standing = async (where: string, place: string): Promise<string> =>
	(await sh(`${where} grep " ${place} " /proc/self/mountinfo || true`)).split(" ").slice(5, -4).join(" ");

// prettier-ignore
test.for([
	["rprivate", "rw,nosuid,nodev,relatime", false, false],
	["rslave", expect.stringMatching(/ master:\d+$/), false, true],
	["rshared", expect.stringMatching(/ shared:\d+$/), true, true],
] as const)("%s", { timeout: 60_000 }, async ([propagation, ofVolume, fromContainer, fromHost]) => {
	await sh(`mkdir -p /tmp/${propagation}/in /tmp/${propagation}/out`);
	await sh(`docker run -d --privileged --name ${propagation} -v /tmp/${propagation}:/y:${propagation} busybox sleep 1000`);
	const inside = `docker exec ${propagation}`;
	expect(await standing(inside, "/y")).toEqual(ofVolume);
	await sh(`${inside} mount -t tmpfs inside /y/in && mount -t tmpfs outside /tmp/${propagation}/out`);
	expect(await standing(inside, "/y/in")).not.toBe("");
	expect((await standing("", `/tmp/${propagation}/in`)) !== "").toBe(fromContainer);
	expect((await standing(inside, "/y/out")) !== "").toBe(fromHost);
	// the container's own tree is not the host's
	expect(await sh("grep -c ' /var/lib/docker/rootfs/overlayfs/[0-9a-f]*/' /proc/self/mountinfo || true")).toBe("0");
	await sh(`docker rm -f ${propagation}`);
});

test("copying out of a container that shares a tree of mounts leaves them where they are", { timeout: 60_000 }, async () => {
	await sh("mkdir -p /srv/tree/in && mount -t tmpfs in /srv/tree/in && echo here > /srv/tree/in/file");
	await sh("docker run -d --name copied -v /srv/tree:/y:rslave busybox sleep 1000");
	const before = await sh("docker exec copied grep . /proc/self/mountinfo");
	await sh("docker cp copied:/y/in/file /tmp/file");
	expect(await sh("cat /tmp/file /srv/tree/in/file")).toBe("here\nhere");
	expect(await sh("docker exec copied grep . /proc/self/mountinfo")).toBe(before);
	await sh("docker rm -f copied");
});
