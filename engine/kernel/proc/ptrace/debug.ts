// Debug registers (DR0 to DR7), as a tracer sets them by PTRACE_POKEUSER: breakpoints and watchpoints that need no change of the program.
// While one is enabled, a program goes on instruction by instruction, and what is watched is looked at behind each.

import { ERRNO } from "../../../lib/errno";
import { readForeign } from "../../mm/foreign";
import type { Mm } from "../../mm/mm";

const [STATUS, CONTROL] = [6, 7];
const ADDRESSES = 4;
/** What stops: execution, a write, a read or a write; 2 is I/O, which user mode has none of. */
const EXECUTE = 0;
const IO = 2;
const LENGTHS = [1, 2, 8, 4] as const;
const HIGHEST = 1n << 47n;

interface Watch {
	readonly index: number;
	readonly address: number;
	readonly length: number;
	readonly executes: boolean;
	before: Uint8Array;
}

export class DebugRegisters {
	private readonly values = new BigUint64Array(8);
	private watches: Watch[] = [];

	get active(): boolean {
		return this.watches.length > 0;
	}
	read(index: number): bigint {
		return this.values[index]!;
	}
	/** EIO for DR4, DR5 and addresses of the kernel's, EINVAL for what no processor has. */
	write(index: number, value: bigint, mm: Mm): number {
		if (index > ADDRESSES - 1 && index < STATUS) return value === 0n ? 0 : -ERRNO.EIO;
		if (index < ADDRESSES && value >= HIGHEST) return -ERRNO.EINVAL;
		const before = this.values[index]!;
		this.values[index] = value;
		const watches = this.enabled(mm);
		if (watches) this.watches = watches;
		else this.values[index] = before;
		return watches ? 0 : -ERRNO.EINVAL;
	}
	private enabled(mm: Mm): Watch[] | undefined {
		const control = this.values[CONTROL]!;
		const watches: Watch[] = [];
		for (let index = 0; index < ADDRESSES; index++) {
			if (!((control >> BigInt(index * 2)) & 3n)) continue;
			const field = Number((control >> BigInt(16 + index * 4)) & 15n);
			const [kind, length] = [field & 3, LENGTHS[field >> 2]!];
			const address = Number(this.values[index]);
			if (kind === IO || (kind === EXECUTE && length !== 1) || address % length !== 0) return undefined;
			watches.push({ index, address, length, executes: kind === EXECUTE, before: readForeign(mm, address, length) });
		}
		return watches;
	}
	/** An instruction was executed, and the next is at `rip`. True: something that is watched has changed, or is about to be executed. */
	hit(mm: Mm, rip: number): boolean {
		let status = 0n;
		for (const watch of this.watches) {
			if (watch.executes) {
				if (rip === watch.address) status |= 1n << BigInt(watch.index);
				continue;
			}
			const now = readForeign(mm, watch.address, watch.length);
			if (now.some((byte, i) => byte !== watch.before[i])) status |= 1n << BigInt(watch.index);
			watch.before = now;
		}
		if (status !== 0n) this.values[STATUS] = 0xffff0ff0n | status;
		return status !== 0n;
	}
}
