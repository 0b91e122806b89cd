// An address space: a bank's memory with permissions. See ../types.ts for what each method promises.
//
// Pages know whether they were touched (see PAGE_BIT.TOUCHED), and read-only pages get a number for their content, so that
// fork copies what was written, and a bank that already holds the same text does not get it again.

import { LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, PAGES } from "../interpret/layout";
import type { AddressSpace, Thread } from "../types";
import { type Bank, UNKNOWN, ZERO } from "./bank";
import type { Pool } from "./pool";
import { GuestThread } from "./thread";

const PAGE = 1 << PAGE_SHIFT;
const { READ, WRITE, EXEC, PRESENT, READ_FAST, WRITE_FAST, CODE, TOUCHED } = PAGE_BIT;
const PROT = READ | WRITE | EXEC;

export class GuestSpace implements AddressSpace {
	readonly limit = LIMIT;
	/** Whose registers are in the bank. */
	current: GuestThread | undefined;

	constructor(
		readonly pool: Pool,
		readonly bank: Bank,
	) {}

	map(address: number, length: number, prot: number): boolean {
		const [first, end] = range(address, length);
		if (first < 0 || end > PAGES || !this.bank.reserve(end << PAGE_SHIFT)) return false;
		for (let page = first; page < end; page++) {
			this.drop(page);
			this.clear(page);
			this.table(page, PRESENT | (prot & PROT));
		}
		this.refresh(first, end);
		return true;
	}

	unmap(address: number, length: number): void {
		const [first, end] = range(address, length);
		for (let page = Math.max(first, 0); page < Math.min(end, PAGES); page++) {
			this.drop(page);
			if (this.entry(page) & TOUCHED) this.bank.content[page] = UNKNOWN;
			this.table(page, 0);
		}
		this.refresh(first, end);
	}

	protect(address: number, length: number, prot: number): void {
		const [first, end] = range(address, length);
		for (let page = Math.max(first, 0); page < Math.min(end, PAGES); page++) {
			const entry = this.entry(page);
			if (!(entry & PRESENT)) continue;
			if (!(prot & EXEC)) this.drop(page);
			this.table(page, (this.entry(page) & ~(PROT | WRITE_FAST | READ_FAST)) | (prot & PROT));
		}
		this.refresh(first, end);
	}

	protection(address: number): number {
		const page = Math.floor(address / PAGE);
		if (page < 0 || page >= PAGES) return -1;
		const entry = this.entry(page);
		return entry & PRESENT ? entry & PROT : -1;
	}

	allows(address: number, length: number, prot: number): boolean {
		if (length === 0) return true;
		if (!(address >= 0 && address + length <= LIMIT)) return false;
		const end = Math.floor((address + length - 1) / PAGE);
		for (let page = Math.floor(address / PAGE); page <= end; page++) {
			const entry = this.entry(page);
			if (!(entry & PRESENT)) return false;
			// As on the hardware, what can be written or executed can be read.
			if (prot & READ && !(entry & PROT)) return false;
			if ((entry & prot & ~READ) !== (prot & ~READ)) return false;
		}
		return true;
	}

	bytes(address: number, length: number): Uint8Array {
		if (!(address >= 0 && address + length <= LIMIT)) return new Uint8Array(0);
		this.bank.reserve(address + length);
		if (length > 0) this.mayChange(address, length);
		return this.bank.u8.subarray(LAYOUT.guest + address, LAYOUT.guest + address + length);
	}

	written(address: number, length: number): void {
		if (length <= 0) return;
		const [first, end] = range(address, length);
		for (let page = Math.max(first, 0); page < Math.min(end, PAGES); page++) {
			this.bank.content[page] = UNKNOWN;
			this.drop(page);
		}
	}

	fork(): AddressSpace | undefined {
		const bank = this.pool.take();
		if (!bank) return undefined;
		const child = new GuestSpace(this.pool, bank);
		const end = this.lastPresent() + 1;
		if (!bank.reserve(end << PAGE_SHIFT)) {
			this.pool.give(bank);
			return undefined;
		}
		for (let page = 0; page < end; page++) {
			if (this.entry(page) === 0) continue;
			const content = this.settle(page);
			child.copyPage(page, this.bank, content);
			child.table(page, this.entry(page) & ~CODE);
		}
		bank.code.adopt(this.bank.code);
		return child;
	}

	reset(): void {
		const end = this.lastPresent() + 1;
		const { content, u8, code } = this.bank;
		code.suspendAll();
		for (let page = 0; page < end; page++) if (this.entry(page) & TOUCHED) content[page] = UNKNOWN;
		u8.fill(0, LAYOUT.pageTable, LAYOUT.pageTable + end);
	}

	release(): void {
		this.reset();
		this.current = undefined;
		this.pool.give(this.bank);
	}

	createThread(): Thread {
		return new GuestThread(this);
	}

	// ---- pages

	private entry(page: number): number {
		return this.bank.u8[LAYOUT.pageTable + page]!;
	}

	private table(page: number, entry: number): void {
		this.bank.u8[LAYOUT.pageTable + page] = entry;
	}

	/** Decoded code of the page is no longer trusted. */
	private drop(page: number): void {
		if (this.entry(page) & CODE) this.bank.code.suspend(page);
	}

	private clear(page: number): void {
		const { content, u8 } = this.bank;
		if (content[page] === ZERO && !(this.entry(page) & TOUCHED)) return;
		const start = LAYOUT.guest + page * PAGE;
		u8.fill(0, start, start + PAGE);
		content[page] = ZERO;
	}

	/** After a change of permissions in [first, end): the fast bits, which depend on the following page too. */
	private refresh(first: number, end: number): void {
		for (let page = Math.max(first - 1, 0); page < Math.min(end, PAGES); page++) {
			const entry = this.entry(page) & ~(READ_FAST | WRITE_FAST);
			const readable = (entry & PROT) !== 0 && (this.entry(page + 1) & PROT) !== 0;
			this.table(page, readable ? entry | READ_FAST : entry);
		}
		// An instruction that could not be fetched whole may be now, or the other way round.
		if (first > 0) this.drop(first - 1);
	}

	/** The kernel has asked for these bytes and may write them. Text that is known stays known: it is only read. */
	private mayChange(address: number, length: number): void {
		const { content } = this.bank;
		const [first, end] = range(address, length);
		for (let page = first; page < end; page++) if (content[page] === ZERO || this.entry(page) & WRITE) content[page] = UNKNOWN;
	}

	/** The page's content; one that can no longer change gets a number. */
	private settle(page: number): number {
		const { content } = this.bank;
		const entry = this.entry(page);
		if (!(entry & TOUCHED) && content[page] !== UNKNOWN) return content[page]!;
		if (entry & WRITE) return UNKNOWN;
		this.table(page, entry & ~TOUCHED);
		content[page] = this.pool.newContent();
		return content[page]!;
	}

	private copyPage(page: number, from: Bank, content: number): void {
		const { bank } = this;
		if (content !== UNKNOWN && bank.content[page] === content) return;
		const start = LAYOUT.guest + page * PAGE;
		if (content === ZERO) bank.u8.fill(0, start, start + PAGE);
		else bank.u8.set(from.u8.subarray(start, start + PAGE), start);
		bank.content[page] = content;
	}

	private lastPresent(): number {
		const { u32 } = this.bank;
		const start = LAYOUT.pageTable >> 2;
		let word = (PAGES >> 2) - 1;
		while (word >= 0 && u32[start + word] === 0) word--;
		return word * 4 + 3;
	}
}

/** The pages of a range of addresses. */
function range(address: number, length: number): [first: number, end: number] {
	return [Math.floor(address / PAGE), Math.floor((address + length + PAGE - 1) / PAGE)];
}
