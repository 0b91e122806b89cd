// Records as bytes on the disk: json-file's lines of JSON, and the local driver's protobuf messages.
//
//     json-file   {"log":"hello\n","stream":"stdout","attrs":{"k":"v"},"time":"2026-11-22T03:21:58.482795225Z"}
//     local       size(4, big-endian) message size(4)      message: 1 source, 2 time_nano, 3 line, 4 partial

import { concat, text, utf8 } from "../../lib/bytes";
import { nanoseconds, rfc3339 } from "../time";
import type { LogRecord } from "./record";

export interface LogCodec {
	encode(record: LogRecord, line: Uint8Array): Uint8Array;
	/** All whole records at the beginning of `bytes`, and how many bytes they took. */
	decode(bytes: Uint8Array): { records: LogRecord[]; used: number };
}

const NEWLINE = 0x0a;

export const jsonCodec: LogCodec = {
	encode: ({ log, stream, attrs, time }) => utf8(`${JSON.stringify({ log, stream, ...(attrs ? { attrs } : {}), time })}\n`),
	decode(bytes) {
		const used = bytes.lastIndexOf(NEWLINE) + 1;
		const lines = text(bytes.subarray(0, used)).split("\n").filter(Boolean);
		return { records: lines.map((line) => JSON.parse(line) as LogRecord), used };
	},
};

const FIELD = { source: 0x0a, time: 0x10, line: 0x1a, partial: 0x20 } as const;

export const localCodec: LogCodec = {
	encode({ stream, time }, line) {
		const whole = line.at(-1) === NEWLINE;
		const source = utf8(stream);
		const content = whole ? line.subarray(0, -1) : line;
		const message = concat([
			Uint8Array.of(FIELD.source, source.length),
			source,
			Uint8Array.of(FIELD.time, ...varint(nanoseconds(time))),
			Uint8Array.of(FIELD.line, ...varint(BigInt(content.length))),
			content,
			whole ? new Uint8Array(0) : Uint8Array.of(FIELD.partial, 1),
		]);
		const size = new Uint8Array(4);
		new DataView(size.buffer).setUint32(0, message.length);
		return concat([size, message, size]);
	},
	decode(bytes) {
		const records: LogRecord[] = [];
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		let used = 0;
		while (used + 8 <= bytes.length) {
			const size = view.getUint32(used);
			if (used + 8 + size > bytes.length) break;
			records.push(decodeMessage(bytes.subarray(used + 4, used + 4 + size)));
			used += 8 + size;
		}
		return { records, used };
	},
};

function decodeMessage(bytes: Uint8Array): LogRecord {
	const record: LogRecord = { log: "", stream: "stdout", time: "" };
	let at = 0;
	let partial = false;
	const number = (): bigint => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = bytes[at++] ?? 0;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
	};
	const field = (): Uint8Array => {
		const length = Number(number());
		at += length;
		return bytes.subarray(at - length, at);
	};
	while (at < bytes.length) {
		const tag = bytes[at++]!;
		if (tag === FIELD.source) record.stream = text(field()) === "stderr" ? "stderr" : "stdout";
		else if (tag === FIELD.time) record.time = rfc3339(number());
		else if (tag === FIELD.line) record.log = text(field());
		else if (tag === FIELD.partial) partial = number() !== 0n;
		else if ((tag & 7) === 2) field();
		else number();
	}
	if (!partial) record.log += "\n";
	return record;
}

function varint(value: bigint): number[] {
	const bytes: number[] = [];
	let rest = value;
	for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
	return [...bytes, Number(rest)];
}
