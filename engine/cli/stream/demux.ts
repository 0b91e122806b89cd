// The daemon's frames of a stream without a terminal: 8 bytes (stream, 0, 0, 0, length big-endian), then the bytes.

import { concat, EMPTY, text } from "../../lib/bytes";

export interface Sinks {
	stdout: (bytes: Uint8Array) => Promise<void>;
	stderr: (bytes: Uint8Array) => Promise<void>;
}

/** Writes each frame to its sink until the source ends. @throws Error for what is no such stream */
export async function demultiplex(source: AsyncIterable<Uint8Array>, sinks: Sinks): Promise<void> {
	let buffer: Uint8Array = EMPTY;
	for await (const piece of source) {
		buffer = buffer.length === 0 ? piece : concat([buffer, piece]);
		while (buffer.length >= 8) {
			const size = new DataView(buffer.buffer, buffer.byteOffset).getUint32(4);
			if (buffer.length < 8 + size) break;
			await deliver(buffer[0]!, buffer.subarray(8, 8 + size), sinks);
			buffer = buffer.subarray(8 + size);
		}
	}
}

async function deliver(stream: number, bytes: Uint8Array, sinks: Sinks): Promise<void> {
	if (stream === 0 || stream === 1) await sinks.stdout(bytes);
	else if (stream === 2) await sinks.stderr(bytes);
	else if (stream === 3) throw new Error(`error from daemon in stream: ${text(bytes)}`);
	else throw new Error(`Unrecognized input header: ${stream}`);
}
