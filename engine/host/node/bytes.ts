// Node's bytes as everyone's.

/**
 * The same bytes, not copied, as a plain array: a Buffer's `slice` shares where an array's copies, and it becomes an object of
 * numbers in JSON.
 */
export const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
	new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
