// cpu-*: whole programs from exec to exit, on our processor under our kernel and on the machine's own.

import { join } from "node:path";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { bareMachine, type Run } from "./machine";
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
		names: ["cpu-sieve", "cpu-sha256", "cpu-awk", "mips-sieve", "mips-awk", "echo-cold", "echo-warm"],
		measure: async (wanted) => {
			const programs: Program[] = [
				{ name: "cpu-sieve", argv: ["/sieve", "10"], file: compiled("sieve", folder) },
				{ name: "cpu-sha256", argv: ["/sha256", "2"], file: compiled("sha256", folder) },
				{ name: "cpu-awk", argv: ["/busybox", "awk", awk], file: busybox },
			];
			const machine = bareMachine(folder, { sieve: programs[0]!.file, sha256: programs[1]!.file, busybox });
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
				const mips = name.replace("cpu-", "mips-");
				if (!wanted.has(name) && !wanted.has(mips)) continue;
				await machine.run(argv);
				const runs: Run[] = [];
				const ours = await medianOf(ROUNDS, async () => {
					const run = await machine.run(argv);
					runs.push(run);
					return run.ms;
				});
				const theirs = await medianOf(ROUNDS, () => timeNative(file, argv.slice(1)) ?? Number.NaN);
				if (wanted.has(name)) figures.push(figure(name, "ms", ours, Number.isNaN(theirs) ? null : theirs));
				if (!wanted.has(mips)) continue;
				const { instructions } = runs[0]!;
				const realMips = Number.isNaN(theirs) ? null : instructions / theirs / 1000;
				figures.push(
					figure(mips, "MIPS", instructions / ours / 1000, realMips, "millions of instructions a second; higher is better"),
				);
			}
			await machine.end();
			return figures;
		},
	};
}
