// Remote calls over a stream, in place of gRPC and ttrpc (this is neither, and says so): a typed table of methods,
// frames of JSON in which byte arrays travel as they are, calls that answer once and calls that answer many times.

/** One method: what it takes, what it answers. `stream` methods answer any number of times. */
export interface Method {
	request: unknown;
	response: unknown;
	stream?: true;
}
// biome-ignore lint/suspicious/noExplicitAny: a table may hold any methods
export type MethodTable = { [name: string]: { request: any; response: any; stream?: true } };

export type Handlers<T extends MethodTable> = {
	[K in keyof T]: T[K] extends { stream: true }
		? (request: T[K]["request"], call: Call) => AsyncIterable<T[K]["response"]>
		: (request: T[K]["request"], call: Call) => Promise<T[K]["response"]>;
};
export interface Call {
	/** Becomes true when the caller cancelled or went away. */
	readonly cancelled: boolean;
	onCancel(callback: () => void): void;
}
export type Client<T extends MethodTable> = {
	[K in keyof T]: T[K] extends { stream: true }
		? (request: T[K]["request"]) => AsyncIterable<T[K]["response"]> & { cancel(): void }
		: (request: T[K]["request"]) => Promise<T[K]["response"]>;
};
// serve.ts:   serveRpc<T>(stream: Duplex, handlers: Handlers<T>): Promise<void>      errors cross as EngineError
// client.ts:  connectRpc<T>(stream: Duplex): Client<T> & { close(): Promise<void>; closed: Promise<void> }
