// A request and an answer of the registry, whatever carries them: lib/http, a Next route, a function call.

import type { Query } from "../lib/http/types";

export interface RegistryRequest {
	method: string;
	/** Decoded, without the query. */
	path: string;
	query: Query;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: AsyncIterable<Uint8Array>;
}
export interface RegistryResponse {
	status: number;
	headers: Record<string, string>;
	/** Left out for HEAD too, though content-length says what GET would give. */
	body?: Uint8Array | AsyncIterable<Uint8Array>;
}
