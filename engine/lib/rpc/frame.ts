// Frames of lib/rpc: a message is JSON, and the byte arrays in it travel behind the JSON as they are.
//
//     frame = length of the rest (u32 BE) · length of the JSON (u32 BE) · JSON · attachments
//     a byte array in the JSON is {"$bytes": [offset in the attachments, length]}; a key that begins with "$" gets one more

import { EMPTY, text, utf8 } from "../bytes";
import { dataLoss } from "../errors";
import type { ByteReader } from "../reader";

const FRAME_LIMIT = 256 * 1024 * 1024;

/** In pieces that follow each other: large attachments are not copied into one. */
export function encodeFrame(message: unknown): Uint8Array[] {
	const attachments: Uint8Array[] = [];
	// most messages are plain: a replacer would cost more than all the rest
	const json = utf8(isPlain(message) ? JSON.stringify(message) : marked(message, attachments));
	const size = attachments.reduce((sum, { length }) => sum + length, 0);
	const together = size <= LARGE;
	const first = new Uint8Array(8 + json.length + (together ? size : 0));
	const view = new DataView(first.buffer);
	view.setUint32(0, 4 + json.length + size);
	view.setUint32(4, json.length);
	first.set(json, 8);
	if (!together) return [first, ...attachments];
	let at = 8 + json.length;
	for (const attachment of attachments) {
		first.set(attachment, at);
		at += attachment.length;
	}
	return [first];
}
/** Attachments up to this are copied: one write is cheaper than two. */
const LARGE = 16 * 1024;

/** Neither byte arrays nor keys with a "$". */
function isPlain(value: unknown): boolean {
	if (typeof value !== "object" || value === null) return true;
	if (Array.isArray(value)) return value.every(isPlain);
	if (value instanceof Uint8Array) return false;
	for (const key in value) if (key.charCodeAt(0) === DOLLAR || !isPlain((value as Record<string, unknown>)[key])) return false;
	return true;
}
const DOLLAR = 0x24;

/** The message with markers in place of its byte arrays; they become attachments. Not a replacer's work: a Buffer's own toJSON comes before it. */
function marked(message: unknown, attachments: Uint8Array[]): string {
	let size = 0;
	const mark = (value: unknown): unknown => {
		if (typeof value !== "object" || value === null) return value;
		if (value instanceof Uint8Array) {
			attachments.push(value);
			size += value.length;
			return { $bytes: [size - value.length, value.length] };
		}
		if (Array.isArray(value)) return value.map(mark);
		if ("toJSON" in value && typeof value.toJSON === "function") return mark(value.toJSON());
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.startsWith("$") ? `$${key}` : key, mark(item)]));
	};
	return JSON.stringify(mark(message));
}

/** null at the end of the stream. @throws EngineError dataLoss for what is no frame, or a frame cut short */
export async function readFrame(reader: ByteReader): Promise<unknown> {
	if (reader.buffered === 0 && !(await reader.fill())) return null;
	const next = async (count: number): Promise<Uint8Array> => {
		const bytes = await reader.exactly(count);
		if (bytes === null) throw dataLoss("rpc: frame cut short");
		return bytes;
	};
	const head = await next(8);
	const view = new DataView(head.buffer, head.byteOffset);
	const length = view.getUint32(0);
	const jsonLength = view.getUint32(4);
	if (length < 4 || length > FRAME_LIMIT) throw dataLoss(`rpc: bad frame length ${length}`);
	if (jsonLength > length - 4) throw dataLoss("rpc: bad frame");
	const json = await next(jsonLength);
	// Not with the JSON: what comes in a piece of its own is not copied.
	return decodeFrame(json, length > 4 + jsonLength ? await next(length - 4 - jsonLength) : EMPTY);
}

function decodeFrame(json: Uint8Array, attachments: Uint8Array): unknown {
	const source = text(json);
	if (!source.includes('"$')) return JSON.parse(source);
	return JSON.parse(source, (_key, value: unknown) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
		const marker = (value as { $bytes?: [number, number] }).$bytes;
		// a copy, so that a small piece does not keep a large frame alive, nor see its neighbours; one that is the frame needs none
		if (marker)
			return marker[1] > attachments.length >> 1 && marker[1] > LARGE
				? attachments.subarray(...ends(marker))
				: attachments.slice(...ends(marker));
		return unescapeKeys(value as Record<string, unknown>);
	});
}

const ends = ([offset, length]: [number, number]): [number, number] => [offset, offset + length];

function unescapeKeys(value: Record<string, unknown>): unknown {
	const keys = Object.keys(value);
	if (!keys.some((key) => key.startsWith("$$"))) return value;
	return Object.fromEntries(keys.map((key) => [key.startsWith("$$") ? key.slice(1) : key, value[key]]));
}
