// The strace of this machine and ours, over the same program: line for line the same, but for addresses and PIDs.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDirectories, readText } from "../../../engine/lib/files";
import { CLONE } from "../../../engine/lib/linux";
import { shellCode } from "../../../engine/sys";
import { strace } from "../../../engine/tools/strace/main";
import { put, putNative, type TestMachine, testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const ready = has("strace") && has("gcc") && process.getuid?.() === 0;
if (!ready) console.warn("strace is not compared with the real one: strace, gcc and root are needed");

const work = mkdtempSync(join(tmpdir(), "strace-"));
const binary = join(work, "calls");
let machine: TestMachine;
beforeAll(() => {
	if (!ready) return;
	execFileSync("gcc", ["-static", "-O1", "-w", "-o", binary, join(import.meta.dirname, "calls.c")]);
	machine = testMachine({ cpu: suiteCpu(), natives: { strace } });
	put(machine.rootFs, "/calls", readFileSync(binary), 0o755);
	putNative(machine.rootFs, "/bin/strace", "strace");
});
afterAll(async () => {
	await machine?.shutdown();
	rmSync(work, { recursive: true });
});

function natively(options: string[]): { log: string; code: number } {
	const scratch = join(work, "scratch");
	rmSync(scratch, { recursive: true, force: true });
	mkdirSync(scratch);
	const output = join(work, "log");
	// The same environment, descriptors and limits on both sides.
	const command = `ulimit -Ss 8192; exec strace ${options.join(" ")} -o ${output} /calls 2>/dev/null`;
	execFileSync("cp", [binary, "/calls"]);
	try {
		const { status, signal } = spawnSync("sh", ["-c", command], {
			cwd: scratch,
			env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
			timeout: 30_000,
		});
		return { log: readFileSync(output, "utf8"), code: status ?? (signal === "SIGSEGV" ? 139 : -1) };
	} finally {
		rmSync("/calls");
	}
}
async function inEngine(options: string[]): Promise<{ log: string; code: number }> {
	let log = "";
	let code = -1;
	await machine.run(async (sys) => {
		// A run of its own mounts and directory: the program changes both.
		await sys.unshare(CLONE.NEWNS);
		for (const [name, type] of [
			["dev", "devtmpfs"],
			["proc", "proc"],
			["scratch", "tmpfs"],
		] as const) {
			await makeDirectories(sys, `/${name}`);
			await sys.mount(type, `/${name}`, type, 0, "");
		}
		await sys.chdir("/scratch");
		const nothing = await sys.open("/dev/null", 2);
		const argv = ["strace", ...options, "-o", "/log", "/calls"];
		const pid = await sys.spawn("/bin/strace", argv, ["PATH=/bin"], { fds: [nothing, nothing, nothing] });
		code = shellCode((await sys.wait4(pid)).status);
		log = await readText(sys, "/log");
		return 0;
	});
	return { log, code };
}

/** Addresses are told apart by the order in which they come; numbers of processes and inodes are left out. */
function normalized(log: string): string[] {
	return log
		.replaceAll(/\b0x[0-9a-f]{5,}\b/g, "ADDRESS")
		.replaceAll(/\[\/\* \d+ vars \*\/\]|ADDRESS \/\* \d+ vars? \*\//g, "ENVIRONMENT")
		.replaceAll(/^(getpid\(\)|set_tid_address\(ADDRESS\)) += \d+$/gm, "$1 = PID")
		.replaceAll(/(kill\(|si_pid=)\d+/g, "$1PID")
		.replaceAll(/nodename="\w+"/g, "nodename=NAME")
		.replaceAll(/"(\\x[0-9a-f]{2}){5,8}"/g, "RANDOM")
		.replaceAll(/ +(?== )/g, " ")
		.split("\n");
}

test.skipIf(!ready)("a call of each kind is written as strace writes it", async () => {
	const real = natively([]);
	const ours = await inEngine([]);
	expect(normalized(ours.log)).toEqual(normalized(real.log));
	expect(ours.code).toBe(real.code);
});

test.skipIf(!ready)("a selection, and strings of another length", async () => {
	for (const options of [
		["-e", "trace=%file"],
		["-e", "trace=!%file,mmap", "-s", "5"],
		["-e", "signal,kill,read"],
	]) {
		const real = natively(options);
		const ours = await inEngine(options);
		expect(normalized(ours.log)).toEqual(normalized(real.log));
	}
});
