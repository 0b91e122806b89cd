// The server's side of WebSocket (RFC 6455): a connection after its handshake as a stream of bytes in both directions.
//
//     frame = FIN 3×RSV opcode(4)  MASK length(7) [length(16) | length(64)]  [key(4)]  payload
//
// Messages of the client are bytes one after another, whatever their kind; its frames are masked, ours are not. Pings are answered,
// a close is answered with one.

import { createSHA1 } from "hash-wasm";
import { encodeBase64 } from "../base64";
import { utf8 } from "../bytes";
import { ByteReader } from "../reader";
import type { Duplex } from "../stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const STATUS = { normal: 1000, protocolError: 1002, tooBig: 1009 } as const;
const LONGEST_CONTROL = 125;
/** More in one frame is nothing that a terminal sends. */
const LONGEST_FRAME = 16 << 20;

/** Sec-WebSocket-Accept for a Sec-WebSocket-Key. */
export async function acceptKey(key: string): Promise<string> {
	const hasher = await createSHA1();
	const digest = hasher
		.init()
		.update(utf8(key.trim() + GUID))
		.digest("binary");
	return encodeBase64(digest);
}

/** @param kind of the frames that `write` sends */
export function webSocket(connection: Duplex, kind: "binary" | "text"): Duplex {
	const reader = new ByteReader(connection);
	let closed = false;
	const send = (opcode: number, payload: Uint8Array): Promise<void> => connection.write(encodeFrame(opcode, payload));
	const end = async (status: number): Promise<null> => {
		if (!closed) {
			closed = true;
			await send(OPCODE.close, Uint8Array.of(status >> 8, status & 0xff)).catch(() => {});
		}
		return null;
	};
	const read = async (): Promise<Uint8Array | null> => {
		while (!closed) {
			const frame = await readFrame(reader);
			if (frame === null) return null;
			if (typeof frame === "number") return end(frame);
			if (frame.opcode === OPCODE.close) return end(STATUS.normal);
			if (frame.opcode === OPCODE.ping) await send(OPCODE.pong, frame.payload);
			else if (frame.opcode <= OPCODE.binary && frame.payload.length > 0) return frame.payload;
		}
		return null;
	};
	return {
		read,
		write: async (bytes) => {
			if (!closed) await send(OPCODE[kind], bytes);
		},
		closeWrite: async () => {
			await end(STATUS.normal);
		},
		close: async () => {
			await end(STATUS.normal);
			await connection.close();
		},
	};
}

interface Frame {
	opcode: number;
	payload: Uint8Array;
}

/** null at the end of the connection; a status where the client broke the rules. */
async function readFrame(reader: ByteReader): Promise<Frame | number | null> {
	const head = await reader.exactly(2);
	if (head === null) return null;
	const opcode = head[0]! & 0x0f;
	const control = opcode >= OPCODE.close;
	let length = head[1]! & 0x7f;
	const known = (Object.values(OPCODE) as number[]).includes(opcode);
	// no extension was agreed on; control frames are whole and short; a client masks
	if (!known || (head[0]! & 0x70) !== 0 || (head[1]! & 0x80) === 0) return STATUS.protocolError;
	if (control && ((head[0]! & 0x80) === 0 || length > LONGEST_CONTROL)) return STATUS.protocolError;
	if (length >= 126) {
		const more = await reader.exactly(length === 126 ? 2 : 8);
		if (more === null) return null;
		length = more.reduce((sum, byte) => sum * 256 + byte, 0);
		if (length > LONGEST_FRAME) return STATUS.tooBig;
	}
	const key = await reader.exactly(4);
	const masked = await reader.exactly(length);
	if (key === null || masked === null) return null;
	return { opcode, payload: masked.map((byte, at) => byte ^ key[at & 3]!) };
}

/** One whole frame, unmasked. */
export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
	const wide = payload.length > 0xffff ? 8 : payload.length > LONGEST_CONTROL ? 2 : 0;
	const frame = new Uint8Array(2 + wide + payload.length);
	const view = new DataView(frame.buffer);
	frame[0] = 0x80 | opcode;
	frame[1] = wide === 8 ? 127 : wide === 2 ? 126 : payload.length;
	if (wide === 2) view.setUint16(2, payload.length);
	if (wide === 8) view.setBigUint64(2, BigInt(payload.length));
	frame.set(payload, 2 + wide);
	return frame;
}
