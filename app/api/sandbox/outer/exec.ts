// An exec in an outer container as a stream: what is written is its standard input, what is read its standard output.
//
//     the daemon's way of carrying both outputs over one connection:  stream (u8; 1 = out, 2 = err) · 0 0 0 · length (u32 BE) · bytes

import { ByteReader } from "@/engine/lib/reader";
import type { Duplex } from "@/engine/lib/stream";
import type { OuterDaemon } from "./client";
import { upgradedStream } from "./upgraded";

const OUTPUT = 1;

/** @throws OuterError where the container is gone or runs no more */
export async function execStream(daemon: OuterDaemon, container: string, command: readonly string[]): Promise<Duplex> {
	const { Id } = await daemon.call<{ Id: string }>({
		method: "POST",
		path: `/containers/${container}/exec`,
		body: { AttachStdin: true, AttachStdout: true, AttachStderr: false, Tty: false, Cmd: command },
	});
	const { socket, head } = await daemon.hijack(`/exec/${Id}/start`, { Detach: false, Tty: false });
	return outputOf(upgradedStream(socket, head));
}

function outputOf(stream: Duplex): Duplex {
	const reader = new ByteReader(stream);
	let left = 0;
	let shown = false;
	return {
		...stream,
		async read() {
			for (;;) {
				while (left === 0) {
					const frame = await reader.exactly(8);
					if (frame === null) return null;
					left = new DataView(frame.buffer, frame.byteOffset).getUint32(4);
					shown = frame[0] === OUTPUT;
				}
				const bytes = await reader.read(left);
				if (bytes === null) return null;
				left -= bytes.length;
				if (shown) return bytes;
			}
		},
	};
}
