// The words that cross the worker's border: calls and answers by number, events by subscription. Plain data only.

import type { TraceEvent } from "../../trace/event";

/** How the worker is to boot. `kept`: the page holds the lock on the stored machine; otherwise nothing is stored. */
export interface BootRequest {
	kind: "boot";
	kept: boolean;
	/** The machine's system files and the compiled interpreter; the page fetches them while the worker's own code is on its way. */
	system: Uint8Array<ArrayBuffer>;
	interpreter: WebAssembly.Module;
	/** Absolute address that the names of the machine's further files are relative to, with a slash at its end. */
	assets: string;
}
export interface CallRequest {
	kind: "call";
	id: number;
	method: string;
	args: unknown[];
}
export type ToWorker = BootRequest | CallRequest;

export type FromWorker =
	| { kind: "starting"; step: string; progress?: number }
	| { kind: "ready"; since: number; storage: StorageUse }
	| { kind: "failed"; reason: string; exportable: boolean }
	| { kind: "storage"; storage: StorageUse }
	| { kind: "answer"; id: number; value: unknown }
	| { kind: "error"; id: number; error: WireError }
	| { kind: "trace"; events: TraceEvent[] }
	| { kind: "console.data"; console: number; bytes: Uint8Array }
	| { kind: "console.exit"; console: number; code: number };

export interface StorageUse {
	usage: number;
	quota: number;
	persistent: boolean;
}
export interface WireError {
	name: string;
	message: string;
	/** EngineError's kind, where it is one. */
	engineKind?: string;
	detail?: Record<string, unknown>;
}
