// The address space of a process: which areas are mapped, the heap, the stack, and the bytes in the CPU's memory behind them.
//
// Everything lies low, so that a process fits a small WebAssembly memory (see layout.ts). Threads and vfork children share it
// (users); fork copies it; execve makes a fresh one.

import { type AddressSpace, PAGE, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { mappedFile } from "../../fs/vfs/mapped";
import { ERRNO, type Errno } from "../../lib/errno";
import type { WordArea } from "../exec/stack";
import type { ProcessRecord } from "../proc/process";
import { chargeFor } from "./charge";
import { readInto } from "./file";
import { GuestBytes } from "./guest";
import { type Layout, pageDown, pageUp } from "./layout";
import { Sharing } from "./sharing";
import { residentOf, usageOf } from "./usage";
import { type Area, type AreaChange, AreaList } from "./vma";

/** Told of growth before it happens; false forbids it (RLIMIT_AS, RLIMIT_DATA, the machine's memory). */
export type Charge = (bytes: number, kind: "any" | "data") => boolean;

/** A stack grows by at least so much at a time. */
const STACK_STEP = 64 * 1024;
const STACK_START = 132 * 1024;
/** Left free below the stack's lowest page. */
const STACK_GUARD = 64 * 1024;

export class Mm {
	users = 1;
	readonly guest: GuestBytes;
	areas = new AreaList();
	/** The heap's beginning and its present end (brk(2)). */
	heapStart = 0;
	heapEnd = 0;
	/** argv and the environment as execve laid them out; programs write over them to change what `ps` shows. */
	words: WordArea | undefined;
	/** MCL_FUTURE: how what is mapped from now on is locked. */
	lockFuture: Area["locked"];
	private bytesMapped = 0;
	/** Of the space's touches, those that its control groups know of, and at how many they are to hear of more. */
	charged = 0;
	nextCharge = 0;
	/** The most that was resident when it was looked at, in bytes. */
	private peakResident = 0;
	readonly sharing = new Sharing(this);

	constructor(
		readonly space: AddressSpace,
		public layout: Layout,
		public charge: Charge,
	) {
		this.guest = new GuestBytes(this);
	}

	get size(): number {
		return this.bytesMapped;
	}
	/** What is in memory, now and at the most. */
	get resident(): number {
		const bytes = residentOf(usageOf(this));
		this.peakResident = Math.max(this.peakResident, bytes);
		return bytes;
	}
	get peak(): number {
		return Math.max(this.resident, this.peakResident);
	}
	share(): this {
		this.users++;
		return this;
	}
	release(): void {
		if (--this.users > 0) return;
		this.forgetAreas();
		this.space.release();
	}
	/** For fork(2). Undefined: no memory. */
	fork(child: ProcessRecord): Mm | undefined {
		this.sharing.flushAll();
		const charge = chargeFor(child);
		if (!charge(this.bytesMapped, "any")) return undefined;
		const space = this.space.fork();
		if (!space) return undefined;
		const copy = new Mm(space, this.layout, charge);
		copy.areas = this.areas.copy();
		copy.heapStart = this.heapStart;
		copy.heapEnd = this.heapEnd;
		copy.words = this.words;
		copy.bytesMapped = this.bytesMapped;
		this.sharing.copyTo(copy.sharing);
		copy.forked();
		return copy;
	}
	/** Locks are not inherited, and areas may have been kept from the child. */
	private forked(): void {
		for (const { start, end, locked, inChild, shared } of [...this.areas]) {
			if (locked) this.mark(start, end, { locked: undefined });
			if (inChild === "gone") this.remove(start, end);
			if (inChild !== "wiped" || shared) continue;
			this.space.bytes(start, end - start).fill(0);
			this.space.written(start, end - start);
		}
	}
	private forgetAreas(): void {
		this.sharing.flushAll();
		this.areas = new AreaList();
		this.sharing.rescan();
	}

	/** For execve(2) of `program`, when nobody shares it: nothing is mapped any more. */
	empty(program?: object): void {
		this.forgetAreas();
		this.bytesMapped = 0;
		this.lockFuture = undefined;
		this.space.reset(program);
	}

	/** Maps an area over a free range, zeroed or with its file's bytes. ENOMEM. */
	add(area: Area): Errno | 0 {
		const length = area.end - area.start;
		if (this.lockFuture) area.locked ??= this.lockFuture;
		if (area.end > this.space.limit) return -ERRNO.ENOMEM;
		const private_ = !area.shared && area.prot & PROT_WRITE;
		if (!this.charge(length, private_ ? "data" : "any")) return -ERRNO.ENOMEM;
		if (area.file) mappedFile(area.file.inode)?.settle();
		const content = area.file?.inode.content?.();
		const file = content && { bytes: content, offset: area.file!.offset };
		if (!this.space.map(area.start, length, area.prot, file)) return -ERRNO.ENOMEM;
		if (area.file && !area.shared && !file) {
			readInto(area.file.inode, area.file.offset, this.space.bytes(area.start, length));
			this.space.written(area.start, length);
		}
		this.bytesMapped += length;
		this.areas.insert(area);
		if (area.shared) this.sharing.mapped(area, file !== undefined);
		else if (area.file) this.sharing.protect(area);
		return 0;
	}
	/** munmap(2). */
	remove(start: number, end: number): void {
		const shares = this.areas.overlapping(start, end).some((area) => area.shared);
		if (shares) this.sharing.flushAll();
		for (const area of this.areas.remove(start, end)) {
			this.bytesMapped -= area.end - area.start;
			this.space.unmap(area.start, area.end - area.start);
		}
		if (shares) this.sharing.rescan();
	}
	/** What needs nothing of the processor: mlock(2), madvise(2) about forks. */
	mark(start: number, end: number, change: Omit<AreaChange, "prot">): void {
		const shares = this.areas.overlapping(start, end).some((area) => area.shared);
		if (shares) this.sharing.flushAll();
		this.areas.change(start, end, change);
		if (shares) this.sharing.rescan();
	}
	/** Bytes of areas that are locked. */
	get locked(): number {
		let bytes = 0;
		for (const area of this.areas) if (area.locked) bytes += area.end - area.start;
		return bytes;
	}
	protect(start: number, end: number, prot: number): void {
		const shares = this.areas.overlapping(start, end).some((area) => area.shared);
		if (shares) this.sharing.flushAll();
		this.areas.change(start, end, { prot });
		if (shares) this.sharing.rescan();
		this.space.protect(start, end - start, prot);
		for (const area of this.areas.overlapping(start, end)) if (area.shared || area.file) this.sharing.protect(area);
	}

	// ---- the heap
	/** brk(2): the new end, or the present one when that cannot be. */
	setHeapEnd(wanted: number, dataLimit: number): number {
		if (wanted < this.heapStart) return this.heapEnd;
		const from = pageUp(this.heapEnd);
		const to = pageUp(wanted);
		if (wanted - this.heapStart > dataLimit) return this.heapEnd;
		if (to > from) {
			if (to > this.layout.stackLow || this.areas.overlapping(from, to).length > 0) return this.heapEnd;
			if (this.add({ start: from, end: to, prot: PROT_READ | PROT_WRITE, name: "[heap]" }) < 0) return this.heapEnd;
		} else if (to < from) this.remove(to, from);
		this.heapEnd = wanted;
		return wanted;
	}

	// ---- the stack
	mapStack(): Errno | 0 {
		const { stackTop } = this.layout;
		return this.add({
			start: stackTop - STACK_START,
			end: stackTop,
			prot: PROT_READ | PROT_WRITE,
			name: "[stack]",
			growsDown: true,
		});
	}
	/** A fault below a stack: grows it if that is allowed. True: try again. */
	growStack(address: number): boolean {
		if (address < 0 || address >= this.space.limit) return false;
		const area = this.areas.from(address);
		if (!area?.growsDown || area.start <= address) return false;
		const lowest = this.layout.stackTop - this.layout.stackLimit;
		const page = pageDown(address);
		if (page < lowest || this.areas.overlapping(page - STACK_GUARD, area.start).length > 0) return false;
		const start = Math.max(lowest, Math.min(page, area.start - STACK_STEP));
		return this.add({ start, end: area.start, prot: area.prot, name: area.name, growsDown: true }) === 0;
	}

	/**
	 * The text of /proc/PID/cmdline: argv as it is in memory now. Where its last byte is no NUL any more, a title has been written
	 * that may go on into the environment, up to its own NUL (get_mm_cmdline in fs/proc/base.c).
	 */
	commandLine(): Uint8Array | undefined {
		if (!this.words) return undefined;
		const { start, argvEnd, end } = this.words;
		const bytes = this.guest.readable(start, end - start);
		const argv = argvEnd - start;
		if (!bytes || argv === 0) return undefined;
		if (bytes[argv - 1] === 0) return bytes.slice(0, argv);
		const nul = bytes.indexOf(0);
		return bytes.slice(0, nul < 0 ? bytes.length : nul + 1);
	}

	/** The text of /proc/PID/maps. */
	maps(): string {
		let out = "";
		for (const area of this.areas) out += `${line(area)}\n`;
		return out;
	}
}

function line(area: Area): string {
	const hex = (value: number, width = 8): string => value.toString(16).padStart(width, "0");
	const bits = `${area.prot & 1 ? "r" : "-"}${area.prot & 2 ? "w" : "-"}${area.prot & 4 ? "x" : "-"}${area.shared ? "s" : "p"}`;
	const { file } = area;
	const dev = file?.inode.fs.dev ?? 0;
	const device = `${hex((dev >> 8) & 0xfff, 2)}:${hex((dev & 0xff) | ((dev >> 12) & ~0xff), 2)}`;
	const head = `${hex(area.start)}-${hex(area.end)} ${bits} ${hex(file?.offset ?? 0)} ${device} ${file?.inode.attributes().ino ?? 0} `;
	const name = file?.name ?? area.name ?? "";
	return name ? `${head.padEnd(73)}${name}` : head;
}

export { PAGE };
