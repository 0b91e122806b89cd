// The attach and logs stream of a container without a terminal: stdout and stderr share one connection.
//
//     frame = stream 0 0 0 length payload        stream: 1 stdout, 2 stderr (0 stdin); length: 4 bytes, big-endian

export type OutputStream = "stdout" | "stderr";
const CODES = { stdout: 1, stderr: 2 } as const;

export function frame(stream: OutputStream, payload: Uint8Array): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(8 + payload.length);
	out[0] = CODES[stream];
	new DataView(out.buffer).setUint32(4, payload.length);
	out.set(payload, 8);
	return out;
}

export const RAW_STREAM = "application/vnd.docker.raw-stream";
export const MULTIPLEXED_STREAM = "application/vnd.docker.multiplexed-stream";
