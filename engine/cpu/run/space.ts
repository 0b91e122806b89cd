// An address space: a bank's memory with permissions. See ../types.ts for what each method promises.
//
// Pages know whether they were touched (see PAGE_BIT.TOUCHED), and what has settled has a number for its content, so that
// fork copies what was written since, and a bank that already holds the same bytes does not get them again.
//
// A space *holds* a bank or is *at rest*: then its pages are an image (rest.ts). Whoever needs the bank gets it back by asking
// for `bank`; that is all there is to waking up. The pool puts spaces to rest, and never the one that runs.

import { LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, PAGES } from "../interpret/layout";
import { type AddressSpace, type CodeListing, type FileBytes, OutOfMemory, type Profile, type Thread } from "../types";
import type { Bank } from "./bank";
import { isOwn, UNKNOWN, ZERO } from "./content";
import type { Holder, Pool } from "./pool";
import { dropImage, endOf, entryOf, type Image, ownOf, putImage, readImage, takeImage } from "./rest";
import { GuestThread } from "./thread";
import { Watch } from "./watch";

const PAGE = 1 << PAGE_SHIFT;
const { READ, WRITE, EXEC, PRESENT, READ_FAST, WRITE_FAST, CODE, TOUCHED } = PAGE_BIT;
const PROT = READ | WRITE | EXEC;
/** As much as is read of a space at rest without waking it. */
const PEEK = 4 * PAGE;

export class GuestSpace implements AddressSpace, Holder {
	readonly limit = LIMIT;
	lastUse = 0;
	touches = 0;
	/** Whose registers are in the bank. */
	current: GuestThread | undefined;
	/** While somebody looks on. */
	watched: Watch | undefined;
	private held: Bank | undefined;
	/** While at rest: the pages, and the bank that had them last. */
	private image: Image | undefined;
	private former: Bank | undefined;
	private program: object | undefined;
	/** No page from here on is present. */
	private end = 0;

	private constructor(readonly pool: Pool) {}

	/** Undefined: there is no memory, or there are as many spaces as there may be. `spared` keeps its bank. */
	static create(pool: Pool, program?: object, spared?: GuestSpace): GuestSpace | undefined {
		if (!pool.admit()) return undefined;
		const space = new GuestSpace(pool);
		space.held = pool.take(space, { program }, spared);
		space.program = program;
		if (space.held) return space;
		pool.leave();
		return undefined;
	}

	/** The bank, which is fetched where the space is at rest. @throws OutOfMemory */
	get bank(): Bank {
		return this.held ?? this.wake();
	}

	map(address: number, length: number, prot: number, file?: FileBytes): boolean {
		const [first, end] = range(address, length);
		if (first < 0 || end > PAGES || !this.bank.reserve(end << PAGE_SHIFT)) return false;
		for (let page = first; page < end; page++) {
			this.drop(page);
			if (file) this.fill(page, file.bytes, file.offset + (page - first) * PAGE);
			else this.clear(page);
			this.table(page, PRESENT | (prot & PROT));
		}
		this.end = Math.max(this.end, end);
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

	read(address: number, length: number): Uint8Array {
		if (!(address >= 0 && address + length <= LIMIT)) return new Uint8Array(0);
		// Others look at a process that sleeps (ps reads its arguments): that need not wake it.
		if (this.image && length <= PEEK) return readImage(this.image, address, length, this.pool.contents);
		const { bank } = this;
		this.lastUse = this.pool.clock;
		if (!bank.reserve(address + length)) throw new OutOfMemory();
		return bank.u8.subarray(LAYOUT.guest + address, LAYOUT.guest + address + length);
	}

	bytes(address: number, length: number): Uint8Array {
		if (!this.held) this.wake();
		const view = this.read(address, length);
		if (view.length > 0) this.mayChange(address, length);
		return view;
	}

	written(address: number, length: number): void {
		if (length <= 0) return;
		const [first, end] = range(address, length);
		for (let page = Math.max(first, 0); page < Math.min(end, PAGES); page++) {
			this.change(page);
			this.drop(page);
		}
	}

	own(address: number, length: number, seen?: Set<number>): number {
		const [first, end] = range(address, length);
		if (this.image) return ownOf(this.image, first, end, seen);
		const { content, u8 } = this.bank;
		let count = 0;
		for (let page = first; page < Math.min(end, this.end); page++) {
			const entry = u8[LAYOUT.pageTable + page]!;
			const number = content[page]!;
			if (entry === 0) continue;
			if (entry & TOUCHED || number === UNKNOWN) count++;
			else if (isOwn(number) && !seen?.has(number)) {
				seen?.add(number);
				count++;
			}
		}
		return count;
	}

	takeChanges(address: number, length: number, visit: (page: number) => void): void {
		// Whoever shares pages asks at the end of each turn; since then it has not run.
		if (this.image) return;
		const [first, end] = range(address, length);
		const { content } = this.bank;
		for (let page = Math.max(first, 0); page < Math.min(end, this.end); page++) {
			if (!(this.entry(page) & TOUCHED) && content[page] !== UNKNOWN) continue;
			this.settle(page);
			// The fast bit of the page before would let a write reach into this one unseen.
			if (page > 0) this.table(page - 1, this.entry(page - 1) & ~WRITE_FAST);
			visit(page * PAGE);
		}
	}

	fork(): AddressSpace | undefined {
		const { bank: from } = this;
		const child = GuestSpace.create(this.pool, this.program, this);
		if (!child) return undefined;
		const { bank } = child;
		if (!bank.reserve(this.end << PAGE_SHIFT)) {
			child.release();
			return undefined;
		}
		for (let page = 0; page < this.end; page++) {
			if (this.entry(page) === 0) continue;
			const content = this.settle(page);
			child.copyPage(page, from, content);
			child.table(page, this.entry(page) & ~CODE);
		}
		child.end = this.end;
		bank.code.adopt(from.code);
		return child;
	}

	reset(program?: object): void {
		this.empty();
		this.program = program;
		this.current = undefined;
		if (this.held && program && this.held.program !== program) this.held = this.pool.exchange(this.held, program);
		if (this.held) this.held.program = program;
	}

	release(): void {
		this.empty();
		this.current = undefined;
		if (this.held) this.pool.give(this, this.held);
		this.held = undefined;
		this.pool.leave();
	}

	/** Nothing is mapped any more. */
	private empty(): void {
		this.unwatch();
		if (this.image) dropImage(this.image, this.pool.contents);
		this.image = undefined;
		if (this.held) {
			const { content, u8, code } = this.held;
			code.suspendAll();
			for (let page = 0; page < this.end; page++) if (u8[LAYOUT.pageTable + page]! & TOUCHED) content[page] = UNKNOWN;
			u8.fill(0, LAYOUT.pageTable, LAYOUT.pageTable + this.end);
		}
		this.end = 0;
	}

	// ---- at rest and back

	rest(): Bank {
		const bank = this.held!;
		this.current?.leave();
		this.current = undefined;
		bank.code.suspendAll();
		this.image = takeImage(bank, this.end, this.pool.contents);
		bank.u8.fill(0, LAYOUT.pageTable, LAYOUT.pageTable + this.end);
		this.end = endOf(this.image);
		this.former = bank;
		this.held = undefined;
		return bank;
	}

	private wake(): Bank {
		const { pool, program, former: bank } = this;
		const taken = pool.take(this, { bank, program });
		if (!taken) throw new OutOfMemory();
		if (!taken.reserve(this.end << PAGE_SHIFT)) {
			pool.give(this, taken);
			throw new OutOfMemory();
		}
		if (this.image) putImage(taken, this.image, pool.contents);
		taken.program = program;
		this.image = undefined;
		this.former = undefined;
		this.held = taken;
		return taken;
	}

	watch(clock: () => number): void {
		this.bank.regions.watched();
		this.watched = new Watch(this, clock);
	}

	unwatch(): void {
		this.watched = undefined;
	}

	profile(): Profile | undefined {
		return this.watched?.profile();
	}

	listing(address: number, lines: number): CodeListing | undefined {
		if (!this.allows(address, 1, EXEC)) return undefined;
		return this.bank.regions.listing(address, lines);
	}

	createThread(): Thread {
		return new GuestThread(this);
	}

	// ---- pages

	private entry(page: number): number {
		return this.image ? entryOf(this.image, page) : this.bank.u8[LAYOUT.pageTable + page]!;
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
		for (let page = first; page < end; page++) if (content[page] === ZERO || this.entry(page) & WRITE) this.change(page);
	}
	private change(page: number): void {
		const { content } = this.bank;
		if (content[page] !== UNKNOWN && !(this.entry(page) & TOUCHED)) this.touches++;
		content[page] = UNKNOWN;
	}

	/** The page's content; what was written since the last time gets a number. */
	private settle(page: number): number {
		const { content } = this.bank;
		const entry = this.entry(page);
		if (!(entry & TOUCHED) && content[page] !== UNKNOWN) return content[page]!;
		this.table(page, entry & ~(TOUCHED | WRITE_FAST));
		content[page] = this.pool.contents.fresh();
		return content[page]!;
	}

	/** The page's bytes are those of a file from `offset` on, and zeros behind its end. */
	private fill(page: number, bytes: Uint8Array, offset: number): void {
		const { content, u8 } = this.bank;
		const length = Math.min(PAGE, bytes.length - offset);
		if (length <= 0) {
			this.clear(page);
			return;
		}
		const number = this.pool.contents.ofFile(bytes.buffer, bytes.byteOffset + offset, length);
		if (content[page] === number && !(this.entry(page) & TOUCHED)) return;
		const start = LAYOUT.guest + page * PAGE;
		u8.set(bytes.subarray(offset, offset + length), start);
		if (length < PAGE) u8.fill(0, start + length, start + PAGE);
		content[page] = number;
	}

	private copyPage(page: number, from: Bank, content: number): void {
		const { bank } = this;
		if (bank.content[page] === content) return;
		const start = LAYOUT.guest + page * PAGE;
		if (content === ZERO) bank.u8.fill(0, start, start + PAGE);
		else bank.u8.set(from.u8.subarray(start, start + PAGE), start);
		bank.content[page] = content;
	}
}

/** The pages of a range of addresses. */
function range(address: number, length: number): [first: number, end: number] {
	return [Math.floor(address / PAGE), Math.floor((address + length + PAGE - 1) / PAGE)];
}
