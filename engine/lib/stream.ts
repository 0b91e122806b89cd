// A two-way stream of bytes between two programs: a connected socket, whatever carries it.

export interface Duplex {
	/** Some bytes, or null at the end. */
	read(): Promise<Uint8Array | null>;
	/** Resolves when all is taken. @throws SysError EPIPE, ECONNRESET */
	write(bytes: Uint8Array): Promise<void>;
	/** Half-close: the other end reads its end. */
	closeWrite(): Promise<void>;
	/** Both ways; reading ends with null. */
	close(): Promise<void>;
}
