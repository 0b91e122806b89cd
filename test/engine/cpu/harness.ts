// The least kernel that a static C program needs: one process, no files but standard output, deterministic answers.

import { createCpu, interpreterModule } from "../../../engine/cpu";
import type { AddressSpace, Cpu, Stop, Thread } from "../../../engine/cpu/types";
import { PAGE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../../engine/cpu/types";

let cpu: Cpu | undefined;
export function sharedCpu(): Cpu {
	cpu ??= createCpu({ module: new WebAssembly.Module(interpreterModule()), tier: "interpreter" });
	return cpu;
}

const STACK_TOP = 0x7f00000;
const STACK_SIZE = 0x100000;
const PIE_BASE = 0x400000;
const MMAP_BASE = 0x3000000;
const ENOSYS = -38;
const ENOENT = -2;
const ENOTTY = -25;
const EBADF = -9;
const READ_WRITE = PROT_READ | PROT_WRITE;

export interface Result {
	status: number;
	stdout: Uint8Array;
	stderr: string;
	executed: number;
	/** Set when the program ended by a fault. */
	stop?: Stop;
}

export interface RunOptions {
	args: string[];
	env?: string[];
	stdin?: Uint8Array;
	/** Instructions after which the test gives up. */
	limit?: number;
	/** Instructions at a time: small slices check that a program can be interrupted anywhere. */
	slice?: number;
	/** Files that can be opened for reading. */
	files?: Record<string, Uint8Array>;
	trace?: (line: string) => void;
}

const text = new TextDecoder();
const pageUp = (n: number): number => Math.ceil(n / PAGE) * PAGE;

/** Loads and runs a static executable. */
export function runProgram(elf: Uint8Array, options: RunOptions): Result {
	const space = sharedCpu().createSpace();
	if (!space) throw new Error("no memory");
	const process = new Process(space, elf, options);
	try {
		return process.run();
	} finally {
		space.release();
	}
}

export class Process {
	readonly thread: Thread;
	private brk = 0;
	private mmapNext = MMAP_BASE;
	private readonly output: Uint8Array[] = [];
	private errors = "";
	private inputAt = 0;
	private executed = 0;
	private status: number | undefined;
	private readonly descriptors = new Map<number, { data: Uint8Array; at: number }>();

	constructor(
		readonly space: AddressSpace,
		elf: Uint8Array,
		private readonly options: RunOptions,
	) {
		this.thread = space.createThread();
		this.load(elf);
	}

	run(): Result {
		const { limit = 3e9, slice = 10_000_000 } = this.options;
		const result = (stop?: Stop): Result => {
			const size = this.output.reduce((sum, chunk) => sum + chunk.length, 0);
			const stdout = new Uint8Array(size);
			let at = 0;
			for (const chunk of this.output) {
				stdout.set(chunk, at);
				at += chunk.length;
			}
			return { status: this.status ?? -1, stdout, stderr: this.errors, executed: this.executed, ...(stop && { stop }) };
		};
		while (this.executed < limit) {
			const stop = this.thread.run(slice);
			this.executed += this.thread.used;
			if (stop.reason === "fault") return result(stop);
			if (stop.reason === "syscall") {
				this.syscall();
				if (this.status !== undefined) return result();
			}
		}
		throw new Error(`still running after ${limit} instructions at ${this.thread.rip.toString(16)}`);
	}

	private load(elf: Uint8Array): void {
		const file = new DataView(elf.buffer, elf.byteOffset, elf.length);
		const number = (at: number): number => Number(file.getBigUint64(at, true));
		const base = file.getUint16(16, true) === 3 ? PIE_BASE : 0;
		const headers = number(32);
		const count = file.getUint16(56, true);
		let headersAt = 0;
		for (let i = 0; i < count; i++) {
			const p = headers + i * 56;
			if (file.getUint32(p, true) !== 1) continue;
			const flags = file.getUint32(p + 4, true);
			const offset = number(p + 8);
			const address = base + number(p + 16);
			const size = number(p + 32);
			const end = address + number(p + 40);
			const start = Math.floor(address / PAGE) * PAGE;
			const prot = (flags & 4 ? PROT_READ : 0) | (flags & 2 ? PROT_WRITE : 0) | (flags & 1 ? PROT_EXEC : 0);
			if (!this.space.map(start, pageUp(end) - start, prot)) throw new Error("no memory");
			this.space.bytes(address, size).set(elf.subarray(offset, offset + size));
			this.space.written(address, size);
			this.brk = Math.max(this.brk, pageUp(end));
			if (headers >= offset && headers < offset + size) headersAt = address + headers - offset;
		}
		this.space.map(STACK_TOP - STACK_SIZE, STACK_SIZE, READ_WRITE);
		this.thread.rip = base + number(24);
		this.stack(headersAt, count, base + number(24));
	}

	private stack(headers: number, count: number, entry: number): void {
		let sp = STACK_TOP;
		const push = (bytes: Uint8Array): number => {
			sp -= bytes.length;
			this.space.bytes(sp, bytes.length).set(bytes);
			return sp;
		};
		const string = (value: string): number => push(new TextEncoder().encode(`${value}\0`));
		const env = (this.options.env ?? ["PATH=/bin"]).map(string);
		const args = this.options.args.map(string);
		const random = push(Uint8Array.from({ length: 16 }, (_, i) => i * 7));
		const vector = [
			args.length,
			...args,
			0,
			...env,
			0,
			...[3, headers, 4, 56, 5, count, 6, PAGE, 9, entry, 11, 0, 12, 0, 13, 0, 14, 0, 23, 0, 25, random, 31, args[0]!, 0, 0],
		];
		sp = Math.floor((sp - vector.length * 8) / 16) * 16;
		const view = this.space.bytes(sp, vector.length * 8);
		const words = new DataView(view.buffer, view.byteOffset, view.length);
		vector.forEach((value, i) => {
			words.setBigUint64(i * 8, BigInt(value), true);
		});
		this.thread.setNumber(4, sp);
	}

	private syscall(): void {
		const number = this.thread.getNumber(0);
		const a = [7, 6, 2, 10, 8, 9].map((register) => this.thread.getNumber(register));
		const answer = this.handle(number, a);
		this.options.trace?.(`${number}(${a.map((x) => x.toString(16)).join(", ")}) = ${answer}`);
		this.thread.setNumber(0, answer);
	}

	private handle(number: number, [a, b, c]: number[]): number {
		const { space, thread } = this;
		switch (number) {
			case 0:
				return this.read(a!, space.bytes(b!, c!));
			case 1:
				return this.write(a!, space.bytes(b!, c!));
			case 20: {
				let total = 0;
				for (let i = 0; i < c!; i++) {
					const vector = space.bytes(b! + 16 * i, 16);
					const view = new DataView(vector.buffer, vector.byteOffset, 16);
					total += this.write(a!, space.bytes(Number(view.getBigUint64(0, true)), Number(view.getBigUint64(8, true))));
				}
				return total;
			}
			case 2:
				return this.open(a!);
			case 257:
				return this.open(b!);
			case 3:
				return this.descriptors.delete(a!) ? 0 : 0;
			case 5:
			case 262:
				return this.stat(number === 5 ? a! : a!, number === 5 ? b! : c!, number === 262 ? b! : -1);
			case 9: {
				const at = this.mmapNext;
				this.mmapNext += pageUp(b!) + PAGE;
				return space.map(at, pageUp(b!), c!) ? at : -12;
			}
			case 10:
				space.protect(a!, pageUp(b!), c!);
				return 0;
			case 11:
				space.unmap(a!, pageUp(b!));
				return 0;
			case 12: {
				if (a! <= this.brk) return this.brk;
				if (a! > MMAP_BASE || !space.map(pageUp(this.brk), pageUp(a!) - pageUp(this.brk), READ_WRITE)) return this.brk;
				this.brk = a!;
				return this.brk;
			}
			case 16:
				return ENOTTY;
			case 13:
			case 14:
			case 137:
				return 0;
			case 39:
			case 186:
			case 218:
				return 1000;
			case 102:
			case 104:
			case 107:
			case 108:
				return 0;
			case 60:
			case 231:
				this.status = a! & 255;
				return 0;
			case 158:
				if (a !== 0x1002) return -22;
				thread.fsBase = BigInt(b!);
				return 0;
			case 89:
				return ENOENT;
			case 201:
				return 1_700_000_000;
			case 318:
				space.bytes(a!, b!).fill(4);
				return b!;
			default:
				return ENOSYS;
		}
	}

	private open(path: number): number {
		const name = this.string(path);
		const data = this.options.files?.[name];
		if (!data) return ENOENT;
		let fd = 3;
		while (this.descriptors.has(fd)) fd++;
		this.descriptors.set(fd, { data, at: 0 });
		return fd;
	}

	private stat(fd: number, buffer: number, path: number): number {
		if (path >= 0 && this.string(path) !== "") return ENOENT;
		const out = this.space.bytes(buffer, 144);
		out.fill(0);
		const view = new DataView(out.buffer, out.byteOffset, 144);
		const file = this.descriptors.get(fd);
		view.setUint32(24, file ? 0o100644 : 0o020620, true);
		view.setBigUint64(48, BigInt(file?.data.length ?? 0), true);
		view.setBigUint64(56, 1024n, true);
		return 0;
	}

	private read(fd: number, into: Uint8Array): number {
		const file = this.descriptors.get(fd);
		if (file) {
			const chunk = file.data.subarray(file.at, file.at + into.length);
			into.set(chunk);
			file.at += chunk.length;
			return chunk.length;
		}
		if (fd !== 0) return EBADF;
		const rest = (this.options.stdin ?? new Uint8Array(0)).subarray(this.inputAt, this.inputAt + into.length);
		into.set(rest);
		this.inputAt += rest.length;
		return rest.length;
	}

	private write(fd: number, bytes: Uint8Array): number {
		if (fd === 1) this.output.push(bytes.slice());
		else if (fd === 2) this.errors += text.decode(bytes);
		else return EBADF;
		return bytes.length;
	}

	private string(address: number): string {
		let end = address;
		while (this.space.bytes(end, 1)[0] !== 0) end++;
		return text.decode(this.space.bytes(address, end - address));
	}
}
