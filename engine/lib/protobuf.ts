// Protocol Buffers' wire format, as far as messages without groups need it: tagged varints and length-delimited fields.
// https://protobuf.dev/programming-guides/encoding/

import { concat, text, utf8 } from "./bytes";

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** Writes fields in the order of the calls. Default values (0, "", false) are left out, as proto3 has it. */
export class ProtoWriter {
	private readonly parts: Uint8Array[] = [];

	number(field: number, value: number | bigint): this {
		if (BigInt(value) === 0n) return this;
		return this.raw(varint(BigInt(field << 3) | BigInt(VARINT)), varint(BigInt.asUintN(64, BigInt(value))));
	}
	boolean(field: number, value: boolean): this {
		return this.number(field, value ? 1 : 0);
	}
	string(field: number, value: string): this {
		return value === "" ? this : this.bytes(field, utf8(value));
	}
	bytes(field: number, value: Uint8Array): this {
		return this.raw(varint(BigInt((field << 3) | DELIMITED)), varint(BigInt(value.length)), value);
	}
	message(field: number, value: ProtoWriter | undefined): this {
		return value ? this.bytes(field, value.finish()) : this;
	}
	finish(): Uint8Array<ArrayBuffer> {
		return concat(this.parts);
	}
	private raw(...parts: Uint8Array[]): this {
		this.parts.push(...parts);
		return this;
	}
}

function varint(value: bigint): Uint8Array {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>= 7n) {
		if (rest < 0x80n) return Uint8Array.from([...bytes, Number(rest)]);
		bytes.push(Number(rest & 0x7fn) | 0x80);
	}
}

/** A message's fields by number, in the order in which they came. */
export class ProtoMessage {
	private readonly fields = new Map<number, Array<bigint | Uint8Array>>();

	/** @throws RangeError for bytes that are no message */
	constructor(bytes: Uint8Array) {
		let at = 0;
		const next = (): bigint => {
			let value = 0n;
			for (let shift = 0n; ; shift += 7n) {
				const byte = bytes[at++];
				if (byte === undefined || shift > 63n) throw new RangeError("a varint is cut short");
				value |= BigInt(byte & 0x7f) << shift;
				if (byte < 0x80) return value;
			}
		};
		const take = (length: number): Uint8Array => {
			if (at + length > bytes.length) throw new RangeError("a field is cut short");
			at += length;
			return bytes.subarray(at - length, at);
		};
		while (at < bytes.length) {
			const tag = Number(next());
			const kind = tag & 7;
			const value = kind === VARINT ? next() : kind === DELIMITED ? take(Number(next())) : take(fixed(kind));
			const field = tag >>> 3;
			this.fields.set(field, [...(this.fields.get(field) ?? []), value]);
		}
	}
	private all(field: number): Array<bigint | Uint8Array> {
		return this.fields.get(field) ?? [];
	}
	number(field: number): bigint {
		const last = this.all(field).at(-1);
		return typeof last === "bigint" ? BigInt.asIntN(64, last) : 0n;
	}
	bytes(field: number): Uint8Array {
		const last = this.all(field).at(-1);
		return last instanceof Uint8Array ? last : new Uint8Array(0);
	}
	string(field: number): string {
		return text(this.bytes(field));
	}
	strings(field: number): string[] {
		return this.all(field).flatMap((one) => (one instanceof Uint8Array ? [text(one)] : []));
	}
	message(field: number): ProtoMessage | undefined {
		return this.messages(field).at(-1);
	}
	messages(field: number): ProtoMessage[] {
		return this.all(field).flatMap((one) => (one instanceof Uint8Array ? [new ProtoMessage(one)] : []));
	}
}
function fixed(kind: number): number {
	if (kind === FIXED64) return 8;
	if (kind === FIXED32) return 4;
	throw new RangeError(`wire type ${kind} is not known`);
}
