// What a process does about each signal (man 2 sigaction). Threads share one table; CLONE_SIGHAND shares it further.

import { bit, defaultAction } from "./numbers";

export const SA_NOCLDSTOP = 1;
export const SA_NOCLDWAIT = 2;
export const SA_SIGINFO = 4;
export const SA_RESTORER = 0x0400_0000;
export const SA_ONSTACK = 0x0800_0000;
export const SA_RESTART = 0x1000_0000;
export const SA_NODEFER = 0x4000_0000;
export const SA_RESETHAND = 0x8000_0000;

/** struct kernel_sigaction. */
export interface GuestHandler {
	address: number;
	flags: number;
	restorer: number;
	/** Blocked besides while the handler runs. */
	mask: bigint;
}
export type Disposition =
	/** The flags matter even so: SA_NOCLDWAIT. */
	| { kind: "default" | "ignore"; flags: number; mask: bigint; restorer: number }
	| ({ kind: "guest" } & GuestHandler)
	| { kind: "native"; run: () => void };

const DEFAULT = { kind: "default", flags: 0, mask: 0n, restorer: 0 } as const;

export class SignalActions {
	constructor(private readonly table = new Map<number, Disposition>()) {}

	get(signal: number): Disposition {
		return this.table.get(signal) ?? DEFAULT;
	}
	set(signal: number, disposition: Disposition): void {
		this.table.set(signal, disposition);
	}
	flags(signal: number): number {
		const disposition = this.get(signal);
		return disposition.kind === "native" ? 0 : disposition.flags;
	}
	/** Would it be thrown away if it came now? */
	ignores(signal: number): boolean {
		const disposition = this.get(signal);
		return disposition.kind === "ignore" || (disposition.kind === "default" && defaultAction(signal) === "ignore");
	}
	handles(signal: number): boolean {
		const { kind } = this.get(signal);
		return kind === "guest" || kind === "native";
	}
	copy(): SignalActions {
		return new SignalActions(new Map(this.table));
	}
	/** execve(2): handlers become the default, what is ignored stays so. */
	afterExec(): SignalActions {
		const kept = new Map<number, Disposition>();
		for (const [signal, { kind }] of this.table) if (kind === "ignore") kept.set(signal, { ...DEFAULT, kind });
		return new SignalActions(kept);
	}
	mask(kind: "ignored" | "caught"): bigint {
		let mask = 0n;
		for (const [signal, disposition] of this.table) {
			const ignored = disposition.kind === "ignore";
			if (kind === "ignored" ? ignored : this.handles(signal)) mask |= bit(signal);
		}
		return mask;
	}
}
