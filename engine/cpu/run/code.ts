// The decoded instructions of one bank.
//
// Instructions are decoded in runs, when control first reaches them, into records that lie one behind the other. A page's
// records are *active* while its bytes are what was decoded. Whatever may change that (a write by the guest or the kernel,
// unmapping, losing PROT_EXEC, execve) only *suspends* the page: each of its records gets the handler that looks itself up
// again. The next execution compares the page with the bytes that were decoded: if they are the same, the records are active
// again, else they are forgotten. So a program that is started again, by fork and exec of the same binary or in a bank that
// ran it before, decodes nothing, and nobody has to be trusted about what lies where.
//
// Records are never moved or freed singly, so that a record's address stays valid wherever it was noted; when the room
// is used up, all are forgotten at once.

import { BASE, Decoder, TOO_LONG } from "../decode/decoder";
import type { Letter } from "../decode/encoding";
import { forms } from "../decode/forms";
import {
	LAYOUT,
	LIMIT,
	LONGEST_RUN,
	NOT_IN_LOOP,
	PAGE_BIT,
	PAGE_SHIFT,
	RECORD,
	RUN_RECORDS,
	STALE,
	slotOfMmx,
	slotOfRegister,
	slotOfXmm,
} from "../interpret/layout";
import { handlerNumbers } from "../interpret/numbers";
import type { Bank } from "./bank";

const PAGE = 1 << PAGE_SHIFT;
/** An instruction may reach this far into the next page. */
const TAIL = 14;
const TABLE_BYTES = PAGE * 4;
/** What an instruction outside the loop costs, in handlers of the loop. */
const ALONE = 4;

class CodePage {
	active = true;
	/** Does an instruction reach into the next page? */
	crosses = false;
	/** First and last-plus-one record address of each run. */
	runs: number[] = [];

	constructor(
		readonly table: number,
		/** The page's bytes and the first few of the next, as decoded. */
		readonly bytes: Uint8Array,
	) {}

	copy(): CodePage {
		const copy = new CodePage(this.table, this.bytes);
		copy.active = this.active;
		copy.crosses = this.crosses;
		copy.runs = this.runs.slice();
		return copy;
	}
}

/** Whoever keeps something that was made of a page's code. */
export interface CodeWatcher {
	/** The page's bytes may have changed. */
	suspended(page: number): void;
	/** They are the same again. */
	resumed(page: number): void;
	/** They are not. */
	forgotten(page: number): void;
}

export class CodeCache {
	private pages = new Map<number, CodePage>();
	private nextRecord = LAYOUT.records + RECORD.size;
	private nextTable: number = LAYOUT.tables;
	private generation = 0;
	private readonly decoder = new Decoder();
	/** From each record of a run, how many handlers it takes to the run's end. */
	private readonly steps = new Uint16Array(RUN_RECORDS + 1);

	constructor(
		private readonly bank: Bank,
		/** Is told what becomes of pages with code. */
		private readonly watcher: CodeWatcher,
	) {}

	/** The record for a guest address; one that faults if there is nothing to execute. */
	lookup(rip: number): number {
		if (!(rip >= 0 && rip < LIMIT) || !this.executable(rip >>> PAGE_SHIFT)) return this.fault(LAYOUT.records, rip, rip);
		const page = this.validated(rip >>> PAGE_SHIFT);
		return (page && this.bank.u32[(page.table >> 2) + (rip & (PAGE - 1))]) || this.decodeRun(rip);
	}

	/** The record of a branch's target, which is noted in the branch. */
	resolve(record: number): number {
		const { generation } = this;
		// A branch backwards may lead below 0.
		const next = this.bank.u32[(record + RECORD.next) >> 2]!;
		const target = next + ((this.bank.u32[(record + RECORD.immediate) >> 2]! - next) | 0);
		const found = this.lookup(target);
		if (generation === this.generation && found !== LAYOUT.records) this.bank.u32[(record + RECORD.target) >> 2] = found;
		return found;
	}

	/** The bytes of a page have changed or may have. */
	suspend(number: number): void {
		this.suspendOne(number);
		if (this.pages.get(number - 1)?.crosses) this.suspendOne(number - 1);
	}

	/**
	 * Watches these pages, as if all their code had been decoded; `crossed` are those that an instruction reaches over the end of.
	 * False: they are not to be executed, or there is no room.
	 */
	watch(pages: Iterable<number>, crossed: ReadonlySet<number>): boolean {
		const { generation } = this;
		for (const number of pages) {
			if (!this.executable(number)) return false;
			if (!this.validated(number) && this.nextTable + TABLE_BYTES > LAYOUT.tablesEnd) return false;
			const page = this.pageFor(number);
			if (crossed.has(number) && !page.crosses) {
				if (!this.executable(number + 1)) return false;
				this.cross(number, page);
			}
		}
		return generation === this.generation;
	}

	/** Does all that was made of a page's code still hold? Looks closely where that is not known. */
	holds(number: number): boolean {
		return this.executable(number) && this.validated(number) !== undefined;
	}

	suspendAll(): void {
		for (const number of this.pages.keys()) this.suspendOne(number);
	}

	/** Takes over another bank's records, if there are none here. */
	adopt(other: CodeCache): void {
		if (this.pages.size > 0) return;
		const { u8, u32 } = this.bank;
		const from = other.bank.u8;
		u8.set(from.subarray(LAYOUT.records, other.nextRecord), LAYOUT.records);
		u8.set(from.subarray(LAYOUT.tables, other.nextTable), LAYOUT.tables);
		for (const [number, page] of other.pages) {
			this.pages.set(number, page.copy());
			u32[(LAYOUT.codeTables >> 2) + number] = page.table;
		}
		this.nextRecord = other.nextRecord;
		this.nextTable = other.nextTable;
		this.suspendAll();
	}

	executable(number: number): boolean {
		return (this.bank.u8[LAYOUT.pageTable + number]! & PAGE_BIT.EXEC) !== 0;
	}

	private suspendOne(number: number): void {
		const page = this.pages.get(number);
		if (!page?.active) return;
		page.active = false;
		for (let i = 0; i < page.runs.length; i += 2)
			for (let record = page.runs[i]!; record < page.runs[i + 1]!; record += RECORD.size) this.bank.u16[record >> 1] = STALE;
		this.mark(number, false);
		if (page.crosses) this.mark(number + 1, this.pages.get(number + 1)?.active === true);
		this.watcher.suspended(number);
	}

	/** The page's records, active; undefined if there are none or they are no longer right. */
	private validated(number: number): CodePage | undefined {
		const page = this.pages.get(number);
		if (!page || page.active) return page;
		if (!this.matches(number, page)) {
			this.forget(number, page);
			return undefined;
		}
		for (let i = 0; i < page.runs.length; i += 2)
			for (let record = page.runs[i]!; record < page.runs[i + 1]!; record += RECORD.size)
				this.bank.u16[record >> 1] = this.bank.u16[(record + RECORD.kept) >> 1]!;
		page.active = true;
		this.mark(number, true);
		if (page.crosses) this.mark(number + 1, true);
		this.watcher.resumed(number);
		return page;
	}

	private matches(number: number, page: CodePage): boolean {
		if (page.crosses && !this.executable(number + 1)) return false;
		const start = LAYOUT.guest + number * PAGE;
		const words = new Uint32Array(page.bytes.buffer, 0, PAGE >> 2);
		const { u8, u32 } = this.bank;
		for (let i = 0, at = start >> 2; i < words.length; i++, at++) if (words[i] !== u32[at]) return false;
		if (page.crosses) for (let i = PAGE; i < PAGE + TAIL; i++) if (page.bytes[i] !== u8[start + i]) return false;
		return true;
	}

	private forget(number: number, page: CodePage): void {
		this.pages.delete(number);
		this.watcher.forgotten(number);
		this.bank.u8.fill(0, page.table, page.table + TABLE_BYTES);
		this.bank.u32[(LAYOUT.codeTables >> 2) + number] = 0;
	}

	/** Writes to a page with active records must take the slow path. */
	private mark(number: number, active: boolean): void {
		const { u8 } = this.bank;
		const at = LAYOUT.pageTable + number;
		if (!active) {
			u8[at]! &= ~PAGE_BIT.CODE;
			return;
		}
		u8[at] = (u8[at]! | PAGE_BIT.CODE) & ~PAGE_BIT.WRITE_FAST;
		if (number > 0) u8[at - 1]! &= ~PAGE_BIT.WRITE_FAST;
	}

	private pageFor(number: number): CodePage {
		const known = this.pages.get(number);
		if (known) return known;
		const start = LAYOUT.guest + number * PAGE;
		const bytes = new Uint8Array(PAGE + 16);
		bytes.set(this.bank.u8.subarray(start, start + PAGE + TAIL));
		const page = new CodePage(this.nextTable, bytes);
		this.nextTable += TABLE_BYTES;
		this.pages.set(number, page);
		this.bank.u32[(LAYOUT.codeTables >> 2) + number] = page.table;
		this.mark(number, true);
		return page;
	}

	private flush(): void {
		this.suspendAll();
		for (const [number, page] of this.pages) this.forget(number, page);
		this.nextRecord = LAYOUT.records + RECORD.size;
		this.nextTable = LAYOUT.tables;
		this.generation++;
	}

	/** Decodes from `start` until control surely leaves, or the page ends, or enough is done. */
	private decodeRun(start: number): number {
		const noTable = this.nextTable + TABLE_BYTES > LAYOUT.tablesEnd;
		const noRoom = this.nextRecord + RUN_RECORDS * RECORD.size > LAYOUT.tables;
		if (noRoom || (noTable && !this.pages.has(start >>> PAGE_SHIFT))) this.flush();
		const number = start >>> PAGE_SHIFT;
		const page = this.pageFor(number);
		const { decoder, bank } = this;
		const { u32 } = bank;
		const { single, illegal, protection } = handlerNumbers();
		const first = this.nextRecord;
		let at = start;
		for (let count = 0; ; count++) {
			const known = at >>> PAGE_SHIFT === number ? u32[(page.table >> 2) + (at & (PAGE - 1))]! : 0;
			if (known || count === LONGEST_RUN || at >>> PAGE_SHIFT !== number) {
				this.goTo(at, known);
				break;
			}
			decoder.decode(bank.guest, at);
			const record = this.nextRecord;
			if ((decoder.next - 1) >>> PAGE_SHIFT !== number) {
				if (!this.executable(number + 1)) {
					// Nothing is noted of what cannot be fetched: the page may be there the next time.
					if (count === 0) return this.fault(LAYOUT.records, at, (number + 1) * PAGE);
					this.goTo(at, 0);
					break;
				}
				this.cross(number, page);
			}
			u32[(page.table >> 2) + (at & (PAGE - 1))] = record;
			if (decoder.form < 0) {
				this.begin(decoder.form === TOO_LONG ? protection : illegal, at, at);
				break;
			}
			const form = forms[decoder.form]!;
			this.write(single(decoder.form, decoder.operandSize, decoder.place), at);
			at = decoder.next;
			const { flow } = form.row;
			if (flow === "jump" || flow === "return" || flow === "call" || flow === "stop") break;
		}
		this.arrange(first, this.nextRecord);
		page.runs.push(first, this.nextRecord);
		return first;
	}

	/** Chooses handlers of the loop for a run, so that there are as few as can be from every record to the run's end. */
	private arrange(first: number, end: number): void {
		const { u16 } = this.bank;
		const { sequences } = handlerNumbers();
		const { steps } = this;
		const count = (end - first) / RECORD.size;
		const singleAt = (i: number): number => u16[(first + i * RECORD.size + RECORD.single) >> 1]!;
		steps[count] = 0;
		for (let i = count - 1; i >= 0; i--) {
			let handler = NOT_IN_LOOP;
			let fewest = steps[i + 1]! + ALONE;
			let node = 0;
			for (let j = i; j < count; j++) {
				node = sequences.child(node, singleAt(j));
				if (node < 0) break;
				const found = sequences.handler(node);
				if (found < 0 || steps[j + 1]! + 1 > fewest) continue;
				fewest = steps[j + 1]! + 1;
				handler = found;
			}
			steps[i] = fewest;
			const record = first + i * RECORD.size;
			u16[record >> 1] = handler;
			u16[(record + RECORD.kept) >> 1] = handler;
		}
	}

	private cross(number: number, page: CodePage): void {
		const start = LAYOUT.guest + number * PAGE;
		page.bytes.set(this.bank.u8.subarray(start + PAGE, start + PAGE + TAIL), PAGE);
		page.crosses = true;
		this.mark(number + 1, true);
	}

	/** A new record, with what all records have. */
	private begin(single: number, address: number, next: number): number {
		const record = this.nextRecord;
		this.nextRecord += RECORD.size;
		const { u8, u16, u32 } = this.bank;
		u16[(record + RECORD.single) >> 1] = single;
		u8[record + RECORD.length] = next - address;
		u32[(record + RECORD.next) >> 2] = next;
		u32[(record + RECORD.target) >> 2] = 0;
		return record;
	}

	private goTo(address: number, target: number): void {
		const record = this.begin(handlerNumbers().goTo, address, address);
		this.bank.u32[(record + RECORD.immediate) >> 2] = address;
		this.bank.u32[(record + RECORD.target) >> 2] = target;
	}

	/** Writes a record for an instruction at `rip` that cannot be fetched, because of `address`. */
	private fault(record: number, rip: number, address: number): number {
		const { u8, u16, u32, view } = this.bank;
		u16[record >> 1] = NOT_IN_LOOP;
		u16[(record + RECORD.kept) >> 1] = NOT_IN_LOOP;
		u16[(record + RECORD.single) >> 1] = handlerNumbers().fetchFault;
		u8[record + RECORD.length] = 0;
		u32[(record + RECORD.next) >> 2] = rip;
		view.setBigUint64(record + RECORD.immediate, BigInt(address), true);
		return record;
	}

	/** Writes the decoded instruction, behind a computation of its address if it needs one. */
	private write(single: number, address: number): void {
		const { decoder } = this;
		const form = forms[decoder.form]!;
		let { base, index, scale, displacement } = decoder;
		const segment = form.row.name === "lea" ? BASE.none : decoder.segment;
		if (decoder.place !== "r" && (segment !== BASE.none || decoder.address32)) {
			if (base === BASE.none && !decoder.address32) base = segment;
			else {
				this.writeAddress(address, segment);
				base = BASE.temporary;
				index = BASE.none;
				scale = displacement = 0;
			}
		}
		const record = this.begin(single, address, decoder.next);
		const { u8, u16, u32 } = this.bank;
		for (let i = 0; i < 2; i++) {
			const letter = form.specs[i]?.letter;
			if (letter === undefined) break;
			u16[(record + RECORD.register[i]!) >> 1] = slotOf(letter, decoder.register[i]!, decoder.high[i]!);
		}
		u16[(record + RECORD.base) >> 1] = slotOfRegister(base);
		u16[(record + RECORD.index) >> 1] = slotOfRegister(index);
		u8[record + RECORD.scale] = scale;
		u32[(record + RECORD.immediate) >> 2] = decoder.immediate;
		u32[(record + RECORD.displacement) >> 2] = decoder.place === "r" ? this.upperImmediate() : displacement;
	}

	/** Where no displacement is: the upper half of a 64-bit immediate, or a second immediate. */
	private upperImmediate(): number {
		return forms[this.decoder.form]!.row.name === "enter" ? this.decoder.second : this.decoder.immediateHigh;
	}

	private writeAddress(address: number, segment: number): void {
		const { decoder } = this;
		const { address: wide, address32 } = handlerNumbers();
		const record = this.begin(decoder.address32 ? address32 : wide, address, decoder.next);
		const { u8, u16, u32 } = this.bank;
		u16[(record + RECORD.register[0]) >> 1] = slotOfRegister(segment);
		u16[(record + RECORD.base) >> 1] = slotOfRegister(decoder.base);
		u16[(record + RECORD.index) >> 1] = slotOfRegister(decoder.index);
		u8[record + RECORD.scale] = decoder.scale;
		u32[(record + RECORD.displacement) >> 2] = decoder.displacement;
	}
}

/** `high` is only about general registers: AH is the second byte of RAX. */
function slotOf(letter: Letter, number: number, high: boolean): number {
	if (letter === "V" || letter === "W" || letter === "U") return slotOfXmm(number);
	if (letter === "P" || letter === "Q" || letter === "N") return slotOfMmx(number);
	return slotOfRegister(number) + (high ? 1 : 0);
}
