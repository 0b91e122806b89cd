// Programs that are none, and system calls that make no sense: a process may end as it likes, the machine goes on.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { collect } from "../../../engine/lib/bytes";
import { header } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";
import { startMachine } from "../interactive/typist";
import { Chance, mutateBytes, rounds } from "./mutate";

const missing = spawnSync("gcc", ["--version"], { stdio: "ignore" }).error ? "there is no gcc" : undefined;
if (missing) console.warn(`random programs are not run: ${missing}`);

/** Says "ok" without a C library. */
const SMALL = `
static long call(long n, long a, long b, long c) { long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory"); return r; }
static char text[] = "ok\\n"; char zeros[5000];
void _start(void) { zeros[4999] = 1; call(1, 1, (long)text, 3); call(60, 0, 0, 0); }
`;

describe.skipIf(missing)("the machine goes on after", { timeout: 600_000 }, () => {
	let host: Host;
	let folder: string;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "fuzz-machine-"));
		host = await startMachine();
		await sh("docker pull -q busybox");
	}, 120_000);
	afterAll(async () => {
		await host?.shutdown();
		if (folder) rmSync(folder, { recursive: true, force: true });
	});
	afterEach(async () => {
		expect(await sh("docker run --rm --network none busybox echo alive; ps -o stat | grep -c Z")).toBe("alive\n0\n");
	});
	const sh = async (command: string, stdin?: Uint8Array): Promise<string> => {
		const { code, stdout, stderr } = await host.run(command, { timeoutMs: 300_000, stdin });
		if (code !== 0 && !command.includes("grep -c Z")) throw new Error(`${command}: ${code}: ${stdout}${stderr}`);
		return stdout;
	};
	const compiled = (name: string, source: string, ...options: string[]): Uint8Array => {
		writeFileSync(join(folder, `${name}.c`), source);
		execFileSync("gcc", ["-static", "-O1", "-w", ...options, "-o", join(folder, name), join(folder, `${name}.c`)]);
		return readFileSync(join(folder, name));
	};

	it("ELF files that are changed", async () => {
		const good = compiled("small", SMALL, "-nostdlib", "-Wl,--build-id=none");
		await sh("mkdir -p /fuzz && cat > /fuzz/good && chmod +x /fuzz/good", good);
		expect(await sh("/fuzz/good")).toBe("ok\n");
		const chance = new Chance(1);
		const headers = [0, 24, 32, 40, 64, 96, 120, 160, 176, 232];
		const files = Array.from({ length: rounds(40) }, (_, at) => ({
			name: String(at),
			bytes: mutateBytes(chance, good, headers),
		}));
		const tar = await collect(
			writeTar(
				files.map(({ name, bytes }) => ({
					header: header({ name, type: "file", size: bytes.length, mode: 0o755 }),
					body: [bytes],
				})),
			),
		);
		await sh("rm -rf /fuzz/elf; mkdir -p /fuzz/elf && tar -x -C /fuzz/elf", tar);
		const ends = await sh(
			"cd /fuzz/elf; for f in *; do timeout -s KILL 3 ./$f > /dev/null 2>&1 < /dev/null; echo $?; done | sort -n | uniq -c",
		);
		// some still work, some are no programs, some fault
		expect(ends).toMatch(/ 0\n(.*\n)* *\d+ 1(26|27|39)\n/);
	});

	it("system calls with random arguments, in a container and as root of the machine's own namespaces", async () => {
		const program = compiled("calls", readFileSync(new URL("calls.c", import.meta.url), "utf8"));
		await sh("mkdir -p /fuzz && cat > /fuzz/calls && chmod +x /fuzz/calls", program);
		const batches = rounds(30);
		const words = `${batches} of ${batches} batches ended\n`;
		const run = "docker run --rm --network none -m 64m --pids-limit 50 -v /fuzz/calls:/calls:ro -w /tmp";
		for (const seed of [1, 2]) expect(await sh(`${run} busybox /calls ${seed} ${batches}`), `seed ${seed}`).toBe(words);
		expect(await sh(`${run} --privileged busybox /calls 3 ${batches}`), "seed 3").toBe(words);
	});
});
