// A storage that is full: programs get ENOSPC, nothing that was committed is lost, and with room again all goes on.

import { afterAll, beforeAll, expect, it } from "vitest";
import { memoryStorage } from "../../../engine/host/node/storage";
import type { Storage } from "../../../engine/port";
import { type Machine, startMachine } from "./machine";

let machine: Machine;
let storage: Storage;
const QUOTA = 8 << 20;

beforeAll(async () => {
	storage = memoryStorage(QUOTA);
	machine = await startMachine({ storage });
	await machine.ok("docker pull -q busybox && docker run -d --name lives busybox sleep 1000 && echo kept > /root/kept && sync");
}, 60_000);
afterAll(() => machine.host.shutdown());

it("a file in the home", async () => {
	const { code, stderr } = await machine.sh("dd if=/dev/zero of=/root/big bs=1k count=64000");
	expect([code, stderr]).toEqual([1, expect.stringContaining("No space left on device")]);
	expect(await machine.ok("cat /root/kept; docker ps --format '{{.Names}}'")).toBe("kept\nlives\n");
});
it("a container and a pull on a full disk", async () => {
	const run = await machine.sh("docker run --rm busybox dd if=/dev/zero of=/f bs=100k count=1");
	expect([run.code, run.stderr]).toEqual([1, expect.stringContaining("No space left on device")]);
	const pull = await machine.sh("docker pull debian");
	expect([pull.code, pull.stderr.toLowerCase()]).toEqual([1, expect.stringContaining("no space left on device")]);
});
it("what had no room leaves nothing behind", async () => {
	const look = "docker images -aq --no-trunc; docker ps -aq; find /var/lib/containerd/io.containerd.content.v1.content | sort";
	const before = await machine.ok(look);
	for (const line of ["docker pull debian", "tar -c /bin/busybox | docker import - imported"]) {
		const { code, stderr } = await machine.sh(line);
		expect([line, code, stderr.toLowerCase()]).toEqual([line, 1, expect.stringContaining("no space left on device")]);
		expect([line, await machine.ok(look)]).toEqual([line, before]);
	}
});
it("what makes room works without any", async () => {
	await machine.ok("docker create --name goes -v gone:/v busybox && docker rm goes && docker volume rm gone");
	await machine.ok("docker network create away && docker network rm away && docker tag busybox other && docker rmi other");
	await machine.ok("docker stop -t 0 lives && docker start lives && docker ps -q | grep -q .");
});
it("with room again, all of it works, and is stored", async () => {
	await machine.ok("rm /root/big && sync && docker pull -q layers && docker run --rm layers true");
	expect(await machine.ok("docker run --rm busybox sh -c 'echo x > /f && cat /f'")).toBe("x\n");
	await machine.ok("sync");
});
it("a container that writes", async () => {
	const { code, stderr } = await machine.sh("docker run --name fills busybox dd if=/dev/zero of=/big bs=64k count=1000");
	expect([code, stderr]).toEqual([1, expect.stringContaining("No space left on device")]);
	await machine.ok("docker rm fills && docker run --rm busybox true");
});
it("a log that grows for ever", async () => {
	await machine.ok("docker run -d --name talks busybox sh -c 'while :; do cat /etc/passwd /bin/busybox | head -c 100000; done'");
	await machine.ok("for i in $(seq 100); do df -k /var/lib | tail -1 | awk '{exit $4 > 300}' && break; sleep 0.1; done");
	await machine.ok("docker rm -f talks && sync && docker run --rm busybox true && docker rm -f lives");
});
it("a machine of the same storage boots", async () => {
	const again = await startMachine({ storage });
	expect(await again.ok("cat /root/kept && docker run --rm busybox echo alive")).toBe("kept\nalive\n");
	await again.host.shutdown();
});
