// cpu-*: whole programs from exec to exit, on our processor under our kernel and on the machine's own.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HostOutput } from "../../engine/boot/streams";
import { createCpu } from "../../engine/cpu";
import type { Inode } from "../../engine/fs/vfs/types";
import { FileDescription } from "../../engine/kernel/file/description";
import { testMachine } from "../engine/kernel/proc/machine";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { compiled, timeNative } from "./native";

interface Program {
	name: string;
	/** Path in the machine and its arguments. */
	argv: string[];
	/** Where the real one is on this machine. */
	file: string;
}

const ROUNDS = 3;

export function cpuBench(folder: string): Bench {
	const busybox = join(folder, ".drydock/debian/busybox-static/root/bin/busybox");
	const awk = 'BEGIN { for (i = 0; i < 20000; i++) { s += i % 7; a[i % 100] = i "x" } print s, length(a[3]) }';
	return {
		names: ["cpu-sieve", "cpu-sha256", "cpu-awk", "mips-sieve", "echo-cold", "echo-warm"],
		measure: async (wanted) => {
			const programs: Program[] = [
				{ name: "cpu-sieve", argv: ["/sieve", "10"], file: compiled("sieve", folder) },
				{ name: "cpu-sha256", argv: ["/sha256", "2"], file: compiled("sha256", folder) },
				{ name: "cpu-awk", argv: ["/busybox", "awk", awk], file: busybox },
			];
			const wasm = readFileSync(join(folder, "public/engine/interpreter.wasm"));
			const machine = bareMachine(wasm, { sieve: programs[0]!.file, sha256: programs[1]!.file, busybox });
			const figures: Figure[] = [];
			const cold = await machine.run(["/busybox", "echo", "hi"]);
			const real = await medianOf(ROUNDS, () => timeNative(busybox, ["echo", "hi"]) ?? Number.NaN);
			const native = Number.isNaN(real) ? null : real;
			if (wanted.has("echo-cold"))
				figures.push(figure("echo-cold", "ms", machine.compileTime + cold.ms, native, "compiling the interpreter included"));
			if (wanted.has("echo-warm")) {
				const warm = await medianOf(20, async () => (await machine.run(["/busybox", "echo", "hi"])).ms);
				figures.push(figure("echo-warm", "ms", warm, native));
			}
			for (const { name, argv, file } of programs) {
				if (!wanted.has(name) && !(name === "cpu-sieve" && wanted.has("mips-sieve"))) continue;
				await machine.run(argv);
				const runs: Array<{ ms: number; instructions: number }> = [];
				const ours = await medianOf(ROUNDS, async () => {
					const run = await machine.run(argv);
					runs.push(run);
					return run.ms;
				});
				const theirs = await medianOf(ROUNDS, () => timeNative(file, argv.slice(1)) ?? Number.NaN);
				if (wanted.has(name)) figures.push(figure(name, "ms", ours, Number.isNaN(theirs) ? null : theirs));
				if (name === "cpu-sieve" && wanted.has("mips-sieve")) {
					const { instructions } = runs[0]!;
					const realMips = Number.isNaN(theirs) ? null : instructions / theirs / 1000;
					figures.push(
						figure(
							"mips-sieve",
							"MIPS",
							instructions / ours / 1000,
							realMips,
							"millions of instructions a second; higher is better",
						),
					);
				}
			}
			await machine.end();
			return figures;
		},
	};
}

/** A kernel with nothing but these programs in its root. */
function bareMachine(wasm: Uint8Array, programs: Record<string, string>) {
	const began = performance.now();
	const cpu = createCpu({ module: new WebAssembly.Module(wasm as BufferSource) as never });
	const compileTime = performance.now() - began;
	const machine = testMachine({ cpu });
	const { root } = machine.rootFs;
	for (const [name, file] of Object.entries(programs)) {
		const inode = root.make(name, { mode: 0o100755, uid: 0, gid: 0 }) as Inode;
		inode.write(0, readFileSync(file));
	}
	return {
		compileTime,
		run: async (argv: string[]): Promise<{ ms: number; instructions: number }> => {
			const before = cpu.executed;
			const start = performance.now();
			const status = await new Promise<number>((resolve) => {
				const sink = () => new FileDescription(new HostOutput((_bytes, taken) => taken()), 1);
				const process = machine.kernel.spawn({
					path: argv[0],
					argv,
					env: ["PATH=/"],
					cwd: "/",
					fds: [sink(), sink(), sink()],
					onExit: resolve,
				});
				if (typeof process === "number") resolve(process);
			});
			if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}`);
			return { ms: performance.now() - start, instructions: cpu.executed - before };
		},
		end: () => machine.shutdown(),
	};
}
