// Guest memory as system calls touch it: every access is checked, and a stack grows under it as under the program itself.

import { PAGE, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { nameFromBytes } from "../../lib/bytes";
import { ERRNO } from "../../lib/errno";
import type { GuestMemory } from "../syscall/row";
import type { Mm } from "./mm";

const PATH_MAX = 4096;
const NONE = new Uint8Array(0);

export class GuestBytes implements GuestMemory {
	constructor(private readonly mm: Mm) {}

	readable(address: number, length: number): Uint8Array | undefined {
		if (length === 0) return NONE;
		return this.accessible(address, length, PROT_READ) ? this.mm.space.read(address, length) : undefined;
	}
	writable(address: number, length: number): Uint8Array | undefined {
		if (length === 0) return NONE;
		if (!this.accessible(address, length, PROT_WRITE)) {
			this.mm.sharing.prepareWrite(address, length);
			if (!this.accessible(address, length, PROT_WRITE)) return undefined;
		}
		this.mm.space.written(address, length);
		return this.mm.space.bytes(address, length);
	}
	private accessible(address: number, length: number, prot: number): boolean {
		const { mm } = this;
		if (address < 0 || length < 0 || address + length > mm.space.limit) return false;
		return mm.space.allows(address, length, prot) || (mm.growStack(address) && mm.space.allows(address, length, prot));
	}

	path(address: number): string | number {
		const bytes = this.string(address, PATH_MAX);
		return typeof bytes === "number" ? bytes : nameFromBytes(bytes);
	}
	/** The bytes before the NUL; EFAULT, or ENAMETOOLONG when there is none in the first `most`. */
	string(address: number, most: number): Uint8Array | number {
		const pieces: Uint8Array[] = [];
		let total = 0;
		for (let at = address; total < most; ) {
			const length = Math.min(PAGE - (at % PAGE), most - total);
			const piece = this.readable(at, length);
			if (!piece) return -ERRNO.EFAULT;
			const end = piece.indexOf(0);
			if (end >= 0 && pieces.length === 0) return piece.slice(0, end);
			pieces.push(piece.slice(0, end >= 0 ? end : length));
			if (end >= 0) return join(pieces);
			total += length;
			at += length;
		}
		return -ERRNO.ENAMETOOLONG;
	}

	u32(address: number): number | undefined {
		const bytes = this.readable(address, 4);
		return bytes && (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
	}
	i32(address: number): number | undefined {
		const value = this.u32(address);
		return value === undefined ? undefined : value | 0;
	}
	u64(address: number): bigint | undefined {
		const bytes = this.readable(address, 8);
		return bytes && new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
	}
	/** A signed 64-bit number as a double: times, sizes, addresses. */
	number(address: number): number | undefined {
		const bytes = this.readable(address, 8);
		return bytes && Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
	}
	setU32(address: number, value: number): boolean {
		const bytes = this.writable(address, 4);
		if (!bytes) return false;
		new DataView(bytes.buffer, bytes.byteOffset, 4).setUint32(0, value, true);
		return true;
	}
	setU64(address: number, value: bigint): boolean {
		const bytes = this.writable(address, 8);
		if (!bytes) return false;
		new DataView(bytes.buffer, bytes.byteOffset, 8).setBigUint64(0, value, true);
		return true;
	}
	/** False: EFAULT. */
	set(address: number, value: Uint8Array): boolean {
		const bytes = this.writable(address, value.length);
		bytes?.set(value);
		return bytes !== undefined;
	}
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
	const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
	let at = 0;
	for (const piece of pieces) {
		out.set(piece, at);
		at += piece.length;
	}
	return out;
}
