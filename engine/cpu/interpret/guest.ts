// What both tiers' emitters do alike: accesses to the guest's memory behind a check, and exact arithmetic by way of the scratch room.

import { Emitter, type IntegerSize, type Size } from "../table/emitter";
import { carefulNumber } from "../table/float";
import type { Value } from "../wasm/expression";
import { I32, I64, OP, V128 } from "../wasm/opcodes";
import { LAYOUT } from "./layout";

export abstract class GuestEmitter extends Emitter {
	override load(address: Value, size: IntegerSize, signed = true): Value {
		this.check(address, size / 8, false);
		return this.guestLoad(address, size, signed);
	}

	override store(address: Value, size: IntegerSize, value: Value): void {
		this.check(address, size / 8, true);
		this.guestStore(address, size, value);
	}

	override loadVector(address: Value, size: Size): Value {
		this.check(address, size / 8, false);
		return this.guestLoadVector(address, size);
	}

	override storeVector(address: Value, size: Size, value: Value): void {
		this.check(address, size / 8, true);
		this.guestStoreVector(address, size, value);
	}

	/** A vector's lowest lanes. */
	protected storeLanes(to: Value, size: Size, value: Value, offset: number): void {
		if (size === 128) this.sequence.store(OP.v128store, to, value, offset);
		else if (size === 64) this.sequence.store(OP.i64store, to, this.lane("i64x2_extract", 0, value), offset);
		else this.sequence.store(OP.i32store, to, this.lane("i32x4_extract", 0, value), offset);
	}

	// ---- what has been checked already

	protected guestLoad(address: Value, size: IntegerSize, signed: boolean): Value {
		return this.sequence.load(loadOpcode(size, signed), I64, this.sequence.wrap(address), LAYOUT.guest);
	}

	protected guestStore(address: Value, size: IntegerSize, value: Value): void {
		this.sequence.store(storeOpcode(size), this.sequence.wrap(address), value, LAYOUT.guest);
	}

	protected guestLoadVector(address: Value, size: Size): Value {
		const opcode = size === 128 ? OP.v128load : size === 64 ? OP.v128load64Zero : OP.v128load32Zero;
		return this.sequence.load(opcode, V128, this.sequence.wrap(address), LAYOUT.guest);
	}

	protected guestStoreVector(address: Value, size: Size, value: Value): void {
		this.storeLanes(this.sequence.wrap(address), size, value, LAYOUT.guest);
	}

	/** `careful` by the function of that index, which takes its operands from the scratch room and leaves the result there. */
	protected carefully(index: number, operation: string, a: Value, b: Value, more: Value = this.sequence.const32(0)): Value {
		const q = this.sequence;
		const zero = q.const32(0);
		q.store(OP.v128store, zero, a, LAYOUT.scratch);
		q.store(OP.v128store, zero, b, LAYOUT.scratch + 16);
		const number = q.binary("add", q.const32(carefulNumber(operation)), more);
		this.faultIf(q.perform(index, I32, [number]), "simd");
		return q.load(OP.v128load, V128, zero, LAYOUT.scratch + 32);
	}
}

export function loadOpcode(size: IntegerSize, signed: boolean): number {
	switch (size) {
		case 64:
			return OP.i64load;
		case 32:
			return signed ? OP.i64load32s : OP.i64load32u;
		case 16:
			return signed ? OP.i64load16s : OP.i64load16u;
		case 8:
			return signed ? OP.i64load8s : OP.i64load8u;
	}
}

export function storeOpcode(size: IntegerSize): number {
	return { 64: OP.i64store, 32: OP.i64store32, 16: OP.i64store16, 8: OP.i64store8 }[size];
}
