// C structures as values: a list of fields in the order of the header file, little-endian as x86-64 has them.

interface Codec {
	readonly size: number;
	read(view: DataView, at: number): number;
	write(view: DataView, at: number, value: number): void;
}
const kinds = {
	u8: { size: 1, read: (view, at) => view.getUint8(at), write: (view, at, value) => view.setUint8(at, value) },
	u16: { size: 2, read: (view, at) => view.getUint16(at, true), write: (view, at, value) => view.setUint16(at, value, true) },
	be16: { size: 2, read: (view, at) => view.getUint16(at), write: (view, at, value) => view.setUint16(at, value) },
	u32: { size: 4, read: (view, at) => view.getUint32(at, true), write: (view, at, value) => view.setUint32(at, value, true) },
	be32: { size: 4, read: (view, at) => view.getUint32(at), write: (view, at, value) => view.setUint32(at, value) },
	i32: { size: 4, read: (view, at) => view.getInt32(at, true), write: (view, at, value) => view.setInt32(at, value, true) },
	u64: {
		size: 8,
		read: (view, at) => Number(view.getBigUint64(at, true)),
		write: (view, at, value) => view.setBigUint64(at, BigInt(Math.floor(value)), true),
	},
} as const satisfies Record<string, Codec>;
type Kind = keyof typeof kinds;

export interface Struct<T> {
	readonly size: number;
	/** Fields that are left out are 0. */
	encode(values: Partial<T>): Uint8Array<ArrayBuffer>;
	/** What the bytes are too short for is 0. */
	decode(bytes: Uint8Array, at?: number): T;
}

/**
 * Fields as `name: kind`; names that begin with "_" are padding. 64-bit numbers are plain numbers: counters, of which none here
 * passes 2^53. Nothing is aligned by itself: padding is written out.
 */
export function struct<const F extends Record<string, Kind>>(
	fields: F,
): Struct<{ [K in keyof F as K extends `_${string}` ? never : K]: number }> {
	const rows: Array<[name: string, codec: Codec, at: number]> = [];
	let size = 0;
	for (const [name, kind] of Object.entries(fields)) {
		rows.push([name, kinds[kind], size]);
		size += kinds[kind].size;
	}
	const named = rows.filter(([name]) => !name.startsWith("_"));
	return {
		size,
		encode(values) {
			const bytes = new Uint8Array(size);
			const view = new DataView(bytes.buffer);
			for (const [name, codec, at] of named) codec.write(view, at, (values as Record<string, number | undefined>)[name] ?? 0);
			return bytes;
		},
		decode(bytes, start = 0) {
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
			const value = (codec: Codec, at: number): number => (at + codec.size <= bytes.length ? codec.read(view, at) : 0);
			return Object.fromEntries(named.map(([name, codec, at]) => [name, value(codec, start + at)])) as never;
		},
	};
}
