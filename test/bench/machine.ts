// A kernel with nothing but a few files of this machine in its root, for figures of programs.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { HostInput, HostOutput } from "../../engine/boot/streams";
import { type CpuOptions, createCpu } from "../../engine/cpu";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../../engine/fs/vfs/mode";
import type { Inode } from "../../engine/fs/vfs/types";
import type { NativeMain } from "../../engine/sys";
import { put, testMachine } from "../engine/kernel/proc/machine";

const MEMORY = 2 * 2 ** 30;
const [O_RDONLY, O_WRONLY] = [0, 1];

let module: WebAssembly.Module | undefined;
let warmth = 0;
/** Of processor time: what the engine below takes to optimise the interpreter, at most. */
const WARM_MS = 6000;
const cpuMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1000;

export interface Run {
	ms: number;
	instructions: number;
}
export interface BareMachine {
	/** Milliseconds that compiling the interpreter took. */
	compileTime: number;
	/** To its end. @throws Error when it ends with anything but 0 */
	run(argv: string[]): Promise<Run>;
	/** Again and again, until the interpreter is as fast as it gets. */
	warm(argv: string[]): Promise<void>;
	/** A native program of the test's own. @throws Error as run() does */
	runNative(main: NativeMain): Promise<void>;
	end(): Promise<void>;
}

export interface MachineFeatures {
	/** Folders whose contents lie in the machine's root, as those of packages do. */
	roots?: readonly string[];
	/** Which tiers of the processor execute; as it comes by default. */
	tier?: CpuOptions["tier"];
}

/** @param files paths in the machine → paths here */
export function bareMachine(
	folder: string,
	files: Record<string, string>,
	{ roots = [], tier }: MachineFeatures = {},
): BareMachine {
	// As bin/drydock does; in Chromium, and from V8 14 on, it is there.
	if (Number.parseInt(process.versions.v8, 10) < 14) setFlagsFromString("--experimental-wasm-branch-hinting");
	const began = performance.now();
	// One for all machines of a run, as a page has one: the engine below optimises it once, in the background.
	module ??= new WebAssembly.Module(readFileSync(join(folder, "public/engine/interpreter.wasm")) as BufferSource);
	const compileTime = performance.now() - began;
	const cpu = createCpu({ module: module as never, ...(tier && { tier }) });
	const machine = testMachine({ cpu, memoryBytes: MEMORY });
	machine.rootFs.root.make("dev", { mode: 0o40755, uid: 0, gid: 0 });
	(machine.rootFs.root.lookup("dev") as Inode).make("null", { mode: 0o20666, uid: 0, gid: 0, rdev: (1 << 8) | 3 });
	for (const [path, from] of Object.entries(files)) put(machine.rootFs, path, readFileSync(from), 0o755);
	for (const root of roots) copy(machine.rootFs.root, root);
	return {
		compileTime,
		async run(argv) {
			const before = cpu.executed;
			const start = performance.now();
			let said = "";
			const status = await new Promise<number>((resolve) => {
				const sink = () =>
					machine.kernel.pipeEnd(
						new HostOutput((bytes, taken) => {
							said = (said + Buffer.from(bytes).toString()).slice(-1000);
							taken();
						}),
						O_WRONLY,
					);
				const input = new HostInput();
				input.end();
				const fds = [machine.kernel.pipeEnd(input, O_RDONLY), sink(), sink()];
				const process = machine.kernel.spawn({ path: argv[0], argv, env: ["PATH=/bin:/"], cwd: "/", fds, onExit: resolve });
				if (typeof process === "number") resolve(process);
			});
			if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}: ${said}`);
			return { ms: performance.now() - start, instructions: cpu.executed - before };
		},
		async warm(argv) {
			while (warmth < WARM_MS) {
				const start = cpuMs();
				await this.run(argv);
				warmth += cpuMs() - start;
			}
		},
		async runNative(main) {
			const status = await machine.run(main);
			if (status !== 0) throw new Error(`a native program ended with ${status}`);
		},
		end: () => machine.shutdown(),
	};
}

/** All that is in a folder, into a directory that may have some of it. */
function copy(into: Inode, folder: string): void {
	for (const name of readdirSync(folder)) {
		const from = join(folder, name);
		const stat = lstatSync(from);
		const mode = stat.mode & 0o777;
		if (stat.isSymbolicLink()) into.make(name, { mode: S_IFLNK | 0o777, uid: 0, gid: 0, target: readlinkSync(from) });
		else if (stat.isDirectory()) {
			const known = into.lookup(name);
			const made = typeof known === "number" ? into.make(name, { mode: S_IFDIR | mode, uid: 0, gid: 0 }) : known;
			copy(made as Inode, from);
		} else {
			const file = into.make(name, { mode: S_IFREG | mode, uid: 0, gid: 0 });
			(file as Inode).adopt?.(new Uint8Array(readFileSync(from)));
		}
	}
}
