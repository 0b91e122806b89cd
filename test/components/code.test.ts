// The picture of a program's code: who is watched, what the shares are, and, on a machine, that what it shows is so.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { functionName, likely, percent, reaches, sharesOf, speeds, watchable } from "../../components/stage/code/model";
import type { Host } from "../../engine/boot";
import type { HotCode, ProcessInfo } from "../../engine/host/browser/facade";
import { startMachine } from "../conformance/interactive/typist";

const process = (pid: number, more: Partial<ProcessInfo>): ProcessInfo => ({
	...{ pid, ppid: 1, nspids: [pid], uid: 0, state: "S", argv: ["sh"], native: false, cgroup: "/", namespaces: {} },
	...more,
});

test("who computes in a container is watched first, then the newest; native programs have no machine code", () => {
	const older = process(20, { cgroup: "/docker/a" });
	const busy = process(21, { cgroup: "/docker/b", state: "R" });
	const newest = process(30, { cgroup: "/docker/c" });
	const shell = process(9, {});
	const native = process(3, { native: true });
	const gone = process(40, { state: "Z" });
	expect(watchable([native, shell, older, busy, newest, gone])).toEqual({ containers: [newest, busy, older], host: [shell] });
	expect(likely([newest, busy, older])).toBe(21);
	expect(likely([newest, older])).toBe(30);
	expect(likely([])).toBeUndefined();
});

test("shares and speeds, also of nothing", () => {
	const hot: HotCode = {
		...{ pid: 9, argv: [], functions: [] },
		...{ executed: 4_000_000, translated: 3_000_000, time: 20, translatedTime: 10 },
	};
	expect(sharesOf(hot)).toEqual({ instructions: 0.75, time: 0.5 });
	expect(speeds(hot)).toEqual({ interpreted: 100, translated: 300 });
	const nothing = { ...hot, executed: 0, translated: 0, time: 0, translatedTime: 0 };
	expect(sharesOf(nothing)).toEqual({ instructions: 0, time: 0 });
	expect(speeds(nothing)).toEqual({ interpreted: undefined, translated: undefined });
	expect([0.0312, 0.5, 1].map(percent)).toEqual(["3.1%", "50%", "100%"]);
	expect(reaches("table", "decoded")).toBe(true);
	expect(reaches("bytes", "decoded")).toBe(false);
});

test.each([
	[{ name: "memcpy+0x12", file: "/lib/libc.so.6" }, "libc.so.6 memcpy+0x12"],
	[{ file: "/bin/busybox" }, "busybox 57a00d"],
	[{}, "57a00d"],
])("a function is called by what is left of its name: %j", (names, expected) => {
	expect(functionName({ address: 0x57a00d, share: 1, translated: false, ...names })).toBe(expected);
});

describe("on a machine", () => {
	let host: Host;
	beforeAll(async () => {
		host = await startMachine();
	});
	afterAll(() => host.shutdown());

	test("a program that computes is seen, with its code, until it ends", { timeout: 180_000 }, async () => {
		await host.run("docker run -d --name hot busybox md5sum /dev/zero", { timeoutMs: 60_000 });
		const hottest = (): ProcessInfo | undefined => host.processes().find(({ argv }) => argv[0] === "md5sum");
		await expect.poll(hottest, { timeout: 30_000 }).toBeDefined();
		const { pid } = hottest()!;
		host.watchCode(pid);
		await expect.poll(() => host.hotCode()?.translated ?? 0, { timeout: 90_000 }).toBeGreaterThan(0);
		const hot = host.hotCode()!;
		expect(hot).toMatchObject({ pid, argv: ["md5sum", "/dev/zero"] });
		expect(hot.translated).toBeLessThanOrEqual(hot.executed);
		expect(hot.functions.every(({ file }) => file === "/bin/busybox")).toBe(true);
		expect(hot.functions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
		const listing = host.listCode(hot.functions[0]!.address)!;
		// MD5 turns words round
		const texts = listing.blocks.flatMap(({ instructions }) => instructions.map(({ text }) => text));
		expect(texts.some((text) => text.startsWith("rol ") || text.startsWith("ror "))).toBe(true);
		expect(listing.wasm.length).toBeGreaterThan(texts.length);
		await host.run("docker kill hot", { timeoutMs: 60_000 });
		await expect.poll(() => host.hotCode(), { timeout: 30_000 }).toBeUndefined();
		host.watchCode(null);
		expect(host.listCode(listing.start)).toBeUndefined();
	});

	test("a native program has no machine code to watch", () => {
		host.watchCode(host.processes().find(({ native }) => native)!.pid);
		expect(host.hotCode()).toBeUndefined();
		host.watchCode(4_000_000);
		expect(host.hotCode()).toBeUndefined();
	});
});
