// Frames of lib/mux: many numbered byte streams over one connection that carries bytes in order.
//
//     frame = kind (u8) · stream (u32 BE) · length of the payload (u32 BE) · payload
//
//     kind      stream  payload
//     ping      0       none: says that the connection lives
//     open      > 0     none: the client begins a stream, with a number greater than all before
//     data      > 0     1 … DATA_LIMIT bytes, as many as there is credit for
//     end       > 0     none: no more data in this direction (half-close)
//     reset     > 0     why, in UTF-8, at most REASON_LIMIT bytes: both directions are over; empty when it was closed in good order
//     window    > 0     u32 BE > 0: so many bytes more may be sent to who says this

import { concat, EMPTY, text, utf8 } from "../bytes";

export const DATA_LIMIT = 64 * 1024;
export const REASON_LIMIT = 512;
/** What a stream may send before the first window frame: bytes, in each direction. */
export const INITIAL_WINDOW = 256 * 1024;
/** Credit never exceeds this. */
export const WINDOW_LIMIT = 0x7fffffff;
const HEAD = 9;

export type Frame =
	| { kind: "ping" }
	| { kind: "open" | "end"; stream: number }
	| { kind: "data"; stream: number; bytes: Uint8Array }
	| { kind: "reset"; stream: number; reason: string }
	| { kind: "window"; stream: number; credit: number };

/** Bytes that are no frames: the connection cannot go on. */
export class MalformedFrame extends Error {
	override readonly name = "MalformedFrame";
}

interface Shape {
	kind: Frame["kind"];
	least: number;
	most: number;
}
/** A row a kind; its place is its number on the wire. */
const SHAPES: readonly Shape[] = [
	{ kind: "ping", least: 0, most: 0 },
	{ kind: "open", least: 0, most: 0 },
	{ kind: "data", least: 1, most: DATA_LIMIT },
	{ kind: "end", least: 0, most: 0 },
	{ kind: "reset", least: 0, most: REASON_LIMIT },
	{ kind: "window", least: 4, most: 4 },
];

/** @throws RangeError for what no frame can carry */
export function encodeFrame(frame: Frame): Uint8Array {
	const number = SHAPES.findIndex(({ kind }) => kind === frame.kind);
	const shape = SHAPES[number]!;
	const payload = payloadOf(frame);
	if (payload.length < shape.least || payload.length > shape.most)
		throw new RangeError(`mux: ${frame.kind} of ${payload.length} bytes`);
	const out = new Uint8Array(HEAD + payload.length);
	const view = new DataView(out.buffer);
	view.setUint8(0, number);
	view.setUint32(1, frame.kind === "ping" ? 0 : frame.stream);
	view.setUint32(5, payload.length);
	out.set(payload, HEAD);
	return out;
}

function payloadOf(frame: Frame): Uint8Array {
	if (frame.kind === "data") return frame.bytes;
	if (frame.kind === "reset") return utf8(frame.reason).subarray(0, REASON_LIMIT);
	if (frame.kind !== "window") return EMPTY;
	const credit = new Uint8Array(4);
	new DataView(credit.buffer).setUint32(0, frame.credit);
	return credit;
}

/** Takes bytes cut anywhere, gives the frames that are whole. */
export class FrameDecoder {
	private rest: Uint8Array = EMPTY;

	/** True when all bytes belonged to whole frames. */
	get empty(): boolean {
		return this.rest.length === 0;
	}

	/** @throws MalformedFrame at the first byte that cannot be right; nothing is to be read after it */
	*push(bytes: Uint8Array): Generator<Frame> {
		this.rest = this.rest.length === 0 ? bytes : concat([this.rest, bytes]);
		let at = 0;
		for (;;) {
			const length = payloadLength(this.rest, at);
			if (length === undefined || this.rest.length < at + HEAD + length) break;
			const end = at + HEAD + length;
			const frame = decode(this.rest, at, end);
			at = end;
			yield frame;
		}
		// a copy: what is left must not keep a large message alive
		this.rest = this.rest.slice(at);
	}
}

/** Checks as much of the head as there is: undefined while it is not whole. */
function payloadLength(bytes: Uint8Array, at: number): number | undefined {
	if (bytes.length === at) return undefined;
	const shape = SHAPES[bytes[at]!];
	if (!shape) throw new MalformedFrame(`mux: no frame has the kind ${bytes[at]}`);
	if (bytes.length < at + HEAD) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD);
	const length = view.getUint32(5);
	if (length < shape.least || length > shape.most) throw new MalformedFrame(`mux: ${shape.kind} of ${length} bytes`);
	if ((view.getUint32(1) === 0) !== (shape.kind === "ping"))
		throw new MalformedFrame(`mux: ${shape.kind} on stream ${view.getUint32(1)}`);
	return length;
}

function decode(bytes: Uint8Array, at: number, end: number): Frame {
	const view = new DataView(bytes.buffer, bytes.byteOffset + at, end - at);
	const { kind } = SHAPES[view.getUint8(0)]!;
	const stream = view.getUint32(1);
	switch (kind) {
		case "ping":
			return { kind };
		case "open":
		case "end":
			return { kind, stream };
		case "data":
			return { kind, stream, bytes: bytes.slice(at + HEAD, end) };
		case "reset":
			return { kind, stream, reason: text(bytes.subarray(at + HEAD, end)) };
		case "window": {
			const credit = view.getUint32(HEAD);
			if (credit === 0 || credit > WINDOW_LIMIT) throw new MalformedFrame(`mux: window of ${credit} bytes`);
			return { kind, stream, credit };
		}
	}
}
