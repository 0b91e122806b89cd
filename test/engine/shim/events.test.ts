// The shim's events wait for containerd, and cgroup files become numbers.

import { expect, test } from "vitest";
import type { TaskEvent } from "../../../engine/containerd/api";
import { EventQueue } from "../../../engine/containerd/shim/events";
import { cgroupStats } from "../../../engine/containerd/shim/stats";
import { makeDirectories, writeFile } from "../../../engine/lib/files";
import { memorySys } from "../oci/sys";

const event = (pid: number): TaskEvent => ({ topic: "/tasks/exit", containerId: "c", execId: "", pid, timestamp: "" });
const call = () => {
	const listeners: Array<() => void> = [];
	return {
		cancelled: false,
		onCancel: (callback: () => void) => void listeners.push(callback),
		cancel() {
			this.cancelled = true;
			for (const listener of listeners) listener();
		},
	};
};

test("what happens while nobody listens is delivered later, once, in order", async () => {
	const queue = new EventQueue();
	queue.push(event(1));
	queue.push(event(2));
	const first = call();
	const stream = queue.forward(first);
	expect((await stream.next()).value).toMatchObject({ pid: 1 });
	first.cancel();
	expect((await stream.next()).done).toBe(true);
	queue.push(event(3));
	const again = queue.forward(call());
	expect((await again.next()).value).toMatchObject({ pid: 2 });
	expect((await again.next()).value).toMatchObject({ pid: 3 });
	const waiting = again.next();
	queue.push(event(4));
	expect((await waiting).value).toMatchObject({ pid: 4 });
});

test("cgroup files as numbers", async () => {
	const sys = memorySys();
	const files: Record<string, string> = {
		"pids.current": "3\n",
		"pids.max": "max\n",
		"memory.current": "4096\n",
		"memory.max": "1048576\n",
		"memory.stat": "anon 1024\nfile 2048\n",
		"cpu.stat": "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 4\n",
	};
	await makeDirectories(sys, "/sys/fs/cgroup/docker/c");
	for (const [name, content] of Object.entries(files)) await writeFile(sys, `/sys/fs/cgroup/docker/c/${name}`, content);
	expect(await cgroupStats(sys, "/docker/c")).toEqual({
		pids: { current: 3, limit: 0 },
		cpu: { usage: 1500, user: 1000, system: 500, periods: 4, throttled: 0 },
		memory: { usage: 4096, limit: 1048576, stat: { anon: 1024, file: 2048 } },
	});
});
