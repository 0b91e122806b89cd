// Errors as the distribution specification has them: a code, a message and a status.

const TABLE = {
	BLOB_UNKNOWN: [404, "blob unknown to registry"],
	BLOB_UPLOAD_INVALID: [400, "blob upload invalid"],
	BLOB_UPLOAD_UNKNOWN: [404, "blob upload unknown to registry"],
	DIGEST_INVALID: [400, "provided digest did not match uploaded content"],
	MANIFEST_BLOB_UNKNOWN: [404, "manifest references a manifest or blob unknown to registry"],
	MANIFEST_INVALID: [400, "manifest invalid"],
	MANIFEST_UNKNOWN: [404, "manifest unknown"],
	NAME_INVALID: [400, "invalid repository name"],
	NAME_UNKNOWN: [404, "repository name not known to registry"],
	RANGE_INVALID: [416, "invalid content range"],
	TAG_INVALID: [400, "manifest tag did not match URI"],
	PAGINATION_NUMBER_INVALID: [400, "invalid number of results requested"],
	UNSUPPORTED: [405, "The operation is unsupported."],
} as const satisfies Record<string, readonly [number, string]>;
export type ErrorCode = keyof typeof TABLE;

export class RegistryError extends Error {
	override readonly name = "RegistryError";
	readonly status: number;
	constructor(
		readonly code: ErrorCode,
		readonly detail?: unknown,
	) {
		super(TABLE[code][1]);
		this.status = TABLE[code][0];
	}
	/** The document that goes over the wire. */
	toJSON() {
		return {
			errors: [{ code: this.code, message: this.message, ...(this.detail === undefined ? {} : { detail: this.detail }) }],
		};
	}
}
