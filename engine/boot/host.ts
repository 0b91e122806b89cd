// What boot.ts gives to a host (browser worker, Node, tests): one running machine. Types only.

import type { CpuOptions } from "../cpu";
import type {
	CallSelection,
	CodeListing,
	FileEntry,
	HotCode,
	MountInfo,
	PortRequest,
	PortResponse,
	ProcessInfo,
} from "../host/browser/facade";
import type { Port } from "../port";
import type { Recorder } from "../trace/recorder";
import type { Inside } from "./relay";

export interface BootOptions {
	port: Port;
	assets: {
		/** cpu's interpreterModule(), compiled. */
		interpreter: WebAssembly.Module;
		/** The machine's system files, a gzipped tar (boot/system.ts makes it). */
		system: Uint8Array;
		/** The content of a file that the archive only names, by the digest of what it is uncompressed: gzip. */
		file?: (digest: string) => Promise<Uint8Array>;
	};
	/** Where registries really are: "docker.io" → "https://the.site" (no path). Names that are not here are reached as they are. */
	registries: Record<string, string>;
	/** Where a site lends a real daemon, by the port's connect: https://the.site/api/sandbox. The host has a context "sandbox" for it. */
	sandbox?: string;
	hostname?: string;
	/** Somebody waits for a prompt: programs that no boot calls for are read after it, or when they are called. */
	hurried?: boolean;
	/** What the machine believes to have, in bytes. */
	memory?: number;
	/** Which tiers of the processor execute, where it is not to be the default. */
	tier?: CpuOptions["tier"];
	/** What is being done, in a few words, for a progress line. */
	progress?: (step: string) => void;
}

export interface Host {
	readonly recorder: Recorder;
	/** A terminal with the host's login shell. */
	openConsole(size: { rows: number; cols: number }): HostConsole;
	/** A program of the host without a terminal; streams are the caller's. */
	spawn(argv: string[], options: SpawnHostOptions): HostProcess;
	/** A command line in the host's shell, to its end. */
	run(
		command: string,
		options?: { timeoutMs?: number; stdin?: Uint8Array },
	): Promise<{ code: number; stdout: string; stderr: string }>;
	/** Connects to a UNIX socket of the host, such as /var/run/docker.sock. */
	connect(path: string): Promise<Inside>;
	/** One request on /var/run/docker.sock. */
	docker(
		method: string,
		path: string,
		body?: unknown,
	): Promise<{ status: number; headers: Record<string, string>; body: string }>;
	/** One HTTP request to a port of the host, such as one that a container publishes. @throws SysError ECONNREFUSED */
	fetchPort(port: number, request?: PortRequest): Promise<PortResponse>;
	readFile(path: string, limit?: number): Promise<Uint8Array>;
	/** Undefined for a file that cannot be read. */
	readFiles(paths: readonly string[]): Promise<Array<Uint8Array | undefined>>;
	list(path: string): Promise<FileEntry[]>;
	processes(): ProcessInfo[];
	mounts(pid: number): Promise<MountInfo[]>;
	/** Whose system calls the recorder gets. */
	traceCalls(selection: CallSelection | null): void;
	/** Whose code is measured while it is executed, and what that has shown. */
	watchCode(pid: number | null): void;
	hotCode(): HotCode | undefined;
	listCode(address: number): CodeListing | undefined;
	/** Writes what changed to the storage. @throws StorageFull */
	commit(): Promise<void>;
	/** Everything on the machine's disk as a tar. */
	exportState(): Promise<Uint8Array>;
	/** Stops the daemons, commits, ends. */
	shutdown(): Promise<void>;
}

export interface HostConsole {
	onData(listener: (bytes: Uint8Array, taken: () => void) => void): void;
	onExit(listener: (code: number) => void): void;
	write(bytes: Uint8Array): void;
	resize(size: { rows: number; cols: number }): void;
	/** The terminal hangs up (SIGHUP). */
	close(): void;
}

export interface SpawnHostOptions {
	env?: string[];
	cwd?: string;
	/** Called with output; `taken` lets the program write on. */
	stdout: (bytes: Uint8Array, taken: () => void) => void;
	stderr: (bytes: Uint8Array, taken: () => void) => void;
}
export interface HostProcess {
	readonly pid: number;
	/** To its standard input; resolves when there is room for more. */
	write(bytes: Uint8Array): Promise<void>;
	end(): void;
	kill(signal: number): void;
	/** As a shell reports it: the exit code, or 128 + signal. */
	readonly exited: Promise<number>;
}
