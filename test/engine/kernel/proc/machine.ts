// A machine for the kernel's tests: a root file system in memory, a seeded port, and whatever programs the test brings.

import { MemFs } from "../../../../engine/fs/memfs/memfs";
import { createKernel, type MachineKernel, type MachineOptions, nativeFile } from "../../../../engine/kernel/index";
import { configureHost, createNet } from "../../../../engine/kernel/net";
import { fileSystemTypes } from "../../../../engine/kernel/pseudo";
import type { Process } from "../../../../engine/kernel/task";
import type { Port } from "../../../../engine/port";
import type { NativeMain } from "../../../../engine/sys";
import { Recorder } from "../../../../engine/trace/recorder";

/** Real time, seeded chance, no storage and no network. */
export function testPort(): Port {
	let seed = 0x2545f491;
	return {
		clock: {
			now: () => Date.now(),
			monotonic: () => performance.now(),
			timer(ms, callback) {
				const handle = setTimeout(callback, ms);
				return { cancel: () => clearTimeout(handle) };
			},
		},
		random(into) {
			for (let i = 0; i < into.length; i++) {
				seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
				into[i] = seed >>> 24;
			}
			return into;
		},
		storage: {} as Port["storage"],
		fetch: () => Promise.reject(new Error("no network")),
		turn: () => new Promise((resolve) => setImmediate(resolve)),
	};
}

export interface TestMachine {
	kernel: MachineKernel;
	recorder: Recorder;
	rootFs: MemFs;
	/** Runs a native program as a child of PID 1 to its end; gives its wait(2) status. */
	run(main: NativeMain, argv?: string[]): Promise<number>;
	shutdown(): Promise<void>;
}

export function testMachine(options: Partial<MachineOptions> = {}): TestMachine {
	const port = options.port ?? testPort();
	const recorder = new Recorder(() => port.clock.monotonic());
	let device = 20;
	const rootFs =
		(options.rootFs as MemFs | undefined) ??
		new MemFs({ now: () => BigInt(Date.now()) * 1_000_000n, newDevice: () => ++device }, { mode: 0o755 });
	const kernel = createKernel({
		port,
		trace: recorder,
		rootFs,
		hostname: "testhost",
		memoryBytes: 1 << 30,
		natives: {},
		createNet,
		fileSystemTypes: fileSystemTypes(),
		...options,
	});
	const init: NativeMain = async (sys) => {
		for (;;) {
			try {
				await sys.wait4(-1);
			} catch {
				await sys.nanosleep(20);
			}
		}
	};
	configureHost(kernel.machine.initial.net);
	kernel.spawn({ main: init, argv: ["init"] });
	const ended = kernel.run();
	return {
		kernel,
		recorder,
		rootFs,
		run: (main, argv = ["test"]) =>
			new Promise((resolve, reject) => {
				let thrown: unknown;
				const guarded: NativeMain = async (sys, args, env) => {
					try {
						return await main(sys, args, env);
					} catch (error) {
						thrown = error;
						return 255;
					}
				};
				const started = kernel.spawn({
					main: guarded,
					argv,
					onExit: (status) => (thrown ? reject(thrown as Error) : resolve(status)),
				});
				if (typeof started === "number") reject(new Error(`spawn: ${started}`));
			}),
		async shutdown() {
			kernel.shutdown();
			await ended;
		},
	};
}

/** Puts a file there, directories on the way included. */
export function put(fs: MemFs, path: string, content: Uint8Array | string, mode = 0o644): void {
	const names = path.split("/").filter(Boolean);
	const last = names.pop()!;
	let at = fs.root as import("../../../../engine/fs/vfs/types").Inode;
	for (const name of names) {
		const found = at.lookup(name);
		const next = typeof found === "number" ? at.make(name, { mode: 0o40755, uid: 0, gid: 0 }) : found;
		if (typeof next === "number") throw new Error(`${path}: ${next}`);
		at = next;
	}
	const file = at.make(last, { mode: 0o100000 | mode, uid: 0, gid: 0 });
	if (typeof file === "number") throw new Error(`${path}: ${file}`);
	file.write(0, typeof content === "string" ? new TextEncoder().encode(content) : content);
}
export const putNative = (fs: MemFs, path: string, name: string): void => put(fs, path, nativeFile(name), 0o755);
export type { Process };
