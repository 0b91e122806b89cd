// Errors as the distribution specification has them: a code, a message and a status.

const TABLE = {
	BLOB_UNKNOWN: [404, "blob unknown to registry"],
	BLOB_UPLOAD_INVALID: [400, "blob upload invalid"],
	BLOB_UPLOAD_UNKNOWN: [404, "blob upload unknown to registry"],
	DIGEST_INVALID: [400, "provided digest did not match uploaded content"],
	MANIFEST_BLOB_UNKNOWN: [404, "blob unknown to registry"],
	MANIFEST_INVALID: [400, "manifest invalid"],
	MANIFEST_UNKNOWN: [404, "manifest unknown"],
	NAME_INVALID: [400, "invalid repository name"],
	NAME_UNKNOWN: [404, "repository name not known to registry"],
	RANGE_INVALID: [416, "invalid content range"],
	SIZE_INVALID: [400, "provided length did not match content length"],
	TAG_INVALID: [400, "manifest tag did not match URI"],
	PAGINATION_NUMBER_INVALID: [400, "invalid number of results requested"],
	UNAUTHORIZED: [401, "authentication required"],
	DENIED: [403, "requested access to the resource is denied"],
	UNSUPPORTED: [405, "The operation is unsupported."],
	TOOMANYREQUESTS: [429, "too many requests"],
	UNAVAILABLE: [503, "service unavailable"],
	UNKNOWN: [500, "unknown error"],
} as const satisfies Record<string, readonly [number, string]>;
export type ErrorCode = keyof typeof TABLE;

export interface ErrorOptions {
	/** Where it is not the code's own, as 413 for a manifest that is too large. */
	status?: number;
	message?: string;
	headers?: Record<string, string>;
}

export class RegistryError extends Error {
	override readonly name = "RegistryError";
	readonly status: number;
	readonly headers: Record<string, string>;
	constructor(
		readonly code: ErrorCode,
		readonly detail?: unknown,
		options: ErrorOptions = {},
	) {
		super(options.message ?? TABLE[code][1]);
		this.status = options.status ?? TABLE[code][0];
		this.headers = options.headers ?? {};
	}
	/** The document that goes over the wire. */
	toJSON() {
		return {
			errors: [{ code: this.code, message: this.message, ...(this.detail === undefined ? {} : { detail: this.detail }) }],
		};
	}
}
