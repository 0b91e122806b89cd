// The worker's half of the border: each call of the page has a row here, and what happens in the host goes out as messages.

import type { Host, HostConsole } from "../../boot/host";
import { EngineError } from "../../lib/errors";
import type { TraceEvent } from "../../trace/event";
import type { CallSelection, PortRequest } from "./facade";
import type { CallRequest, FromWorker, WireError } from "./wire";

type Post = (message: FromWorker, transfer?: Transferable[]) => void;
export type Answerer = (call: CallRequest) => Promise<void>;

/** Answers calls on `host` through `post`, and passes its events on. */
export function answerer(host: Host, post: Post): Answerer {
	const calls = callTable(host, post);
	forwardTrace(host, post);
	return async ({ id, method, args }) => {
		try {
			const handler = Object.hasOwn(calls, method) ? calls[method] : undefined;
			if (!handler) throw new Error(`the machine has no call named ${method}`);
			post({ kind: "answer", id, value: await handler(...args) });
		} catch (error) {
			post({ kind: "error", id, error: wireError(error) });
		}
	};
}

// biome-ignore lint/suspicious/noExplicitAny: arguments come over the border in the types that client.ts sends
type CallTable = Record<string, (...args: any[]) => unknown>;

function callTable(host: Host, post: Post): CallTable {
	const consoles = new Consoles(host, post);
	return {
		openConsole: (size: { rows: number; cols: number }) => consoles.open(size),
		"console.write": (id: number, bytes: Uint8Array) => consoles.get(id)?.write(bytes),
		"console.resize": (id: number, size: { rows: number; cols: number }) => consoles.get(id)?.resize(size),
		"console.close": (id: number) => consoles.get(id)?.close(),
		"console.taken": (id: number, pieces: number) => consoles.taken(id, pieces),
		run: (command: string, options?: { timeoutMs?: number; stdin?: Uint8Array }) => host.run(command, options),
		docker: (method: string, path: string, body?: unknown) => host.docker(method, path, body),
		fetchPort: (port: number, request?: PortRequest) => host.fetchPort(port, request),
		readFile: (path: string, limit?: number) => host.readFile(path, limit),
		readFiles: (paths: readonly string[]) => host.readFiles(paths),
		list: (path: string) => host.list(path),
		processes: () => host.processes(),
		mounts: (pid: number) => host.mounts(pid),
		traceCalls: (selection: CallSelection | null) => host.traceCalls(selection),
		watchCode: (pid: number | null) => host.watchCode(pid),
		hotCode: () => host.hotCode(),
		listCode: (address: number) => host.listCode(address),
		exportState: () => host.exportState(),
		commit: () => host.commit(),
		shutdown: () => host.shutdown(),
	};
}

/** Consoles by number. Output that the page has not taken yet holds the program back, so that a flood cannot drown the page. */
class Consoles {
	private readonly open_ = new Map<number, { console: HostConsole; waiting: Array<() => void> }>();
	private next = 1;

	constructor(
		private readonly host: Host,
		private readonly post: Post,
	) {}

	open(size: { rows: number; cols: number }): number {
		const id = this.next++;
		const console = this.host.openConsole(size);
		const waiting: Array<() => void> = [];
		this.open_.set(id, { console, waiting });
		console.onData((bytes, taken) => {
			waiting.push(taken);
			this.post({ kind: "console.data", console: id, bytes });
		});
		console.onExit((code) => {
			this.open_.delete(id);
			this.post({ kind: "console.exit", console: id, code });
		});
		return id;
	}
	get(id: number): HostConsole | undefined {
		return this.open_.get(id)?.console;
	}
	taken(id: number, pieces: number): void {
		for (const taken of this.open_.get(id)?.waiting.splice(0, pieces) ?? []) taken();
	}
}

const TRACE_EVERY_MS = 30;

/** Events go in batches: one message for what happened within a few milliseconds. */
function forwardTrace(host: Host, post: Post): void {
	let batch: TraceEvent[] = host.recorder.since(0);
	let waiting = false;
	const send = (): void => {
		waiting = false;
		const events = batch;
		batch = [];
		post({ kind: "trace", events });
	};
	if (batch.length > 0) send();
	host.recorder.listen((event) => {
		batch.push(event);
		if (waiting) return;
		waiting = true;
		setTimeout(send, TRACE_EVERY_MS);
	});
}

function wireError(error: unknown): WireError {
	if (error instanceof EngineError)
		return { name: error.name, message: error.message, engineKind: error.kind, detail: error.detail };
	if (error instanceof Error) return { name: error.name, message: error.message };
	return { name: "Error", message: String(error) };
}
