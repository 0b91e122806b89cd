// The machine as the page sees it: starts the worker, turns calls into messages and answers into promises.
// Life: off → starting → ready | failed; reset and close end the worker, and reset starts another.

import { messageOf } from "../../lib/errors";
import type { TraceEvent } from "../../trace/event";
import { fetchAsset, fetchModule } from "./assets";
import type {
	CallSelection,
	CodeListing,
	FileEntry,
	HotCode,
	Machine,
	MachineConsole,
	MachineStatus,
	MountInfo,
	PortRequest,
	PortResponse,
	ProcessInfo,
} from "./facade";
import { acquireOwnership, type Ownership } from "./lock";
import type { FromWorker, ToWorker, WireError } from "./wire";

/** As many events as the recorder in the worker keeps. */
const TRACE_KEPT = 20_000;

export class BrowserMachine implements Machine {
	private worker: Worker | undefined;
	private ownership: Ownership | undefined;
	private current: MachineStatus = { phase: "off" };
	private readonly statusListeners = new Set<(status: MachineStatus) => void>();
	private readonly calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
	private nextCall = 1;
	private readonly consoles = new Map<number, WorkerConsole>();
	private trace: TraceEvent[] = [];
	private readonly traceListeners = new Set<(events: TraceEvent[]) => void>();

	/** @param assets address that the machine's files and the worker's code are fetched from: system.tar.gz, tools/, worker/ */
	constructor(private readonly assets: string) {}

	status(): MachineStatus {
		return this.current;
	}
	onStatus(listener: (status: MachineStatus) => void): () => void {
		this.statusListeners.add(listener);
		return () => this.statusListeners.delete(listener);
	}

	/** Boots; a second call while it runs does nothing. Whether it came up is in the status. */
	async start(): Promise<void> {
		if (this.worker || this.current.phase === "starting") return;
		this.become({ phase: "starting", step: "lock" });
		// its code, the machine's files and the lock are waited for together
		const worker = new Worker(new URL("worker/main.js", new URL(this.assets, location.href)), {
			type: "module",
			name: "drydock",
		});
		this.worker = worker;
		worker.onerror = (event) => {
			event.preventDefault();
			if (event.message) this.fail(event.message);
			else this.fail("the machine's code did not load", { unloaded: true });
		};
		const files = this.fetchFiles();
		files.catch(() => {});
		this.ownership ??= await acquireOwnership();
		if (this.worker !== worker) return;
		const kept = this.ownership !== undefined;
		// Asks once; a browser may say no, and says so in the status.
		if (kept) navigator.storage?.persist?.().catch(() => false);
		this.trace = [];
		worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data, kept);
		try {
			const { system, interpreter } = await files;
			if (this.worker !== worker) return;
			const assets = new URL(this.assets, location.href).href;
			worker.postMessage({ kind: "boot", kept, system, interpreter, assets } satisfies ToWorker, [system.buffer]);
		} catch (error) {
			if (this.worker === worker) this.fail(messageOf(error), { exportable: kept });
		}
	}
	private async fetchFiles(): Promise<{ system: Uint8Array<ArrayBuffer>; interpreter: WebAssembly.Module }> {
		const base = new URL(this.assets, location.href);
		const told = (progress: number): void => {
			if (this.current.phase === "starting") this.become({ phase: "starting", step: "files", progress });
		};
		const [system, interpreter] = await Promise.all([
			fetchAsset(new URL("system.tar.gz", base), told),
			fetchModule(new URL("worker/interpreter.wasm", base)),
		]);
		return { system, interpreter };
	}

	async openConsole(size: { rows: number; cols: number }): Promise<MachineConsole> {
		const id = await this.call<number>("openConsole", size);
		const opened = new WorkerConsole(id, (method, ...args) => void this.call(method, ...args).catch(() => {}));
		this.consoles.set(id, opened);
		return opened;
	}
	run(
		command: string,
		options?: { timeoutMs?: number; stdin?: Uint8Array },
	): Promise<{ code: number; stdout: string; stderr: string }> {
		return this.call("run", command, options);
	}
	docker(
		method: string,
		path: string,
		body?: unknown,
	): Promise<{ status: number; headers: Record<string, string>; body: string }> {
		return this.call("docker", method, path, body);
	}
	fetchPort(port: number, request?: PortRequest): Promise<PortResponse> {
		return this.call("fetchPort", port, request);
	}
	readFile(path: string, limit?: number): Promise<Uint8Array> {
		return this.call("readFile", path, limit);
	}
	readFiles(paths: readonly string[]): Promise<Array<Uint8Array | undefined>> {
		return this.call("readFiles", paths);
	}
	list(path: string): Promise<FileEntry[]> {
		return this.call("list", path);
	}
	processes(): Promise<ProcessInfo[]> {
		return this.call("processes");
	}
	mounts(pid: number): Promise<MountInfo[]> {
		return this.call("mounts", pid);
	}
	watchTrace(seq: number, listener: (events: TraceEvent[]) => void): () => void {
		const kept = this.trace.filter((event) => event.seq > seq);
		if (kept.length > 0) queueMicrotask(() => listener(kept));
		this.traceListeners.add(listener);
		return () => this.traceListeners.delete(listener);
	}
	traceCalls(selection: CallSelection | null): Promise<void> {
		return this.call("traceCalls", selection);
	}
	watchCode(pid: number | null): Promise<void> {
		return this.call("watchCode", pid);
	}
	hotCode(): Promise<HotCode | undefined> {
		return this.call("hotCode");
	}
	listCode(address: number): Promise<CodeListing | undefined> {
		return this.call("listCode", address);
	}
	async exportState(): Promise<Uint8Array> {
		if (this.current.phase !== "failed") return this.call("exportState");
		const [{ IndexedDbStorage }, { storedAsTar }] = await Promise.all([import("./storage"), import("./export")]);
		const storage = await IndexedDbStorage.open();
		try {
			return await storedAsTar(storage);
		} finally {
			storage.close();
		}
	}

	async reset(): Promise<void> {
		const kept = this.ownership !== undefined;
		this.stop();
		this.become({ phase: "off" });
		if (kept) {
			const { IndexedDbStorage } = await import("./storage");
			await IndexedDbStorage.destroy();
		}
		await this.start();
	}
	/** Gives up this tab's own machine and tries to be the owner of the stored one. */
	async restart(): Promise<void> {
		this.stop();
		this.become({ phase: "off" });
		await this.start();
	}
	async close(): Promise<void> {
		if (this.current.phase === "ready") await this.call("shutdown");
		this.stop();
		this.ownership?.release();
		this.ownership = undefined;
		this.become({ phase: "off" });
	}

	private stop(): void {
		this.worker?.terminate();
		this.worker = undefined;
		const gone = new Error("the machine was switched off");
		for (const call of this.calls.values()) call.reject(gone);
		this.calls.clear();
		for (const opened of this.consoles.values()) opened.exit(129);
		this.consoles.clear();
	}

	private call<T>(method: string, ...args: unknown[]): Promise<T> {
		if (!this.worker) return Promise.reject(new Error("the machine is off"));
		const id = this.nextCall++;
		return new Promise<T>((resolve, reject) => {
			this.calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
			this.post({ kind: "call", id, method, args });
		});
	}
	private post(message: ToWorker): void {
		this.worker?.postMessage(message);
	}

	private receive(message: FromWorker, kept: boolean): void {
		switch (message.kind) {
			case "starting":
				this.become({ phase: "starting", step: message.step, progress: message.progress });
				return;
			case "ready":
				this.become({ phase: "ready", kept, since: message.since, storage: message.storage });
				return;
			case "storage":
				if (this.current.phase === "ready") this.become({ ...this.current, storage: message.storage });
				return;
			case "failed":
				this.become({ phase: "failed", reason: message.reason, exportable: message.exportable });
				return;
			case "answer":
				this.settle(message.id)?.resolve(message.value);
				return;
			case "error":
				this.settle(message.id)?.reject(errorFromWire(message.error));
				return;
			case "trace":
				this.keepTrace(message.events);
				return;
			case "console.data":
				this.consoles.get(message.console)?.data(message.bytes);
				return;
			case "console.exit":
				this.consoles.get(message.console)?.exit(message.code);
				this.consoles.delete(message.console);
		}
	}
	private settle(id: number): { resolve(value: unknown): void; reject(error: Error): void } | undefined {
		const call = this.calls.get(id);
		this.calls.delete(id);
		return call;
	}
	private keepTrace(events: TraceEvent[]): void {
		// System calls are many, and of use while they are watched only.
		this.trace.push(...events.filter(({ type }) => type !== "syscall"));
		if (this.trace.length > TRACE_KEPT * 1.25) this.trace = this.trace.slice(-TRACE_KEPT);
		for (const listener of this.traceListeners) listener(events);
	}
	/** `exportable`: a kept disk, which has not been touched, can be put aside. */
	private fail(reason: string, why: { exportable?: boolean; unloaded?: boolean } = {}): void {
		this.stop();
		this.become({ phase: "failed", reason, exportable: false, ...why });
	}
	private become(status: MachineStatus): void {
		this.current = status;
		for (const listener of this.statusListeners) listener(status);
	}
}

/** An error from the worker; `engineKind` tells what kind it was there. */
export class MachineError extends Error {
	override readonly name = "MachineError";
	constructor(
		message: string,
		readonly engineKind?: string,
		readonly detail?: Record<string, unknown>,
	) {
		super(message);
	}
}
const errorFromWire = (error: WireError): Error => new MachineError(error.message, error.engineKind, error.detail);

class WorkerConsole implements MachineConsole {
	private readonly dataListeners = new Set<(bytes: Uint8Array, taken: () => void) => void>();
	private readonly exitListeners = new Set<(code: number) => void>();
	/** What came before anybody listened. */
	private early: Uint8Array[] = [];

	constructor(
		private readonly id: number,
		private readonly send: (method: string, ...args: unknown[]) => void,
	) {}

	onData(listener: (bytes: Uint8Array, taken: () => void) => void): () => void {
		this.dataListeners.add(listener);
		for (const bytes of this.early.splice(0)) listener(bytes, this.taken);
		return () => this.dataListeners.delete(listener);
	}
	onExit(listener: (code: number) => void): () => void {
		this.exitListeners.add(listener);
		return () => this.exitListeners.delete(listener);
	}
	write(bytes: Uint8Array): void {
		this.send("console.write", this.id, bytes);
	}
	resize(size: { rows: number; cols: number }): void {
		this.send("console.resize", this.id, size);
	}
	close(): void {
		this.send("console.close", this.id);
	}
	data(bytes: Uint8Array): void {
		if (this.dataListeners.size === 0) this.early.push(bytes);
		for (const listener of this.dataListeners) listener(bytes, this.taken);
	}
	private readonly taken = (): void => this.send("console.taken", this.id, 1);
	exit(code: number): void {
		for (const listener of this.exitListeners) listener(code);
	}
}
