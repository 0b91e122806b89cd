// The run queue: order within a control group, and turns between groups.

import { expect, test } from "vitest";
import { RunQueue } from "../../../../engine/kernel/sched/queue";
import type { Runnable } from "../../../../engine/kernel/sched/runnable";

const runnable = (name: string, group: object): Runnable & { name: string } => ({
	name,
	group,
	queued: false,
	frozen: false,
	run: () => {},
	abort: () => {},
});

test("a group with many leaves a group with one its half", () => {
	const queue = new RunQueue();
	const [host, container] = [{}, {}];
	for (let i = 0; i < 100; i++) queue.push(runnable(`c${i}`, container));
	const shell = runnable("shell", host);
	queue.push(shell);
	const order: string[] = [];
	for (let i = 0; i < 10; i++) {
		const next = queue.take() as typeof shell;
		order.push(next.name);
		queue.push(next);
	}
	expect(order).toEqual(["c0", "shell", "c1", "shell", "c2", "shell", "c3", "shell", "c4", "shell"]);
	expect(queue.length).toBe(101);
});

test("within a group the first in is the first out, however many", () => {
	const queue = new RunQueue();
	const group = {};
	for (let i = 0; i < 1000; i++) queue.push(runnable(String(i), group));
	const order = Array.from({ length: 1000 }, () => (queue.take() as ReturnType<typeof runnable>).name);
	expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
	expect(queue.length).toBe(0);
});
