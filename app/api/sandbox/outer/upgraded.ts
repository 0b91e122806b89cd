// The socket of an HTTP connection that was upgraded, on either side of it, as a stream.

import type { Socket } from "node:net";
import { hostStream } from "@/engine/host/node/listen";
import type { Duplex } from "@/engine/lib/stream";

/** @param head what came with the message's head, and has been read already */
export function upgradedStream(socket: Socket, head: Uint8Array): Duplex {
	socket.setNoDelay(true);
	socket.setTimeout(0);
	if (head.length > 0) socket.unshift(head);
	const stream = hostStream(socket);
	return {
		read: () => stream.read(),
		write: (bytes) => stream.write(bytes),
		// when all is sent: who closes next must not cut it off
		closeWrite: () => new Promise((resolve) => void socket.once("close", resolve).end(resolve)),
		close: async () => stream.destroy(),
	};
}
