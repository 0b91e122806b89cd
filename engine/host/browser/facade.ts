// The page's side of the machine: everything that React, the console and the tests may ask of the host in the worker.
// Types only; client.ts implements it over the worker's border. Values cross, no handles but the consoles.

import type { CodeListing } from "../../cpu/types";
import type { TraceEvent } from "../../trace/event";

export type MachineStatus =
	| { phase: "off" }
	| { phase: "starting"; step: string; progress?: number }
	/** `kept`: this tab owns the stored machine; a second tab's is its own and is not kept. `since`: ms since 1970. */
	| { phase: "ready"; kept: boolean; since: number; storage: { usage: number; quota: number; persistent: boolean } }
	/**
	 * The stored state could not be read, or is of another version: offer export, then a reset. `unloaded`: the machine's own code did
	 * not come, of which the browser tells no reason.
	 */
	| { phase: "failed"; reason: string; exportable: boolean; unloaded?: boolean };

export interface Machine {
	status(): MachineStatus;
	onStatus(listener: (status: MachineStatus) => void): () => void;

	/** A terminal with the host's login shell. */
	openConsole(size: { rows: number; cols: number }): Promise<MachineConsole>;
	/** Runs a command line in the host's shell without a terminal, to its end. */
	run(
		command: string,
		options?: { timeoutMs?: number; stdin?: Uint8Array },
	): Promise<{ code: number; stdout: string; stderr: string }>;
	/** One request on /var/run/docker.sock. */
	docker(
		method: string,
		path: string,
		body?: unknown,
	): Promise<{ status: number; headers: Record<string, string>; body: string }>;
	/** One HTTP request to a port of the host, such as one that a container publishes. Rejects when nobody listens there. */
	fetchPort(port: number, request?: PortRequest): Promise<PortResponse>;
	readFile(path: string, limit?: number): Promise<Uint8Array>;
	/** Many small files at one asking, in the order of their paths; undefined for one that cannot be read. */
	readFiles(paths: readonly string[]): Promise<Array<Uint8Array | undefined>>;
	/** A directory's entries with what lstat says of each. */
	list(path: string): Promise<FileEntry[]>;
	processes(): Promise<ProcessInfo[]>;
	mounts(pid: number): Promise<MountInfo[]>;

	/** The kept events after `seq`, then each new batch as it comes. */
	watchTrace(seq: number, listener: (events: TraceEvent[]) => void): () => void;

	/** Whose system calls come with the trace, as `syscall` events. Of nobody at first. */
	traceCalls(selection: CallSelection | null): Promise<void>;

	/** Measures from now on how the code of a process (its number on the host) is executed. Of nobody: null, and at first. */
	watchCode(pid: number | null): Promise<void>;
	/** What has been measured; undefined when nobody is watched, the process has ended, or it is native. */
	hotCode(): Promise<HotCode | undefined>;
	/** The code of the watched process at an address, as far as one leads there without leaving. */
	listCode(address: number): Promise<CodeListing | undefined>;

	/** Everything on the machine's disk as a tar; of a machine that did not start, what is stored, as it is. */
	exportState(): Promise<Uint8Array>;
	/** Throws the stored machine away and boots a new one. */
	reset(): Promise<void>;
	/** A clean power-off: commits the disk, ends the worker. */
	close(): Promise<void>;
}

/** All containers, or a process (its number on the host) with its descendants. */
export type CallSelection = { of: "containers" } | { of: "process"; pid: number };

export type { CodeListing, ListedBlock, ListedInstruction, ListedLine } from "../../cpu/types";

/** How a process's code was executed since it is watched. */
export interface HotCode {
	pid: number;
	argv: string[];
	/** Instructions, and of them those that ran as translated code. */
	executed: number;
	translated: number;
	/** Milliseconds on the processor, and of them those in translated code. */
	time: number;
	translatedTime: number;
	/** Where most of it went, most first. */
	functions: HotFunction[];
}
export interface HotFunction {
	address: number;
	/** Of all samples, 0 to 1. */
	share: number;
	translated: boolean;
	/** The file that is mapped there, as the process sees its path. */
	file?: string;
	/** Such as `memcpy+0x12`; undefined where the file has no names left. */
	name?: string;
}

export interface MachineConsole {
	/** `taken` says that the bytes are on the screen: until then the program may be held back. */
	onData(listener: (bytes: Uint8Array, taken: () => void) => void): () => void;
	onExit(listener: (code: number) => void): () => void;
	write(bytes: Uint8Array): void;
	resize(size: { rows: number; cols: number }): void;
	/** The terminal hangs up (SIGHUP). */
	close(): void;
}

export interface PortRequest {
	/** GET when left out. */
	method?: string;
	/** With its query; "/" when left out. */
	path?: string;
	headers?: Record<string, string>;
	body?: Uint8Array;
}
/** Redirects are not followed. Names of headers are in lower case. */
export interface PortResponse {
	status: number;
	headers: Record<string, string>;
	body: Uint8Array;
}

export interface FileEntry {
	name: string;
	type: "file" | "directory" | "symlink" | "character" | "block" | "fifo" | "socket";
	mode: number;
	uid: number;
	gid: number;
	size: number;
	/** Milliseconds since 1970. */
	mtime: number;
	ino: number;
	rdev: number;
	target?: string;
	/** trusted.overlay.opaque is set. */
	opaque?: boolean;
}
export interface ProcessInfo {
	pid: number;
	ppid: number;
	/** PID of each namespace from the host's inwards. */
	nspids: number[];
	uid: number;
	state: "R" | "S" | "T" | "t" | "Z";
	argv: string[];
	native: boolean;
	cgroup: string;
	/** kind → inode number. */
	namespaces: Record<string, number>;
}
export interface MountInfo {
	source: string;
	target: string;
	type: string;
	options: string;
}
