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

test("groups share by their weight, level by level", () => {
	const queue = new RunQueue();
	const [light, heavy] = [{ weight: 100 }, { weight: 300 }];
	const [first, second] = [
		{ weight: 100, parent: heavy },
		{ weight: 200, parent: heavy },
	];
	const used = new Map<object, number>();
	for (const [name, group] of Object.entries({ light, first, second })) queue.push(runnable(name, group));
	for (let turn = 0; turn < 1200; turn++) {
		const next = queue.take();
		queue.used(next.group, 1);
		used.set(next.group, (used.get(next.group) ?? 0) + 1);
		queue.push(next);
	}
	const share = (group: object): number => Math.round((used.get(group)! / 1200) * 100);
	expect([share(light), share(first), share(second)]).toEqual([25, 25, 50]);
});

test("who was asleep begins where the others are", () => {
	const queue = new RunQueue();
	const [busy, sleeper] = [{ weight: 100 }, { weight: 100 }];
	queue.push(runnable("busy", busy));
	for (let turn = 0; turn < 100; turn++) {
		const next = queue.take();
		queue.used(next.group, 1);
		queue.push(next);
	}
	queue.push(runnable("sleeper", sleeper));
	const order: string[] = [];
	for (let turn = 0; turn < 6; turn++) {
		const next = queue.take() as ReturnType<typeof runnable>;
		order.push(next.name);
		queue.used(next.group, 1);
		queue.push(next);
	}
	expect(order.filter((name) => name === "sleeper").length).toBeLessThanOrEqual(4);
	expect(order).toContain("busy");
});

test("within a group the first in is the first out, however many", () => {
	const queue = new RunQueue();
	const group = {};
	for (let i = 0; i < 1000; i++) queue.push(runnable(String(i), group));
	const order = Array.from({ length: 1000 }, () => (queue.take() as ReturnType<typeof runnable>).name);
	expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
	expect(queue.length).toBe(0);
});
