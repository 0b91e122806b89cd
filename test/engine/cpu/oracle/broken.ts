// Rows broken on purpose: what an instruction does to the machine is wrong in a bit, in whatever tier reads the row. A suite that
// compares with the processor has to notice.

import type { Emitter } from "../../../../engine/cpu/table/emitter";
import type { Row } from "../../../../engine/cpu/table/row";
import type { Value } from "../../../../engine/cpu/wasm/expression";
import { I64, V128 } from "../../../../engine/cpu/wasm/opcodes";

/** What no instruction's result shows: where the x87 was last, which only an unmasked exception tells. */
const HIDDEN = new Set(["x87Instruction", "x87Address"]);

/** Bits of a word of state: the direction flag, and one that all have. */
const IN_WORDS = 0x401;

/** `tell` is called where something could be broken. */
export function broken(semantics: Row["semantics"], tell: () => void): Row["semantics"] {
	return (e) => {
		// What one of these does by way of another is broken once.
		let inside = false;
		// What is written by a wrong condition is wrong by that; wrong again, it could be right.
		let misjudged = false;
		const outermost = <T>(perform: (first: boolean) => T): T => {
			const first = !inside;
			if (!first) return perform(false);
			inside = true;
			tell();
			try {
				return perform(true);
			} finally {
				inside = false;
			}
		};
		const turned = (value: Value): Value => {
			if (value.type === V128) return e.simple("v128_xor", value, e.vector(1n));
			const q = e.sequence;
			return q.binary("xor", value, value.type === I64 ? q.const64(1) : q.const32(IN_WORDS));
		};
		/** A method whose argument of that number is wrong. */
		const breaking = <M extends (...args: never[]) => void>(method: M, at: number): M =>
			((...args: never[]) =>
				outermost((first) => {
					const given = first ? args.map((arg, i) => (i === at ? turned(arg) : arg)) : args;
					return method.apply(e, given as never[]);
				})) as M;
		const { write, setState, condition, helper } = e;
		// An emitter is made for one instruction, so that this is of this instruction alone.
		const own: Partial<Emitter> = {
			write: (...args) => (misjudged ? write.apply(e, args) : breaking(write, 1)(...args)),
			writeVector: breaking(e.writeVector, 1),
			writeMmx: breaking(e.writeMmx, 1),
			setRegister: breaking(e.setRegister, 2),
			store: breaking(e.store, 2),
			storeVector: breaking(e.storeVector, 2),
			copyBytes: breaking(e.copyBytes, 2),
			fillBytes: breaking(e.fillBytes, 1),
			setLazy: breaking(e.setLazy, 3),
			setState: (name, value) =>
				HIDDEN.has(name)
					? setState.call(e, name, value)
					: outermost((first) => setState.call(e, name, first ? turned(value) : value)),
			condition: (code) =>
				outermost((first) => {
					misjudged = true;
					return condition.call(e, first ? code ^ 1 : code);
				}),
			helper: (name, ...args) =>
				name === "x87"
					? outermost((first) => (first ? e.constant(0) : helper.call(e, name, ...args)))
					: helper.call(e, name, ...args),
		};
		Object.assign(e, own);
		semantics(e);
	};
}
