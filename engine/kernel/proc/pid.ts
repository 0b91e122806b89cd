// Numbers of processes, threads, groups and sessions (man 7 pid_namespaces). A PidRecord is what Linux calls `struct pid`: one
// thing with a number in its own namespace and in each one around it. A number is free again when no task, group or
// session goes by it any more.

import type { Namespaces, PidNamespace, UserNamespace } from "../ns/namespaces";
import type { ProcessRecord } from "./process";
import type { TaskRecord } from "./task";

/** As on 64 bits (PID_MAX_LIMIT). */
export const PID_MAX = 4_194_304;
/** After the first round, low numbers stay free for the daemons that had them. */
const RESERVED = 300;

export class PidNamespaceRecord implements PidNamespace {
	readonly kind = "pid";
	readonly level: number;
	readonly records = new Map<number, PidRecord>();
	/** PID 1 of it; undefined before its first process. */
	init: ProcessRecord | undefined;
	/** Its init has ended: nothing can be born here any more. */
	dead = false;
	private last = 0;

	constructor(
		readonly inode: number,
		readonly owner: UserNamespace,
		readonly parent: PidNamespaceRecord | undefined,
	) {
		this.level = parent ? parent.level + 1 : 0;
	}
	/** The next free number, or 0 if there is none. */
	allocate(): number {
		for (let tried = 0; tried < PID_MAX; tried++) {
			this.last = this.last + 1 >= PID_MAX ? RESERVED : this.last + 1;
			if (!this.records.has(this.last)) return this.last;
		}
		return 0;
	}
	*outwards(): Generator<PidNamespaceRecord> {
		for (let at: PidNamespaceRecord | undefined = this; at; at = at.parent) yield at;
	}
	/** Is `other` this namespace or one within it? */
	contains(other: PidNamespaceRecord): boolean {
		let at: PidNamespaceRecord | undefined = other;
		while (at && at.level > this.level) at = at.parent;
		return at === this;
	}
}

export class PidRecord {
	task: TaskRecord | undefined;
	/** Processes whose group goes by this number. */
	readonly members = new Set<ProcessRecord>();
	private references = 0;

	private constructor(
		/** From the initial namespace inwards. */
		readonly numbers: readonly number[],
		private readonly namespaces: readonly PidNamespaceRecord[],
	) {}

	/** Undefined when the numbers are used up. `wanted` are those to take, from the innermost namespace outwards; others are the next. */
	static create(innermost: PidNamespaceRecord, wanted: readonly number[] = []): PidRecord | undefined {
		const namespaces = [...innermost.outwards()].reverse();
		const chosen = [...wanted].reverse();
		const free = namespaces.length - chosen.length;
		const numbers = namespaces.map((namespace, level) => chosen[level - free] ?? namespace.allocate());
		if (numbers.includes(0)) return undefined;
		const record = new PidRecord(numbers, namespaces);
		for (const [level, namespace] of namespaces.entries()) namespace.records.set(numbers[level]!, record);
		return record;
	}
	get namespace(): PidNamespaceRecord {
		return this.namespaces.at(-1)!;
	}
	/** In the initial namespace. */
	get number(): number {
		return this.numbers[0]!;
	}
	in(namespace: Namespaces["pid"]): number {
		return this.namespaces[namespace.level] === namespace ? this.numbers[namespace.level]! : 0;
	}
	hold(): this {
		this.references++;
		return this;
	}
	drop(): void {
		if (--this.references > 0) return;
		for (const [level, namespace] of this.namespaces.entries()) namespace.records.delete(this.numbers[level]!);
	}
}
