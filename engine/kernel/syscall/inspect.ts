// System calls by which one process looks into another: process_vm_readv(2), process_vm_writev(2), kcmp(2). ptrace(2) is in ptrace.ts.

import { ERRNO } from "../../lib/errno";
import { mayInspect } from "../proc/access";
import { taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import { type Span, totalLength, vectors } from "./decode";
import type { Arguments, GuestMemory, GuestTask, SyscallRow } from "./row";

/** Copies between two address spaces, span by span, until one of them ends; how many bytes. EFAULT when none could be. */
function copy(from: GuestMemory, sources: readonly Span[], to: GuestMemory, targets: readonly Span[]): number {
	let done = 0;
	const [source, target] = [cursor(sources), cursor(targets)];
	for (;;) {
		const [read, write] = [source.now(), target.now()];
		if (!read || !write) return done;
		// To the end of a page at once: the next may not be there.
		const count = Math.min(read.length, write.length, 4096 - (read.address % 4096), 4096 - (write.address % 4096));
		const bytes = from.readable(read.address, count)?.slice();
		const into = bytes && to.writable(write.address, count);
		if (!into) return done || -ERRNO.EFAULT;
		into.set(bytes);
		done += count;
		source.skip(count);
		target.skip(count);
	}
}
function cursor(spans: readonly Span[]) {
	let index = 0;
	let used = 0;
	return {
		now(): Span | undefined {
			while (index < spans.length && used >= spans[index]!.length) {
				index++;
				used = 0;
			}
			const span = spans[index];
			return span && { address: span.address + used, length: span.length - used };
		},
		skip(count: number): void {
			used += count;
		},
	};
}
function processVm(
	task: GuestTask,
	[pid, localAt, localCount, remoteAt, remoteCount, flags]: Arguments,
	writes: boolean,
): number {
	if (flags !== 0) return -ERRNO.EINVAL;
	const local = vectors(task.memory, localAt, localCount);
	if (typeof local === "number") return local;
	if (totalLength(local) === 0) return 0;
	const remote = vectors(task.memory, remoteAt, remoteCount);
	if (typeof remote === "number") return remote;
	const target = task.kernel.findTask(pid | 0, task.namespaces.pid);
	const memory = target && taskRecord(target).process.mm?.guest;
	if (!target || !memory) return -ERRNO.ESRCH;
	if (!mayInspect(task, target)) return -ERRNO.EPERM;
	return writes ? copy(task.memory, local, memory, remote) : copy(memory, remote, task.memory, local);
}

const KCMP = { FILE: 0, VM: 1, FILES: 2, FS: 3, SIGHAND: 4, IO: 5, SYSVSEM: 6, EPOLL_TFD: 7 } as const;
/** Objects have no addresses to be ordered by: the first seen is the least. */
const order = new WeakMap<object, number>();
let seen = 0;
function numberOf(object: object | undefined): number {
	if (!object) return 0;
	let number = order.get(object);
	if (number === undefined) {
		number = ++seen;
		order.set(object, number);
	}
	return number;
}
/** 0 the same, 1 less, 2 greater. */
function kcmp(task: GuestTask, [first, second, type, a, b]: Arguments): number {
	const [one, other] = [first, second].map((pid) => task.kernel.findTask(pid | 0, task.namespaces.pid));
	if (!one || !other) return -ERRNO.ESRCH;
	if (!mayInspect(task, one) || !mayInspect(task, other)) return -ERRNO.EPERM;
	if (type === KCMP.FILE) {
		const [x, y] = [one.files.get(a), other.files.get(b)];
		return x && y ? compare(x, y) : -ERRNO.EBADF;
	}
	const part = PARTS.get(type);
	return part ? compare(part(taskRecord(one)), part(taskRecord(other))) : -ERRNO.EINVAL;
}
const compare = (one: object | undefined, other: object | undefined): number =>
	one === other ? 0 : numberOf(one) < numberOf(other) ? 1 : 2;
const PARTS: ReadonlyMap<number, (task: TaskRecord) => object | undefined> = new Map<
	number,
	(task: TaskRecord) => object | undefined
>([
	[KCMP.VM, ({ process }) => process.mm],
	[KCMP.FILES, ({ files }) => files],
	[KCMP.FS, ({ fs }) => fs],
	[KCMP.SIGHAND, ({ process }) => process.actions],
	// Nobody has an input and output context of their own.
	[KCMP.IO, () => undefined],
	[KCMP.SYSVSEM, ({ process }) => process.semaphoreUndo],
]);

export const inspectRows: SyscallRow[] = [
	{
		number: 310,
		name: "process_vm_readv",
		args: ["pid", "address", "size", "address", "size", "flags"],
		handler: (task, args) => processVm(task, args, false),
	},
	{
		number: 311,
		name: "process_vm_writev",
		args: ["pid", "address", "size", "address", "size", "flags"],
		handler: (task, args) => processVm(task, args, true),
	},
	{ number: 312, name: "kcmp", args: ["pid", "pid", "int", "uint", "uint"], handler: kcmp },
];
