// Wires one host together: disk and system files under an overlay, processor, kernel, native programs; then starts PID 1 and
// waits until the daemons answer. The only importer of everything.

import { Agent } from "./boot/agent";
import { callFilter } from "./boot/calls";
import { machineClock } from "./boot/clock";
import { CodeWatch } from "./boot/code";
import { runOnHost, spawnOnHost } from "./boot/command";
import { openConsole } from "./boot/console";
import type { BootOptions, Host } from "./boot/host";
import { mounts, processes } from "./boot/inspect";
import { natives } from "./boot/natives";
import { forwardPublished } from "./boot/published";
import { machineRoot } from "./boot/root";
import { lentContext } from "./boot/site";
import { HostInput, HostOutput } from "./boot/streams";
import { KeptTranslations } from "./boot/translations";
import type { Contents } from "./boot/unpack";
import { createCpu, versionOf } from "./cpu";
import { openDisk } from "./fs/disk/disk";
import { createKernel, type MachineKernel } from "./kernel";
import { FileDescription } from "./kernel/file/description";
import { configureHost, createNet } from "./kernel/net";
import { fileSystemTypes } from "./kernel/pseudo";
import { collect, concat, text } from "./lib/bytes";
import { digestOf, useHashers } from "./lib/digest";
import { gunzip } from "./lib/gzip";
import { O } from "./lib/linux";
import { StorageFull } from "./port";
import { shellCode } from "./sys";
import { Recorder } from "./trace/recorder";

export type { BootOptions, Host, HostConsole, HostProcess } from "./boot/host";

const MEMORY = 2 * 2 ** 30;
/** A power cut loses at most so much: what is dirty is committed this often. */
const COMMIT_EVERY_MS = 1000;
/** In a hurry the shell's prompt comes first, and then what may be typed at it. */
const READ_LATER_MS = 1500;
/** Of what init prints, for the error when the machine does not come up. */
const LOG_KEPT = 4000;

/** @throws Error when the stored disk cannot be read or a daemon does not come up */
export async function boot(options: BootOptions): Promise<Host> {
	const { assets, progress = () => {} } = options;
	const clock = machineClock(options.port.clock);
	const port = { ...options.port, clock };
	if (port.hasher) useHashers(port.hasher);
	const began = port.clock.monotonic();
	const recorder = new Recorder(() => port.clock.monotonic() - began);

	progress("disk");
	let devices = 0;
	const context = { now: () => BigInt(Math.round(port.clock.now() * 1000)) * 1000n, newDevice: () => ++devices };
	const disk = await openDisk(port.storage, context);
	let arrived = (): void => {};
	const contents: Contents = { fetch: (digest) => fileContent(assets, digest), settled: () => arrived() };
	const own = options.sandbox === undefined ? [] : [lentContext(options.sandbox)];
	const root = await machineRoot(assets.system, contents, disk, context, own, port.gunzip);

	progress("kernel");
	let ready = (): void => {};
	const up = new Promise<void>((resolve) => {
		ready = resolve;
	});
	const programs = natives({ port, trace: recorder, registries: options.registries, ready });
	// where not asked to wait with it, all is read before the first instruction: how long it takes is then no part of the run
	if (!options.hurried) await programs.readLater();
	const version = versionOf(assets.interpreter);
	const translations = version === undefined ? undefined : new KeptTranslations(port.storage, version);
	const cpu = createCpu({
		module: assets.interpreter,
		aside: true,
		...(translations && { keeper: translations }),
		...(options.tier && { tier: options.tier }),
	});
	const kernel = createKernel({
		port,
		cpu,
		trace: recorder,
		rootFs: root,
		rootSource: "overlay",
		hostname: options.hostname ?? "drydock",
		memoryBytes: options.memory ?? MEMORY,
		natives: programs.mains,
		fileSystemTypes: fileSystemTypes({ disk: disk.fs, trace: recorder }),
		createNet,
	});
	configureHost(kernel.machine.initial.net);
	arrived = () => kernel.machine.arrivals.wake();
	const running = kernel.run();

	progress("daemons");
	const agent = new Agent(
		options.sandbox === undefined || !port.connect ? undefined : { connect: port.connect, trace: recorder },
	);
	await startInit(kernel, up);
	kernel.spawn({ main: agent.main, argv: ["/sbin/drydock-agent"], cwd: "/", setsid: true });
	const sleep = (ms: number): Promise<void> => new Promise((done) => void port.clock.timer(ms, done));
	const stopForwarding = port.listen ? forwardPublished(agent, port.listen, sleep) : async () => {};
	const code = new CodeWatch(kernel, () => port.clock.monotonic());
	/** The learner's files are worth more than what makes them faster. */
	const commit = async (): Promise<void> => {
		await disk.commit().catch(async (error: unknown) => {
			if (!translations || !(error instanceof StorageFull)) throw error;
			await translations.giveWay();
			await disk.commit();
		});
		await translations?.commit();
	};
	const stopCommits = commitRegularly(port.clock, commit);
	port.clock.timer(READ_LATER_MS, () => {
		void programs.readLater().catch(() => {});
		void translations?.load(cpu).catch(() => {});
	});

	return {
		recorder,
		openConsole: (size) => openConsole(kernel, size),
		spawn: (argv, streams) => spawnOnHost(kernel, argv, streams),
		run: (command, settings) => runOnHost(kernel, command, settings),
		connect: (path) => agent.connect(path),
		docker: (method, path, body) => agent.docker(method, path, body),
		fetchPort: (port, request = {}) => agent.fetchPort(port, request),
		readFile: (path, limit) => agent.readFile(path, limit),
		readFiles: (paths) => agent.readFiles(paths),
		list: (path) => agent.list(path),
		processes: () => processes(kernel),
		mounts: async (pid) => mounts(text(await agent.readFile(`/proc/${pid}/mounts`))),
		traceCalls: (selection) => {
			kernel.machine.traceSyscalls = callFilter(selection);
		},
		watchCode: (pid) => code.watch(pid),
		hotCode: () => code.report(),
		listCode: (address) => code.listing(address),
		commit,
		exportState: () => exportState(kernel),
		shutdown: async () => {
			stopCommits();
			await stopForwarding();
			kernel.shutdown();
			await running;
			await commit().finally(() => clock.stop());
		},
	};
}

/** @throws Error when it cannot be had, or arrives damaged */
async function fileContent({ file }: BootOptions["assets"], digest: string): Promise<Uint8Array> {
	if (!file) throw new Error(`${digest}: this machine was given no such file`);
	const content = await collect(gunzip([await file(digest)]));
	if (digestOf(content) !== `sha256:${digest}`) throw new Error(`${digest}: the file arrived damaged`);
	return content;
}

/** @throws Error with what init said when it ended before the daemons were up */
function startInit(kernel: MachineKernel, up: Promise<void>): Promise<void> {
	return new Promise((resolve, reject) => {
		let said = "";
		const console = new FileDescription(
			new HostOutput((bytes, taken) => {
				said = (said + text(bytes)).slice(-LOG_KEPT);
				taken();
			}),
			O.WRONLY,
		);
		const process = kernel.spawn({
			path: "/sbin/init",
			argv: ["/sbin/init"],
			env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
			cwd: "/",
			fds: [new FileDescription(new HostInput(), O.RDONLY), console, console],
			setsid: true,
			onExit: (status) => reject(new Error(`init ended with ${shellCode(status)}: ${said.trim()}`)),
		});
		if (typeof process === "number") return reject(new Error(`/sbin/init could not be started: errno ${-process}`));
		up.then(resolve);
	});
}

function commitRegularly(clock: BootOptions["port"]["clock"], commit: () => Promise<void>): () => void {
	let timer = clock.timer(COMMIT_EVERY_MS, tick);
	let stopped = false;
	function tick(): void {
		// a full storage shows itself to the programs as ENOSPC; the next tick tries again
		void commit()
			.catch(() => {})
			.then(() => {
				if (!stopped) timer = clock.timer(COMMIT_EVERY_MS, tick);
			});
	}
	return () => {
		stopped = true;
		timer.cancel();
	};
}

async function exportState(kernel: MachineKernel): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	const errors: Uint8Array[] = [];
	const keep = (into: Uint8Array[]) => (bytes: Uint8Array, taken: () => void) => {
		into.push(bytes);
		taken();
	};
	const tar = spawnOnHost(kernel, ["/bin/tar", "-c", "-f", "-", "-C", "/", "etc", "home", "root", "var"], {
		stdout: keep(parts),
		stderr: keep(errors),
	});
	tar.end();
	if ((await tar.exited) !== 0) throw new Error(text(await collect(errors)));
	return concat(parts);
}
