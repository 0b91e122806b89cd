// What the engine asks of its surroundings. host/browser and host/node implement it; tests implement it with seeds.
// Everything that is not deterministic enters the machine through here and nowhere else.

export interface Port {
	readonly clock: Clock;
	/** Fills with cryptographic randomness (seeded in tests) and returns the same array. */
	random<T extends Uint8Array>(into: T): T;
	readonly storage: Storage;
	readonly fetch: Fetch;
	/** Gives the surroundings a turn (messages, timers, input), then comes back. */
	turn(): Promise<void>;
	/** Node only: listens on the real host. Absent in a browser. */
	readonly listen?: Listen;
	/** Where a site lends a real daemon. @throws Error that says why there is no connection, in words for whoever asked */
	readonly connect?: Connect;
	/** Faster than the engine's own, where there is one. The bytes are the same; when they come is up to the surroundings. */
	readonly gunzip?: Gunzip;
	/** Faster than the engine's own, where there is one: at once, and the digests are the same. */
	readonly hasher?: (algorithm: "sha256" | "sha512") => Hasher;
}

/**
 * Decompresses gzip, members one after another. It throws at whatever is not exactly that (cut short, damaged, with something
 * behind it), and the engine looks for itself what is wrong.
 */
export type Gunzip = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
export interface Hasher {
	update(bytes: Uint8Array): void;
	/** In hexadecimal; once, at the end. */
	digest(): string;
}

export interface Clock {
	/** Milliseconds since 1970, fractions allowed. */
	now(): number;
	/** Milliseconds since some fixed moment; never goes back. */
	monotonic(): number;
	/** Calls back once after `ms`. */
	timer(ms: number, callback: () => void): Timer;
}
export interface Timer {
	cancel(): void;
}

/**
 * A map from keys to bytes that survives. A commit is atomic: after a power cut all of it is there or none.
 * Keys are ASCII paths such as `disk/inode/12`.
 */
export interface Storage {
	/** All entries whose key begins with `prefix`, in key order. */
	load(prefix: string): Promise<Array<[key: string, value: Uint8Array]>>;
	get(key: string): Promise<Uint8Array | undefined>;
	/** What is put belongs to the storage from then on. @throws StorageFull when the quota does not allow it; nothing is changed then. */
	commit(batch: StorageBatch): Promise<void>;
	/** Bytes in use and the most that can be used, as far as known. */
	estimate(): Promise<{ usage: number; quota: number }>;
}
export interface StorageBatch {
	put: Array<[key: string, value: Uint8Array]>;
	delete: string[];
}
export class StorageFull extends Error {
	override readonly name = "StorageFull";
}

/** HTTP(S) to the outside. Never follows redirects to another scheme; bodies stream. */
export type Fetch = (request: FetchRequest) => Promise<FetchResponse>;
export interface FetchRequest {
	method: string;
	url: string;
	headers: Record<string, string>;
	body?: Uint8Array;
	/** Aborts the request when called. */
	signal?: { aborted: boolean; onabort: (() => void) | null };
	/** Called when the request has gone out whole, by surroundings that can tell: a browser cannot. */
	onsent?: () => void;
}
export interface FetchResponse {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	/** Throws when the connection is cut before the end. */
	body: AsyncIterable<Uint8Array>;
}

/** A byte stream of the real host, handed to the engine. */
export interface HostStream {
	/** null at the end of input. */
	read(): Promise<Uint8Array | null>;
	write(bytes: Uint8Array): Promise<void>;
	/** Half-close: no more writes. */
	end(): void;
	/** No more either way: at once, or after end(), when what was written has been sent. */
	destroy(): void;
}
export type Listen = (
	address: { unix: string } | { host: string; port: number },
	accept: (stream: HostStream) => void,
) => Promise<{ port?: number; close(): Promise<void> }>;
/** To the Docker socket of the daemon that the site at this address lends: https://the.site/api/sandbox */
export type Connect = (url: string) => Promise<HostStream>;
