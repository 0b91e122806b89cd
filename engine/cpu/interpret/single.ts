// Every shape as a function of its own, (record) → the next record, or 0 with a reason in memory when the run ends. These do
// all that may happen, by calling whatever is needed; the flags are in memory.

import type { Shape } from "../decode/encoding";
import type { Exit, Helper } from "../table/emitter";
import type { PlainOperation } from "../table/float";
import { Sequence, type Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { I32, I64, OP } from "../wasm/opcodes";
import { define } from "./define";
import { InterpreterEmitter, type Options, PC } from "./emitter";
import { ACCESS_WRITE, type Functions } from "./functions";
import { EXIT, LAYOUT, RECORD } from "./layout";
import { storeAddress } from "./loop";
import { mulHighS, mulHighU } from "./products";
import { recordAt } from "./records";

/** Functions of records that are no instructions; they cost no fuel. */
export const PSEUDO = {
	/** Finds its instruction's record anew: its page has changed, or may have. */
	stale: 0,
	/** Goes on at `target`: the end of a run of records. */
	goTo: 1,
	/** Computes an address (with a segment in the first register's slot) for the record behind it. */
	address: 2,
	address32: 3,
	/** An instruction that cannot be fetched: the address is the immediate. */
	fetchFault: 4,
} as const;
export const PSEUDO_COUNT = 5;

class SingleEmitter extends InterpreterEmitter {
	constructor(
		sequence: Sequence,
		shape: Shape,
		private readonly functions: Functions,
		options: Options,
	) {
		super(sequence, shape, options);
	}

	override check(address: Value, length: number, write: boolean): void {
		this.settle();
		const q = this.sequence;
		q.begin(q.perform(this.functions.access, I32, [address, q.const32(length | (write ? ACCESS_WRITE : 0))]));
		end(q, EXIT.memory);
		q.end();
	}

	override jump(): void {
		const q = this.sequence;
		this.goTo(branchTarget(q, this.functions));
	}

	override aim(target: Value): void {
		const q = this.sequence;
		const canonical = q.binary("shr_s", q.binary("shl", target, q.const64(16)), q.const64(16));
		this.faultIf(q.binary("ne", canonical, target), "protection");
	}

	override jumpTo(target: Value): void {
		this.goTo(findRecord(this.sequence, this.functions, target));
	}

	override again(): void {
		this.goTo(this.pc());
	}

	override next(): void {
		const q = this.sequence;
		this.goTo(q.binary("add", this.pc(), q.const32(RECORD.size)));
	}

	override exit(reason: Exit): void {
		this.settle();
		end(this.sequence, EXIT[reason]);
		this.ended = true;
	}

	override helper(name: Helper, ...args: Value[]): Value {
		const q = this.sequence;
		switch (name) {
			case "timestamp": {
				const clock = q.load(OP.i64load, I64, q.const32(0), LAYOUT.clock);
				return q.binary("sub", clock, q.load(OP.i64load32u, I64, q.const32(0), LAYOUT.budget));
			}
			case "mulHighU":
				return mulHighU(q, args[0]!, args[1]!);
			case "mulHighS":
				return mulHighS(q, args[0]!, args[1]!);
			case "x87":
				return q.perform(this.functions.x87, I64, args);
			default:
				return q.call(this.functions[name], I64, args);
		}
	}

	override careful(operation: string, a: Value, b: Value, more?: Value): Value {
		return this.carefully(this.functions.careful, operation, a, b, more);
	}

	override plain(operation: PlainOperation, a: Value, b: Value, r: Value): Value {
		return this.sequence.call(this.functions.plain[operation], I32, [a, b, r]);
	}

	override copyBytes(to: Value, from: Value, length: Value): void {
		const q = this.sequence;
		q.bulk(OP.memoryCopy, hostAddress(q, to), hostAddress(q, from), q.wrap(length));
	}

	override fillBytes(to: Value, byte: Value, length: Value): void {
		const q = this.sequence;
		q.bulk(OP.memoryFill, hostAddress(q, to), q.wrap(byte), q.wrap(length));
	}

	private goTo(record: Value): void {
		this.settle();
		this.sequence.return(record);
		this.ended = true;
	}
}

const hostAddress = (q: Sequence, address: Value): Value => q.binary("add", q.wrap(address), q.const32(LAYOUT.guest));

function end(q: Sequence, reason: number): void {
	q.store(OP.i32store, q.const32(0), q.const32(reason), LAYOUT.reason);
	q.return(q.const32(0));
}

/** Of the branch at PC, resolved if it was not. */
export function branchTarget(q: Sequence, functions: Functions): Value {
	const target = q.load(OP.i32load, I32, q.get(PC, I32), RECORD.target);
	return q.choose(q.eqz(target), q.call(functions.resolve, I32, [q.get(PC, I32)]), target);
}

/** The record for a guest address, decoded if it was not. */
export function findRecord(q: Sequence, functions: Functions, target: Value): Value {
	const record = recordAt(q, target);
	return q.choose(record, record, q.call(functions.lookup, I32, [target]));
}

/** Which operands the semantics write: a trial tells. */
export function writtenOperands(shape: Shape, functions: Functions): ReadonlySet<number> {
	const trial = new SingleEmitter(new Sequence(), shape, functions, { written: new Set() });
	shape.row.semantics(trial);
	return trial.wrote;
}

/** Adds all, in order of their numbers: PSEUDO, then the shapes. */
export function addSingles(
	writer: ModuleWriter,
	shapes: readonly Shape[],
	functions: Functions,
	written: (shape: Shape) => ReadonlySet<number>,
): number[] {
	const add = (write: (q: Sequence) => void): number => define(writer, [I32], I32, [], write);
	const single = (shape: Shape): number =>
		add((q) => {
			const emitter = new SingleEmitter(q, shape, functions, { written: written(shape) });
			shape.row.semantics(emitter);
			if (!emitter.ended) emitter.next();
		});
	return [...pseudo(functions).map(add), ...shapes.map(single)];
}

function pseudo(functions: Functions): ((q: Sequence) => void)[] {
	const stale = (q: Sequence): void => {
		const pc = q.get(PC, I32);
		const length = q.load(OP.i64load8u, I64, pc, RECORD.length);
		// Not by the page's table, which would find this very record.
		q.return(q.call(functions.lookup, I32, [q.binary("sub", q.load(OP.i64load32u, I64, pc, RECORD.next), length)]));
	};
	const jump = (q: Sequence): void => q.return(branchTarget(q, functions));
	const address =
		(narrow: boolean) =>
		(q: Sequence): void => {
			storeAddress(q, narrow);
			q.return(q.binary("add", q.get(PC, I32), q.const32(RECORD.size)));
		};
	const fetchFault = (q: Sequence): void => {
		q.store(OP.i64store, q.const32(0), q.load(OP.i64load, I64, q.get(PC, I32), RECORD.immediate), LAYOUT.faultAddress);
		end(q, EXIT.fetch);
	};
	return [stale, jump, address(false), address(true), fetchFault];
}
