// cpu.max of a control group under a clock that the test moves on: periods, quotas, what is owed, and cpu.stat.

import { expect, test } from "vitest";
import { CpuController } from "../../../../engine/kernel/cgroup/cpu";
import type { CgroupNode } from "../../../../engine/kernel/cgroup/tree";
import type { Machine } from "../../../../engine/kernel/machine";

function controlled() {
	let now = 0;
	let timers: Array<{ due: number; act: () => void }> = [];
	let thawed = 0;
	const machine = {
		uptime: () => now,
		timer(ms: number, act: () => void) {
			const timer = { due: now + ms, act };
			timers.push(timer);
			return { cancel: () => (timers = timers.filter((other) => other !== timer)) };
		},
		scheduler: { thaw: () => thawed++ },
	} as unknown as Machine;
	const cpu = new CpuController({ members: [], children: new Map() } as unknown as CgroupNode, machine);
	const pass = (ms: number): void => {
		for (const end = now + ms; now < end; ) {
			const next = timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
			now = next ? next.due : end;
			if (!next) continue;
			timers = timers.filter((timer) => timer !== next);
			next.act();
		}
	};
	return { cpu, pass, thawed: () => thawed, waiting: () => timers.length };
}

test("a busy group gets its quota of each period, and cpu.stat tells of it", () => {
	const { cpu, pass, thawed } = controlled();
	cpu.set(20_000, 100_000);
	let ran = 0;
	for (let ms = 0; ms < 1000; ms++) {
		if (!cpu.exhausted) {
			ran++;
			cpu.charge(1);
		}
		pass(1);
	}
	expect(ran).toBe(200);
	expect(cpu.stat.periods).toBeGreaterThanOrEqual(9);
	expect(cpu.stat.throttled).toBe(cpu.stat.periods);
	expect(cpu.stat.throttledTime / 1000).toBeGreaterThan(700);
	expect(thawed()).toBe(cpu.stat.throttled);
});

test("what was used above the quota is owed", () => {
	const { cpu, pass } = controlled();
	cpu.set(10_000, 100_000);
	cpu.charge(25);
	expect(cpu.exhausted).toBe(true);
	pass(101);
	expect(cpu.exhausted).toBe(true);
	pass(100);
	expect(cpu.exhausted).toBe(false);
});

test("a group that rests keeps no timer, and one without a limit is never held back", () => {
	const { cpu, pass, waiting } = controlled();
	cpu.charge(1000);
	expect([cpu.exhausted, waiting()]).toEqual([false, 0]);
	cpu.set(50_000, 100_000);
	cpu.charge(1);
	pass(300);
	expect(waiting()).toBe(0);
	cpu.charge(60);
	expect(cpu.exhausted).toBe(true);
	cpu.set(Number.POSITIVE_INFINITY, 100_000);
	expect(cpu.exhausted).toBe(false);
});
