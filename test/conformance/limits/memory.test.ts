// memory.max and what counts against it: what is written to, not what is asked for. A compiled program in a control group.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sys } from "../../../engine/sys";
import { put, type TestMachine } from "../../engine/kernel/proc/machine";
import { engineMachine } from "../syscalls/run";

const missing = spawnSync("gcc", ["--version"]).status !== 0;
const MiB = 2 ** 20;

interface Outcome {
	status: number;
	/** What the program has seen of its group, by name. */
	seen: Record<string, number>;
	events: Record<string, number>;
	peak: number;
	left: number;
}

describe.skipIf(missing)("memory of control groups", () => {
	let machine: TestMachine;
	beforeAll(async () => {
		const work = join(import.meta.dirname, "../../../.drydock/limits");
		mkdirSync(work, { recursive: true });
		const binary = join(work, "touch");
		execFileSync("gcc", ["-static", "-O1", "-w", "-o", binary, join(import.meta.dirname, "touch.c")]);
		machine = engineMachine();
		put(machine.rootFs, "/p/touch", new Uint8Array(readFileSync(binary)), 0o755);
		for (const name of ["cg", "shm"]) machine.rootFs.root.make(name, { mode: 0o40755, uid: 0, gid: 0 });
		await machine.run(async (sys) => {
			await sys.mount("proc", "/proc", "proc", 0, "");
			await sys.mount("cgroup2", "/cg", "cgroup2", 0, "");
			await sys.mount("tmpfs", "/shm", "tmpfs", 0, "");
			await write(sys, "/cg/cgroup.subtree_control", "+memory");
			return 0;
		});
	});
	afterAll(() => machine?.shutdown());

	const write = async (sys: Sys, path: string, text: string): Promise<void> => {
		const fd = await sys.open(path, 1);
		await sys.write(fd, new TextEncoder().encode(text));
		await sys.close(fd);
	};
	const readText = async (sys: Sys, path: string): Promise<string> => {
		const fd = await sys.open(path, 0);
		const text = new TextDecoder().decode(await sys.read(fd, 4096));
		await sys.close(fd);
		return text;
	};
	const numbers = (text: string): Record<string, number> =>
		Object.fromEntries(
			text
				.split("\n")
				.filter(Boolean)
				.map((line) => line.split(" "))
				.map(([name, value]) => [name, Number(value)]),
		);

	/** The program in a group of its own with that limit; `before` runs in the group first. */
	async function touch(
		limit: string,
		words: string[],
		before?: (sys: Sys) => Promise<void>,
		file = "memory.max",
	): Promise<Outcome> {
		let outcome: Outcome | undefined;
		await machine.run(async (sys) => {
			await sys.mkdir("/cg/g", 0o755);
			await write(sys, `/cg/g/${file}`, limit);
			const [read, output] = await sys.pipe2(0);
			const [gate, open] = await sys.pipe2(0);
			const pid = await sys.clone({
				flags: 0,
				main: async (child) => {
					await child.read(gate, 1);
					await before?.(child);
					if (output !== 1) await child.dup3(output, 1, 0);
					return child.execve("/p/touch", ["touch", ...words], []);
				},
			});
			await write(sys, "/cg/g/cgroup.procs", String(pid));
			await sys.write(open, new Uint8Array(1));
			await sys.close(output);
			let text = "";
			for (;;) {
				const bytes = await sys.read(read, 4096);
				if (bytes.length === 0) break;
				text += new TextDecoder().decode(bytes);
			}
			const { status } = await sys.wait4(pid);
			const events = numbers(await readText(sys, "/cg/g/memory.events"));
			const [peak, left] = [await readText(sys, "/cg/g/memory.peak"), await readText(sys, "/cg/g/memory.current")].map(Number);
			outcome = { status, seen: numbers(text), events, peak: peak!, left: left! };
			await sys.rmdir("/cg/g");
			return 0;
		});
		return outcome!;
	}

	test("what is asked for and not touched does not count", { timeout: 60_000 }, async () => {
		const { status, seen, events } = await touch("24m", ["x", "400", "400"]);
		expect(status).toBe(0);
		expect(seen.current).toBeLessThan(MiB);
		expect(events.oom_kill).toBe(0);
	});
	test.for([
		["a byte a page", "t"],
		["all bytes", "m"],
		["shared", "ts"],
	])("what is touched counts: %s", { timeout: 60_000 }, async ([, kind]) => {
		const { status, seen, peak, left } = await touch("24m", [kind!, "8"]);
		expect(status).toBe(0);
		for (const bytes of [seen.rss! * 1024, seen.current!, peak]) {
			expect(bytes).toBeGreaterThanOrEqual(8 * MiB);
			expect(bytes).toBeLessThan(9.5 * MiB);
		}
		expect(kind!.includes("s") ? seen.shmem : seen.anon).toBeGreaterThanOrEqual(8 * MiB);
		expect(left).toBe(0);
	});
	test.for([
		["at once", ["t", "40"]],
		["in steps", ["t", "10", "10", "10"]],
		["shared", ["ts", "40"]],
	] as const)("more than memory.max is an OOM kill: %s", { timeout: 60_000 }, async ([, words]) => {
		const { status, events, peak } = await touch("24m", [...words]);
		expect(status & 0x7f).toBe(9);
		expect(events).toMatchObject({ oom: 1, oom_kill: 1 });
		expect(peak).toBeLessThanOrEqual(24 * MiB);
	});
	test("what fork has copied counts once until it is written to", { timeout: 60_000 }, async () => {
		const { status, seen } = await touch("24m", ["tf", "15"]);
		expect(status).toBe(0);
		expect(seen.current).toBeLessThan(17 * MiB);
	});
	test("a small program takes what its pages and the kernel's objects for it take", { timeout: 60_000 }, async () => {
		const { seen } = await touch("24m", ["x", "1"]);
		// Natively 53 KiB of a static busybox's sleep.
		expect(seen.kernel).toBeGreaterThan(48 * 1024);
		expect(seen.kernel).toBeLessThan(110 * 1024);
		expect(seen.current).toBe(seen.anon! + seen.file! + seen.kernel!);
	});
	test("above memory.high a program is slowed down, and goes on", { timeout: 60_000 }, async () => {
		const began = performance.now();
		const { status, events, seen } = await touch("4m", ["t", "5"], undefined, "memory.high");
		expect(status).toBe(0);
		expect(seen.anon).toBeGreaterThanOrEqual(5 * MiB);
		expect(events.high).toBeGreaterThan(0);
		expect(events.oom_kill).toBe(0);
		// At 5 MiB of 4 it is 4 s for each 64 pages, 2 s at the most; what comes before is less.
		expect(performance.now() - began).toBeGreaterThan(1500);
	});
	test("files of a tmpfs count where they were written", { timeout: 60_000 }, async () => {
		const { status, seen, left } = await touch("24m", ["t", "3"], async (sys) => {
			const fd = await sys.open("/shm/file", 0x41, 0o644);
			for (let i = 0; i < 10; i++) await sys.write(fd, new Uint8Array(MiB).fill(7));
		});
		expect(status).toBe(0);
		expect(seen.shmem).toBe(10 * MiB);
		expect(seen.current).toBeGreaterThanOrEqual(13 * MiB);
		expect(left).toBe(10 * MiB);
	});
});
