// What two ends of lib/rpc say to each other, and how errors cross.
//
//     caller:  call … (credit …)* [cancel]
//     callee:  value | error                     a call that answers once
//              item* (end | error)               a call that answers many times

import { EngineError, type ErrorKind, messageOf, systemError } from "../errors";

export type ToCallee =
	| { id: number; type: "call"; method: string; request: unknown }
	/** The caller took so many items: as many more may be sent. */
	| { id: number; type: "credit"; count: number }
	| { id: number; type: "cancel" };
export type ToCaller =
	| { id: number; type: "value" | "item"; value?: unknown }
	| { id: number; type: "end" }
	| { id: number; type: "error"; error: WireError };
export interface WireError {
	kind: ErrorKind;
	message: string;
	detail?: Record<string, unknown>;
}

/** How many items may be under way before the caller has taken the first. */
export const WINDOW = 32;

export function toWire(error: unknown): WireError {
	if (error instanceof EngineError) return error.toJSON();
	const errno = (error as { errno?: unknown } | null)?.errno;
	if (typeof errno !== "string") return systemError(messageOf(error)).toJSON();
	return systemError(messageOf(error), { errno }).toJSON();
}
