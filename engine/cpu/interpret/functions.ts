// The functions beside the interpreter's loop: imports, and helpers written in WebAssembly.

import type { PlainOperation } from "../table/float";
import type { Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { I32, I64, OP, type ValueType } from "../wasm/opcodes";
import { define } from "./define";
import { LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, PAGES } from "./layout";
import { addPlain } from "./plain";
import { addDivideU } from "./quotient";

/** Added to an access's length. */
export const ACCESS_WRITE = 0x10000;
const SEGV_MAPERR = 1;
const SEGV_ACCERR = 2;

/** By index. */
export interface Functions extends Readonly<Record<"divideU" | "divideS" | "x87", number>> {
	/** (rip: i64) → record. */
	lookup: number;
	/** (record of a branch) → record of its target, which is noted in the branch. */
	resolve: number;
	/** (operation) → whether an exception is not masked: on the two vectors in scratch memory, with the result behind them. */
	careful: number;
	/** (a, b, r) → whether the result stands. */
	plain: Readonly<Record<PlainOperation, number>>;
	/** (address: i64, size and direction) → 0, or 1 after it noted a fault. */
	access: number;
	/** (record): tells the translator where the machine is. */
	sample: number;
	/** () → SERVE: a system call was made, and rip is behind it. */
	serve: number;
}

export function addFunctions(writer: ModuleWriter): Functions {
	const imported = (name: string, params: ValueType[], results: ValueType[]): number =>
		writer.importFunction("env", name, { params, results });
	const lookup = imported("lookup", [I64], [I32]);
	const resolve = imported("resolve", [I32], [I32]);
	const codeWritten = imported("codeWritten", [I32], []);
	const divideS = imported("divideS", [I64, I64, I64, I64], [I64]);
	const x87 = imported("x87", [I32, I64, I32], [I64]);
	const careful = imported("careful", [I32], [I32]);
	const sample = imported("sample", [I32], []);
	const serve = imported("serve", [], [I32]);
	const access = addAccess(writer, codeWritten);
	const plain = addPlain(writer);
	const divideU = addDivideU(writer);
	writer.exportFunction("divideU", divideU);
	for (const [name, index] of Object.entries(plain)) writer.exportFunction(name, index);
	writer.exportFunction("open", addOpen(writer, access));
	return { lookup, resolve, divideU, divideS, x87, careful, plain, access, sample, serve };
}

/** A memory access: the page's fast bit, or else exact permissions, both pages of an access that crosses, touched pages, written code. */
function addAccess(writer: ModuleWriter, codeWritten: number): number {
	const ADDRESS = 0;
	const INFO = 1;
	const PAGE = 2;
	const ENTRY = 3;
	return define(writer, [I64, I32], I32, [I32, I32], (q) => {
		const address = (): Value => q.get(ADDRESS, I64);
		const page = (): Value => q.get(PAGE, I32);
		const isWrite = (): Value => q.binary("and", q.get(INFO, I32), q.const32(ACCESS_WRITE));
		const fail = (at: Value, code: Value): void => {
			q.store(OP.i64store, q.const32(0), at, LAYOUT.faultAddress);
			q.store(OP.i32store, q.const32(0), code, LAYOUT.faultCode);
			q.store(OP.i32store, q.const32(0), q.binary("ne", isWrite(), q.const32(0)), LAYOUT.faultWrite);
			q.return(q.const32(1));
		};
		const entryOf = (at: Value): Value => q.load(OP.i32load8u, I32, at, LAYOUT.pageTable);
		const test = (entry: Value, bit: number): Value => q.binary("and", entry, q.const32(bit));
		const touch = (at: () => Value): void => {
			const fresh = q.eqz(test(entryOf(at()), PAGE_BIT.TOUCHED));
			const touches = q.binary("add", q.load(OP.i32load, I32, q.const32(0), LAYOUT.touches), fresh);
			q.store(OP.i32store, q.const32(0), touches, LAYOUT.touches);
			q.store(OP.i32store8, at(), q.binary("or", entryOf(at()), q.const32(PAGE_BIT.TOUCHED)), LAYOUT.pageTable);
		};
		const checkPage = (at: () => Value): void => {
			q.set(ENTRY, entryOf(page()));
			const entry = (): Value => q.get(ENTRY, I32);
			const needed = q.select(isWrite(), q.const32(PAGE_BIT.WRITE), q.const32(PAGE_BIT.READ | PAGE_BIT.WRITE | PAGE_BIT.EXEC));
			q.begin(q.eqz(q.binary("and", entry(), needed)));
			fail(at(), q.select(test(entry(), PAGE_BIT.PRESENT), q.const32(SEGV_ACCERR), q.const32(SEGV_MAPERR)));
			q.end();
			q.begin(isWrite());
			touch(page);
			q.begin(test(entry(), PAGE_BIT.CODE));
			q.callVoid(codeWritten, [page()]);
			q.end();
			q.end();
		};
		q.begin(q.binary("ge_u", address(), q.const64(LIMIT)));
		fail(address(), q.const32(SEGV_MAPERR));
		q.end();
		q.set(PAGE, q.wrap(q.binary("shr_u", address(), q.const64(PAGE_SHIFT))));
		const fast = q.select(isWrite(), q.const32(PAGE_BIT.WRITE_FAST), q.const32(PAGE_BIT.READ_FAST));
		q.begin(q.binary("and", entryOf(page()), fast));
		q.return(q.const32(0));
		q.end();
		checkPage(address);
		// Only the slow path may set the fast bit, once both pages are writable, touched and free of code.
		q.begin(isWrite());
		const following = (): Value => q.binary("add", page(), q.const32(1));
		const open = (entry: Value): Value => q.binary("eq", test(entry, PAGE_BIT.WRITE | PAGE_BIT.CODE), q.const32(PAGE_BIT.WRITE));
		q.begin(q.binary("and", open(entryOf(page())), open(entryOf(following()))));
		touch(following);
		q.store(OP.i32store8, page(), q.binary("or", entryOf(page()), q.const32(PAGE_BIT.WRITE_FAST)), LAYOUT.pageTable);
		q.end();
		q.end();
		const length = q.extend(32, false, q.binary("and", q.get(INFO, I32), q.const32(ACCESS_WRITE - 1)));
		const last = q.binary("sub", q.binary("add", address(), length), q.const64(1));
		const lastPage = q.wrap(q.binary("shr_u", last, q.const64(PAGE_SHIFT)));
		q.begin(q.binary("eq", lastPage, page()));
		q.return(q.const32(0));
		q.end();
		q.set(PAGE, lastPage);
		const start = (): Value => q.binary("shl", q.extend(32, false, page()), q.const64(PAGE_SHIFT));
		q.begin(q.binary("ge_u", page(), q.const32(PAGES)));
		fail(start(), q.const32(SEGV_MAPERR));
		q.end();
		checkPage(start);
		q.return(q.const32(0));
	});
}

/**
 * For translated code, where the fast bit is not set: 0 if the access may be made now. 1 if it faults or meets decoded code,
 * with nothing done: then the interpreter is to find that out.
 */
function addOpen(writer: ModuleWriter, access: number): number {
	const ADDRESS = 0;
	const INFO = 1;
	return define(writer, [I64, I32], I32, [], (q) => {
		const address = (): Value => q.get(ADDRESS, I64);
		const isWrite = (): Value => q.binary("and", q.get(INFO, I32), q.const32(ACCESS_WRITE));
		const length = q.extend(32, false, q.binary("and", q.get(INFO, I32), q.const32(ACCESS_WRITE - 1)));
		const last = q.binary("sub", q.binary("add", address(), length), q.const64(1));
		// Most often it is in the last page of an area, which cannot have the fast bit; then there is nothing to be noted either.
		const pageOf = (at: Value): Value => q.wrap(q.binary("shr_u", at, q.const64(PAGE_SHIFT)));
		q.begin(q.binary("and", q.binary("eq", pageOf(address()), pageOf(last)), q.binary("lt_u", address(), q.const64(LIMIT))));
		const masked = (offset: number, bits: number): Value =>
			q.binary("and", q.load(OP.i32load8u, I32, pageOf(address()), LAYOUT.pageTable + offset), q.const32(bits));
		const { READ, WRITE, EXEC, CODE, TOUCHED } = PAGE_BIT;
		const noted = q.binary("eq", masked(0, WRITE | CODE | TOUCHED), q.const32(WRITE | TOUCHED));
		const alone = q.binary("ne", masked(1, WRITE | CODE), q.const32(WRITE));
		const readable = q.binary("ne", masked(0, READ | WRITE | EXEC), q.const32(0));
		q.begin(q.select(isWrite(), q.binary("and", noted, alone), readable));
		q.return(q.const32(0));
		q.end();
		q.end();
		for (const at of [address(), last]) {
			q.begin(q.binary("ge_u", at, q.const64(LIMIT)));
			q.return(q.const32(1));
			q.end();
		}
		for (const at of [address(), last]) {
			const page = q.wrap(q.binary("shr_u", at, q.const64(PAGE_SHIFT)));
			const entry = q.load(OP.i32load8u, I32, page, LAYOUT.pageTable);
			const bits = q.select(isWrite(), q.const32(PAGE_BIT.WRITE | PAGE_BIT.CODE), q.const32(0));
			q.begin(q.binary("ne", q.binary("and", entry, bits), q.binary("and", bits, q.const32(PAGE_BIT.WRITE))));
			q.return(q.const32(1));
			q.end();
			q.begin(q.eqz(q.binary("and", entry, q.const32(PAGE_BIT.READ | PAGE_BIT.WRITE | PAGE_BIT.EXEC))));
			q.return(q.const32(1));
			q.end();
		}
		q.return(q.perform(access, I32, [address(), q.get(INFO, I32)]));
	});
}
