// Errors of the Docker stack, by kind, as moby's errdefs has them. One place (dockerd/router) maps kinds to HTTP status.
// They survive rpc and postMessage by toJSON and fromJSON.

import { type ErrnoName, strerror } from "./errno";

/** Kind → HTTP status of the Engine API. */
export const ERROR_STATUS = {
	invalidParameter: 400,
	unauthorized: 401,
	forbidden: 403,
	notFound: 404,
	conflict: 409,
	notModified: 304,
	system: 500,
	notImplemented: 501,
	unavailable: 503,
	cancelled: 499,
	deadline: 504,
	dataLoss: 500,
	alreadyExists: 409,
	failedPrecondition: 400,
	exhausted: 507,
} as const;
export type ErrorKind = keyof typeof ERROR_STATUS;

export class EngineError extends Error {
	override readonly name = "EngineError";
	constructor(
		readonly kind: ErrorKind,
		message: string,
		/** Further facts for programs, such as a registry's error code or an exit code. */
		readonly detail?: Record<string, unknown>,
	) {
		super(message);
	}
	toJSON(): { kind: ErrorKind; message: string; detail?: Record<string, unknown> } {
		return { kind: this.kind, message: this.message, detail: this.detail };
	}
	static fromJSON(json: { kind: ErrorKind; message: string; detail?: Record<string, unknown> }): EngineError {
		return new EngineError(json.kind, json.message, json.detail);
	}
}
const of =
	(kind: ErrorKind) =>
	(message: string, detail?: Record<string, unknown>): EngineError =>
		new EngineError(kind, message, detail);
export const invalidParameter = of("invalidParameter");
export const unauthorized = of("unauthorized");
export const forbidden = of("forbidden");
export const notFound = of("notFound");
export const conflict = of("conflict");
export const notModified = of("notModified");
export const systemError = of("system");
export const notImplemented = of("notImplemented");
export const unavailable = of("unavailable");
export const alreadyExists = of("alreadyExists");
export const failedPrecondition = of("failedPrecondition");
export const dataLoss = of("dataLoss");
export const exhausted = of("exhausted");

export const isKind = (error: unknown, kind: ErrorKind): error is EngineError =>
	error instanceof EngineError && error.kind === kind;
/** A failed system call is worded as Go words it: "write /a: no space left on device". */
export function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { errno } = error as { errno?: unknown };
	return typeof errno === "string"
		? error.message.replace(new RegExp(`${errno}$`), strerror(errno as ErrnoName).toLowerCase())
		: error.message;
}
