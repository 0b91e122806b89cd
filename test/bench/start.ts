// How long programs take to start: bash and python3 of Debian with their libraries, and fork, exec and wait of busybox.

import { join } from "node:path";
import { type DebianProgram, PYTHON, timeDebian, unpacked } from "./debian";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { bareMachine } from "./machine";
import { compiled, timeNative } from "./native";

const ROUNDS = 10;
/** Of fork, exec and wait in one run. */
const SPAWNS = 50;

const DYNAMIC: Readonly<Record<string, DebianProgram & { args: readonly string[] }>> = {
	"bash-start": { path: "bin/bash", args: ["-c", ":"], packages: ["bash", "libtinfo6", "libc6"] },
	"python-start": { ...PYTHON, args: ["-I", "-S", "-c", "pass"] },
};

export function startBench(folder: string): Bench {
	return {
		names: [...Object.keys(DYNAMIC), "fork-exec-wait"],
		measure: async (wanted) => {
			const figures: Figure[] = [];
			for (const [name, program] of Object.entries(DYNAMIC))
				if (wanted.has(name)) figures.push(await startOf(folder, name, program));
			if (wanted.has("fork-exec-wait")) figures.push(await forkExecWait(folder));
			return figures;
		},
	};
}

async function startOf(folder: string, name: string, { args, ...program }: DebianProgram & { args: readonly string[] }) {
	const { path } = program;
	const roots = await unpacked(folder, program.packages);
	const machine = bareMachine(folder, {}, { roots });
	await machine.warm([`/${path}`, ...args]);
	const ours = await medianOf(ROUNDS, async () => (await machine.run([`/${path}`, ...args])).ms);
	await machine.end();
	const real = await medianOf(ROUNDS, () => timeDebian(program, roots, args) ?? Number.NaN);
	return figure(name, "ms", ours, Number.isNaN(real) ? null : real, `/${path} ${args.join(" ")}, warm`);
}

async function forkExecWait(folder: string): Promise<Figure> {
	const busybox = join(folder, ".drydock/debian/busybox-static/root/bin/busybox");
	const spawn = compiled("spawn", folder);
	const machine = bareMachine(folder, { "/busybox": busybox, "/spawn": spawn });
	await machine.warm(["/spawn", "5", "/busybox", "true"]);
	const ours = await medianOf(3, async () => (await machine.run(["/spawn", String(SPAWNS), "/busybox", "true"])).ms / SPAWNS);
	await machine.end();
	const real = await medianOf(3, () => (timeNative(spawn, [String(SPAWNS), busybox, "true"]) ?? Number.NaN) / SPAWNS);
	return figure("fork-exec-wait", "ms", ours, Number.isNaN(real) ? null : real, "fork, exec and wait of busybox true");
}
