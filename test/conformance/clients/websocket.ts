// The client's side of WebSocket (RFC 6455) over a UNIX socket, as far as a test needs it: whole frames, masked.

import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";

export interface Frame {
	opcode: number;
	payload: Buffer;
}
export interface TestSocket {
	send(opcode: number, payload: Buffer): void;
	receive(): Promise<Frame>;
	end(): void;
}

/** @throws Error where the handshake is not as it should be */
export async function openWebSocket(socketPath: string, path: string): Promise<TestSocket> {
	const connection = connect(socketPath);
	const key = randomBytes(16).toString("base64");
	connection.write(
		[
			`GET ${path} HTTP/1.1`,
			"Host: docker",
			"Connection: Upgrade",
			"Upgrade: websocket",
			"Sec-WebSocket-Version: 13",
			`Sec-WebSocket-Key: ${key}`,
			"",
			"",
		].join("\r\n"),
	);
	let buffer = Buffer.alloc(0);
	let wake = (): void => {};
	connection.on("data", (piece) => {
		buffer = Buffer.concat([buffer, piece]);
		wake();
	});
	const more = (): Promise<void> =>
		new Promise((resolve) => {
			wake = resolve;
		});
	const take = async (count: number): Promise<Buffer> => {
		while (buffer.length < count) await more();
		const taken = buffer.subarray(0, count);
		buffer = buffer.subarray(count);
		return taken;
	};
	while (!buffer.includes("\r\n\r\n")) await more();
	const head = (await take(buffer.indexOf("\r\n\r\n") + 4)).toString();
	const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
	if (!/^HTTP\/1\.1 101 /.test(head) || !head.includes(`Sec-Websocket-Accept: ${accept}`)) throw new Error(head);
	return {
		send(opcode, payload) {
			const mask = randomBytes(4);
			const masked = Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]!));
			connection.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]));
		},
		async receive() {
			const [first, length] = await take(2);
			return { opcode: first! & 15, payload: Buffer.from(await take(length!)) };
		},
		end: () => connection.destroy(),
	};
}
