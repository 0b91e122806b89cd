// One program of cases on both sides: natively in a chroot with namespaces of its own, and in a process of the engine. Both begin
// as root in an empty tmpfs, with /proc, /dev's usual nodes and a /tmp, and nothing else.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { put, type TestMachine, testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";

const here = import.meta.dirname;
/** Bundled (main.ts), this file lies in .drydock/run. */
export const folder = here.endsWith("/syscalls") ? here : join(here, "../../test/conformance/syscalls");
const work = join(folder, "../../../.drydock/syscalls");
const PATIENCE = 120_000;

/** Compiles `NAME.c` unless that is done; gives the binary's path. */
export function compile(program: string): string {
	mkdirSync(work, { recursive: true });
	const source = join(folder, program);
	const binary = join(work, basename(program, ".c"));
	const newest = Math.max(statSync(source).mtimeMs, statSync(join(folder, "case.h")).mtimeMs);
	if (!existsSync(binary) || statSync(binary).mtimeMs < newest)
		execFileSync("gcc", ["-static", "-O1", "-w", "-o", binary, source, "-lpthread"]);
	return binary;
}

const NODES = ["null 1 3", "zero 1 5", "full 1 7", "random 1 8", "urandom 1 9", "tty 5 0"];
/** $0: an empty directory, $1: the binary, $2: a case's name or nothing. */
const NATIVE = [
	"set -e",
	"mount --make-rprivate /",
	'mount -t tmpfs -o mode=755 tmpfs "$0"',
	'cd "$0"',
	"mkdir p proc dev w",
	"mkdir -m 1777 tmp",
	'cp "$1" p/program',
	"mount -t proc proc proc",
	...NODES.map((node) => `mknod -m 666 dev/${node.replace(" ", " c ")}`),
	"mount -t tmpfs -o mode=755 tmpfs w",
	"ulimit -c 0",
	"ulimit -n 1024",
	"ulimit -s 8192",
	"set +e",
	// Not as PID 1, whose signals are special.
	"chroot . /p/program /w $2 < /dev/null",
	"exit $?",
].join("\n");

export interface Outcome {
	/** Lines of output by case. */
	cases: Map<string, string[]>;
	code: number;
}
function parse(output: string, code: number): Outcome {
	const cases = new Map<string, string[]>();
	let lines: string[] = [];
	for (const line of output.split("\n")) {
		if (line.startsWith("# ")) {
			lines = [];
			cases.set(line.slice(2), lines);
		} else if (line !== "") lines.push(line);
	}
	return { cases, code };
}

export function runNative(binary: string, only = ""): Outcome {
	const root = join(work, `${basename(binary)}.root`);
	rmSync(root, { recursive: true, force: true });
	mkdirSync(root, { recursive: true });
	const apart = ["--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup", "--fork", "--kill-child"];
	const result = spawnSync("setsid", ["--wait", "unshare", ...apart, "sh", "-c", NATIVE, root, binary, only], {
		env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
		encoding: "latin1",
		timeout: PATIENCE,
		maxBuffer: 64 << 20,
	});
	if (result.stderr) throw new Error(`natively: ${result.stderr}`);
	return parse(result.stdout, result.status ?? -1);
}

export function engineMachine(): TestMachine {
	const machine = testMachine({ cpu: suiteCpu() });
	for (const path of ["proc", "dev", "w", "tmp"]) machine.rootFs.root.make(path, { mode: 0o40755, uid: 0, gid: 0 });
	return machine;
}

export async function runInEngine(machine: TestMachine, binary: string, only?: string): Promise<Outcome> {
	const path = `/p/${basename(binary)}`;
	put(machine.rootFs, path, new Uint8Array(readFileSync(binary)), 0o755);
	let output = "";
	let code = -1;
	await machine.run(async (sys) => {
		await sys.unshare(0x20000);
		await sys.mount("proc", "/proc", "proc", 0, "").catch(() => {});
		await sys.chmod("/tmp", 0o1777);
		for (const node of NODES) {
			const [name, major, minor] = node.split(" ") as [string, string, string];
			const made = await sys.mknod(`/dev/${name}`, 0o20666, (Number(major) << 8) | Number(minor)).catch(() => undefined);
			if (made !== undefined) await sys.chmod(`/dev/${name}`, 0o666);
		}
		await sys.mount("tmpfs", "/w", "tmpfs", 0, "mode=755");
		await sys.chdir("/w");
		const [read, write] = await sys.pipe2(0);
		const input = await sys.open("/dev/null", 0);
		const pid = await sys.spawn(path, only ? [path, "/w", only] : [path, "/w"], [], { fds: [input, write, write], setsid: true });
		await sys.close(write);
		for (;;) {
			const bytes = await sys.read(read, 65536);
			if (bytes.length === 0) break;
			for (const byte of bytes) output += String.fromCharCode(byte);
		}
		const { status } = await sys.wait4(pid);
		code = status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
		return 0;
	});
	return parse(output, code);
}
