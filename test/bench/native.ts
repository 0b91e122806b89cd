// What the machine itself can run, for the ratios: programs compiled from C, and Debian's busybox.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** A static binary of programs/NAME.c, compiled once. @throws Error without a compiler */
export function compiled(name: string, folder: string): string {
	const out = join(folder, ".drydock/bench", name);
	if (existsSync(out)) return out;
	mkdirSync(join(folder, ".drydock/bench"), { recursive: true });
	const { status, stderr, error } = spawnSync("gcc", [
		"-O2",
		"-static",
		"-o",
		out,
		join(folder, `test/bench/programs/${name}.c`),
	]);
	if (status !== 0) throw new Error(`gcc: ${error?.message ?? stderr}`);
	return out;
}

/** Milliseconds of a program's life, or null where it cannot run here. */
export function timeNative(file: string, args: string[], env: Record<string, string> = {}): number | null {
	const began = performance.now();
	const { status } = spawnSync(file, args, { stdio: "ignore", env: { ...process.env, ...env } });
	return status === 0 ? performance.now() - began : null;
}
