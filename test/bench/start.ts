// How long programs take to start: bash and python3 of Debian with their libraries, and fork, exec and wait of busybox.

import { join } from "node:path";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { bareMachine } from "./machine";
import { compiled, timeNative } from "./native";

const ROUNDS = 10;
/** Of fork, exec and wait in one run. */
const SPAWNS = 50;
const LIBRARIES = "lib/x86_64-linux-gnu";
const LOADER = "lib64/ld-linux-x86-64.so.2";

/** Program and arguments, and which packages bring it. */
const DYNAMIC = {
	"bash-start": { path: "bin/bash", args: ["-c", ":"], packages: ["bash", "libtinfo6", "libc6"] },
	"python-start": {
		path: "usr/bin/python3.11",
		args: ["-I", "-S", "-c", "pass"],
		packages: ["python3.11-minimal", "libpython3.11-minimal", "libexpat1", "zlib1g", "libc6"],
	},
} as const;

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

async function startOf(folder: string, name: string, { path, args, packages }: (typeof DYNAMIC)[keyof typeof DYNAMIC]) {
	const roots = await unpacked(folder, packages);
	if (!roots) throw new Error(`Debian's packages cannot be had: ${packages.join(", ")}`);
	const machine = bareMachine(folder, {}, roots);
	await machine.warm([`/${path}`, ...args]);
	const ours = await medianOf(ROUNDS, async () => (await machine.run([`/${path}`, ...args])).ms);
	await machine.end();
	// By the package's own loader, so that it is the same program with the same libraries.
	const libraries = roots.flatMap((root) => [join(root, LIBRARIES), join(root, "usr", LIBRARIES)]);
	const loader = join(roots.at(-1)!, LOADER);
	const command = ["--library-path", libraries.join(":"), join(roots[0]!, path), ...args];
	// Only python looks at it: its library, in its second package.
	const home = { PYTHONHOME: join(roots[1]!, "usr") };
	const real = await medianOf(ROUNDS, () => timeNative(loader, command, home) ?? Number.NaN);
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

async function unpacked(folder: string, packages: readonly string[]): Promise<string[] | undefined> {
	const { unpackedAll } = (await import(join(folder, "bin/setup/debian.mjs"))) as {
		unpackedAll(names: readonly string[]): Promise<string[] | undefined>;
	};
	return (await unpackedAll(packages))?.map((each) => join(each, "root"));
}
