// A thread of execution: its registers, which are in the bank while it is the space's current thread, and else here.

import { EXIT, FS_SELECTOR, FS_SLOT, GS_SELECTOR, GS_SLOT, LAYOUT, slotOfRegister } from "../interpret/layout";
import type { Served, Stop, Thread } from "../types";
import { floatingCode, simdExceptions, x87Exceptions } from "./exceptions";
import { arithmeticFlags, flagsImage } from "./flags";
import { fxrstor, fxsave, resetFloatingPoint } from "./fxsave";
import { throughStack } from "./segment";
import type { GuestSpace } from "./space";

const STATE_BYTES = LAYOUT.stateEnd - LAYOUT.registers;
const MOST_FUEL = 0x7fffffff;
/** Addresses from here to its negative are none. */
const CANONICAL = 2 ** 47;
/** TF, as `system` has it. */
const TRAP_FLAG = 0x100;
const TRAP_BRKPT = 1;
const TRAP_TRACE = 2;
const OUT_OF_FUEL: Stop = { reason: "fuel" };
const SYSCALL: Stop = { reason: "syscall" };
const SERVED: Stop = { reason: "served" };
const FPE_INTDIV = 1;
const ILL_ILLOPN = 2;
/** What Linux gives for int3 and for faults without an address. */
const SI_KERNEL = 128;

export class GuestThread implements Thread {
	used = 0;
	serve: (() => Served) | undefined;
	private readonly saved = new Uint8Array(STATE_BYTES);

	constructor(readonly space: GuestSpace) {
		this.enter();
		const { u8, view } = space.bank;
		u8.fill(0, LAYOUT.registers, LAYOUT.stateEnd);
		resetFloatingPoint(view);
		this.rflags = 0x202;
	}

	get(register: number): bigint {
		return this.view().getBigUint64(slotOfRegister(register), true);
	}

	set(register: number, value: bigint): void {
		this.view().setBigUint64(slotOfRegister(register), value, true);
	}

	getNumber(register: number): number {
		const view = this.view();
		const at = slotOfRegister(register);
		// The upper half counts as signed, so that small negative numbers are exact too.
		return view.getInt32(at + 4, true) * 0x100000000 + view.getUint32(at, true);
	}

	setNumber(register: number, value: number): void {
		const view = this.view();
		const at = slotOfRegister(register);
		view.setUint32(at, value % 0x100000000, true);
		view.setInt32(at + 4, Math.floor(value / 0x100000000), true);
	}

	get rip(): number {
		const view = this.view();
		return view.getUint32(LAYOUT.rip, true) + view.getInt32(LAYOUT.rip + 4, true) * 0x100000000;
	}

	set rip(value: number) {
		this.view().setBigUint64(LAYOUT.rip, BigInt(value), true);
	}

	get rflags(): number {
		return flagsImage(this.view());
	}

	set rflags(value: number) {
		arithmeticFlags(this.view(), value);
	}

	get fsBase(): bigint {
		return this.view().getBigUint64(FS_SLOT, true);
	}

	set fsBase(value: bigint) {
		this.view().setBigUint64(FS_SLOT, value, true);
		this.view().setUint32(FS_SELECTOR, 0, true);
	}

	get gsBase(): bigint {
		return this.view().getBigUint64(GS_SLOT, true);
	}

	set gsBase(value: bigint) {
		this.view().setBigUint64(GS_SLOT, value, true);
		this.view().setUint32(GS_SELECTOR, 0, true);
	}

	fxsave(): Uint8Array {
		return fxsave(this.view());
	}

	fxrstor(image: Uint8Array): void {
		fxrstor(this.view(), image);
	}

	copyTo(other: Thread): void {
		const target = other as GuestThread;
		const state = this.state().slice();
		target.enter();
		target.space.bank.u8.set(state, LAYOUT.registers);
	}

	run(fuel: number): Stop {
		this.enter();
		const { bank, watched } = this.space;
		if (!(bank.view.getInt32(LAYOUT.system, true) & TRAP_FLAG)) return watched ? watched.run(this, fuel) : this.execute(fuel);
		const stop = this.execute(Math.min(fuel, 1));
		// A branch into the void traps before the fetch faults.
		if (this.used === 0 || (stop.reason === "fault" && stop.access !== "fetch") || stop.reason === "syscall") return stop;
		return { reason: "fault", signal: "SIGTRAP", code: TRAP_TRACE, address: this.rip };
	}

	/** As `run`, without a look at TF. */
	execute(fuel: number): Stop {
		let used = 0;
		for (;;) {
			const part = this.space.bank.regions.part(fuel - used);
			const stop = this.executePart(part);
			used += this.used;
			if (stop.reason === "fuel" && this.used === part && used < fuel) continue;
			this.used = used;
			return stop;
		}
	}

	private executePart(fuel: number): Stop {
		const { space } = this;
		const { bank } = space;
		space.lastUse = ++space.pool.clock;
		const wanted = Math.min(Math.max(fuel, 0), MOST_FUEL);
		bank.view.setInt32(LAYOUT.budget, wanted, true);
		const clock = space.pool.executed + wanted;
		bank.view.setUint32(LAYOUT.clock, clock, true);
		bank.view.setUint32(LAYOUT.clock + 4, clock / 0x100000000, true);
		bank.view.setInt32(LAYOUT.touches, 0, true);
		// With TF set there is a trap behind the call, and nothing else.
		bank.serve = bank.view.getInt32(LAYOUT.system, true) & TRAP_FLAG ? undefined : this.serve;
		bank.regions.begin(wanted);
		const reason = bank.run(bank.code.lookup(this.rip));
		bank.regions.end();
		this.used = wanted - bank.view.getInt32(LAYOUT.budget, true);
		this.space.pool.executed += this.used;
		space.touches += bank.view.getInt32(LAYOUT.touches, true);
		switch (reason) {
			case EXIT.fuel:
			case EXIT.trace:
				return OUT_OF_FUEL;
			case EXIT.syscall:
				return SYSCALL;
			case EXIT.served:
				return SERVED;
			default:
				return this.fault(reason);
		}
	}

	release(): void {
		if (this.space.current === this) this.space.current = undefined;
	}

	private fault(reason: number): Stop {
		const { view } = this.space.bank;
		const address = Number(view.getBigInt64(LAYOUT.faultAddress, true));
		const at = this.rip;
		switch (reason) {
			case EXIT.memory: {
				// A non-canonical address is a general protection fault, or a stack fault.
				if (address >= CANONICAL || address < -CANONICAL) {
					const stack = throughStack(this.space.bank, at, view.getBigUint64(LAYOUT.faultAddress, true));
					return { reason: "fault", signal: stack ? "SIGBUS" : "SIGSEGV", code: SI_KERNEL, address: 0 };
				}
				const access = view.getInt32(LAYOUT.faultWrite, true) ? "write" : "read";
				return { reason: "fault", signal: "SIGSEGV", code: view.getInt32(LAYOUT.faultCode, true), address, access };
			}
			case EXIT.fetch: {
				if (at >= 0 && at < 0x100000000 && (address < 0 || address >= 0x100000000))
					view.setBigUint64(LAYOUT.rip, view.getBigUint64(LAYOUT.faultAddress, true), true);
				const code = this.space.protection(address) === -1 ? 1 : 2;
				return { reason: "fault", signal: "SIGSEGV", code, address, access: "fetch" };
			}
			case EXIT.divide:
				return { reason: "fault", signal: "SIGFPE", code: FPE_INTDIV, address: at };
			case EXIT.floating:
				return { reason: "fault", signal: "SIGFPE", code: floatingCode(x87Exceptions(view)), address: at };
			case EXIT.simd:
				return { reason: "fault", signal: "SIGFPE", code: floatingCode(simdExceptions(view)), address: at };
			case EXIT.illegal:
				return { reason: "fault", signal: "SIGILL", code: ILL_ILLOPN, address: at };
			case EXIT.debug:
				return { reason: "fault", signal: "SIGTRAP", code: TRAP_BRKPT, address: at };
			case EXIT.breakpoint:
				return { reason: "fault", signal: "SIGTRAP", code: SI_KERNEL, address: 0 };
			default:
				return { reason: "fault", signal: "SIGSEGV", code: SI_KERNEL, address: 0 };
		}
	}

	/** Makes this thread's registers the ones in the bank. */
	private enter(): void {
		const { space } = this;
		if (space.current === this) return;
		const { u8 } = space.bank;
		space.current?.leave();
		u8.set(this.saved, LAYOUT.registers);
		space.current = this;
	}

	/** Keeps its registers, before others take their place in the bank. */
	leave(): void {
		this.saved.set(this.space.bank.u8.subarray(LAYOUT.registers, LAYOUT.stateEnd));
	}

	private view(): DataView {
		this.enter();
		return this.space.bank.view;
	}

	private state(): Uint8Array {
		this.enter();
		return this.space.bank.u8.subarray(LAYOUT.registers, LAYOUT.stateEnd);
	}
}
