// The plug is pulled: the machine is dropped without a shutdown and another boots from what was stored.

import { describe, expect, it } from "vitest";
import { UnknownFormat } from "../../../engine/fs/disk/disk";
import { memoryStorage } from "../../../engine/host/node/storage";
import { type Machine, startMachine } from "./machine";
import { recordingStorage } from "./recording";

/** What every machine must be able to do, whatever happened before. */
async function works(machine: Machine): Promise<void> {
	await machine.ok("docker ps -a && docker images && docker volume ls");
	expect(await machine.ok("docker run --rm busybox echo alive")).toBe("alive\n");
}

/** Only what was committed survives: what runs on is not asked any more. */
async function pullThePlug(machine: Machine): Promise<void> {
	// its commits are cut off by the test's storage; the machine itself is ended so that it takes no more time
	await machine.host.shutdown();
}

describe("after a power cut", () => {
	it("files, images, volumes and containers are as of the last commit", async () => {
		const recording = recordingStorage();
		const first = await startMachine({ storage: recording.storage });
		await first.ok("docker pull -q busybox && docker volume create vol && echo kept > /root/file");
		await first.ok("docker run -d --name runs -v vol:/data busybox sh -c 'echo hello > /data/f; echo logged; sleep 1000'");
		await first.ok("docker run -d --name again --restart always busybox sleep 1000");
		await first.ok("docker run -d --name unless --restart unless-stopped busybox sleep 1000; docker stop -t 0 unless");
		await first.ok("docker run --name ended busybox sh -c 'exit 3' || [ $? = 3 ]");
		await first.ok(
			"docker create --name made busybox true && docker run -d --name paused busybox sleep 1000 && docker pause paused",
		);
		await first.ok("docker run --name removed --rm -d busybox sleep 1000");
		await first.ok("sleep 0.5; sync");
		const count = recording.commits.length;
		await first.ok("echo lost > /root/lost");
		const second = await startMachine({ storage: await recording.after(count) });
		await pullThePlug(first);
		const show = (name: string): Promise<string> =>
			second.ok(`docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}' ${name}`);
		expect(await second.ok("cat /root/file; ls /root")).toBe("kept\nfile\n");
		expect(await show("runs")).toBe("exited 255 0\n");
		expect(await show("paused")).toBe("exited 255 0\n");
		expect(await show("ended")).toBe("exited 3 0\n");
		expect(await show("made")).toBe("created 0 0\n");
		expect(await show("unless")).toMatch(/^exited 137 0\n/);
		await second.ok(
			"for i in 1 2 3 4 5 6 7 8 9 10; do docker ps --format '{{.Names}}' | grep -q again && break; sleep 0.2; done",
		);
		expect(await show("again")).toMatch(/^running 0 [1-9]/);
		expect((await second.sh("docker inspect removed")).code).toBe(1);
		expect(await second.ok("docker run --rm -v vol:/data busybox cat /data/f")).toBe("hello\n");
		expect(await second.ok("docker logs runs")).toBe("logged\n");
		expect(
			await second.ok("docker start runs && docker exec runs hostname && docker rm -f runs paused ended made unless again"),
		).toContain("runs");
		expect(await second.ok("docker ps -aq; ls /run/docker/runtime-runc/moby 2>/dev/null; grep -c overlay /proc/mounts")).toBe(
			"1\n",
		);
		await works(second);
		await second.host.shutdown();
	}, 90_000);

	it("at any commit of pulling, running, committing and building, what boots works", async () => {
		const recording = recordingStorage();
		const first = await startMachine({ storage: recording.storage });
		const commits = async (command: string): Promise<void> => {
			const going = first.ok(command);
			let done = false;
			void going.finally(() => {
				done = true;
			});
			while (!done) {
				await first.host.commit();
				await new Promise((resolve) => setImmediate(resolve));
			}
			await going;
		};
		await commits("docker pull -q busybox");
		await commits("docker run --name one busybox sh -c 'echo one > /one'");
		await commits("docker commit one two");
		await commits(
			"mkdir /root/b && printf 'FROM busybox\\nRUN echo built > /built\\nCOPY f /f\\n' > /root/b/Dockerfile && echo f > /root/b/f && docker build -q -t three /root/b",
		);
		await commits("docker rm one && docker rmi two");
		await first.host.shutdown();
		const total = recording.commits.length;
		const points = [0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, 0.97].map((share) => Math.max(1, Math.floor(share * total)));
		for (const point of points) {
			const machine = await startMachine({ storage: await recording.after(point) });
			try {
				await works(machine);
				for (const id of (await machine.ok("docker images -q")).split("\n").filter(Boolean))
					expect(await machine.ok(`docker run --rm ${id} echo $((6*7))`)).toBe("42\n");
			} catch (error) {
				throw new Error(`after commit ${point} of ${total}: ${(error as Error).message}`);
			}
			await machine.host.shutdown();
		}
	}, 120_000);

	it("a disk of an unknown form is refused, and not touched", async () => {
		const storage = memoryStorage();
		const format = Uint8Array.from([57, 57]);
		await storage.commit({
			put: [
				["disk/format", format],
				["disk/inode/1", new Uint8Array(9)],
			],
			delete: [],
		});
		await expect(startMachine({ storage })).rejects.toThrow(UnknownFormat);
		expect(await storage.load("disk/")).toEqual([
			["disk/format", format],
			["disk/inode/1", new Uint8Array(9)],
		]);
	});
});
