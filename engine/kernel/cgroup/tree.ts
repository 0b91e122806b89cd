// The tree of control groups and what it enforces: pids.max at fork, memory.max at each growth (an OOM kill), the freezer.
// cpu.max is kept and shown; the scheduler does not hold anybody to it.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Machine } from "../machine";
import { type ProcessRecord, recordOf } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import { fromKernel, sendToProcess } from "../proc/signal/send";
import type { Process } from "../task";
import { WaitQueue } from "../wait";
import type { Cgroup, CgroupTree, Controller } from "./types";

const NONE = Number.POSITIVE_INFINITY;

export class CgroupNode implements Cgroup {
	readonly children = new Map<string, CgroupNode>();
	readonly members = new Set<ProcessRecord>();
	readonly subtreeControl = new Set<Controller>();
	readonly changed = new WaitQueue();
	frozen = false;
	readonly pids = new PidsController(this);
	readonly memory = new MemoryController(this);
	readonly cpu = new CpuController(this);

	constructor(
		readonly name: string,
		readonly parent: CgroupNode | undefined,
	) {}

	get path(): string {
		if (!this.parent) return "/";
		return this.parent.parent ? `${this.parent.path}/${this.name}` : `/${this.name}`;
	}
	get effectivelyFrozen(): boolean {
		for (let at: CgroupNode | undefined = this; at; at = at.parent) if (at.frozen) return true;
		return false;
	}
	get populated(): boolean {
		return this.everyone().next().done !== true;
	}
	/** All processes in it and below. */
	*everyone(): Generator<ProcessRecord> {
		yield* this.members;
		for (const child of this.children.values()) yield* child.everyone();
	}
	*ancestry(): Generator<CgroupNode> {
		for (let at: CgroupNode | undefined = this; at; at = at.parent) yield at;
	}
}

class PidsController {
	max = NONE;
	peak = 0;
	refused = 0;
	constructor(private readonly node: CgroupNode) {}
	get current(): number {
		let tasks = 0;
		for (const process of this.node.everyone()) tasks += process.tasks.size;
		return tasks;
	}
}
class MemoryController {
	max = NONE;
	high = NONE;
	low = 0;
	swapMax = NONE;
	peak = 0;
	readonly events = { low: 0, high: 0, max: 0, oom: 0, oomKill: 0 };
	constructor(private readonly node: CgroupNode) {}
	get current(): number {
		let bytes = 0;
		for (const process of this.node.everyone()) if (!process.dying) bytes += process.memorySize;
		return bytes;
	}
}
class CpuController {
	quota = NONE;
	period = 100_000;
	weight = 100;
	/** Microseconds of processes that ended or moved away. */
	past = 0;
	constructor(private readonly node: CgroupNode) {}
	get used(): number {
		let used = this.past;
		for (const process of this.node.members) used += process.cpuTime * 1000;
		for (const child of this.node.children.values()) used += child.cpu.used;
		return Math.round(used);
	}
}

export class CgroupNodes implements CgroupTree {
	readonly root = new CgroupNode("", undefined);

	constructor(private readonly machine: Machine) {}

	find(path: string): CgroupNode | undefined {
		let at: CgroupNode | undefined = this.root;
		for (const name of path.split("/")) if (name) at = at?.children.get(name);
		return at;
	}
	create(parent: Cgroup, name: string): CgroupNode | Errno {
		const above = parent as CgroupNode;
		if (above.children.has(name)) return -ERRNO.EEXIST;
		const node = new CgroupNode(name, above);
		above.children.set(name, node);
		return node;
	}
	remove(cgroup: Cgroup): Errno | 0 {
		const node = cgroup as CgroupNode;
		if (!node.parent || node.members.size > 0 || node.children.size > 0) return -ERRNO.EBUSY;
		node.parent.children.delete(node.name);
		node.parent.cpu.past += node.cpu.past;
		return 0;
	}
	of(process: Process): CgroupNode {
		return recordOf(process).cgroupNode as CgroupNode;
	}
	attach(process: Process, cgroup: Cgroup): Errno | 0 {
		const record = recordOf(process);
		const to = cgroup as CgroupNode;
		if (record.zombie) return -ERRNO.ESRCH;
		// The rule of no internal processes; the root is exempt.
		if (to.parent && to.subtreeControl.size > 0) return -ERRNO.EBUSY;
		const from = this.of(record);
		if (from === to) return 0;
		this.take(record);
		record.cgroupNode = to;
		to.members.add(record);
		this.notePeaks(to);
		this.notify(from);
		this.notify(to);
		for (const task of record.tasks) task.nudge();
		this.machine.scheduler.thaw();
		return 0;
	}
	/** A new process joins its parent's; `join` is called once it is in the table. */
	join(process: ProcessRecord): void {
		const node = this.of(process);
		const empty = !node.populated;
		node.members.add(process);
		this.notePeaks(node);
		if (empty) this.notify(node);
	}
	leave(process: ProcessRecord): void {
		const node = this.of(process);
		this.take(process);
		if (!node.populated) this.notify(node);
	}
	private take(process: ProcessRecord): void {
		const node = this.of(process);
		node.members.delete(process);
		node.cpu.past += process.cpuTime * 1000;
	}

	/** May one more task be made here? Counts the refusal. */
	admitsTask(cgroup: Cgroup): boolean {
		for (const node of (cgroup as CgroupNode).ancestry()) {
			if (node.pids.current < node.pids.max) continue;
			node.pids.refused++;
			node.changed.wake();
			return false;
		}
		return true;
	}
	/**
	 * A process wants `bytes` more. Over memory.max somebody is killed: the largest of the group that is over. False: the
	 * caller itself was chosen, and must not get the memory.
	 */
	charge(process: ProcessRecord, bytes: number): boolean {
		for (const node of this.of(process).ancestry()) {
			while (node.memory.current + bytes > node.memory.max) {
				node.memory.events.max++;
				const victim = this.outOfMemory(node);
				if (!victim || victim === process) return false;
			}
			node.memory.peak = Math.max(node.memory.peak, node.memory.current + bytes);
		}
		return true;
	}
	setMemoryMax(cgroup: Cgroup, bytes: number): void {
		const node = cgroup as CgroupNode;
		node.memory.max = bytes;
		while (node.memory.current > bytes && this.outOfMemory(node));
	}
	/** Kills the largest process of a group. Undefined: there is none. */
	private outOfMemory(node: CgroupNode): ProcessRecord | undefined {
		let victim: ProcessRecord | undefined;
		for (const process of node.everyone()) {
			if (process.mm && !process.dying && (!victim || process.memorySize > victim.memorySize)) victim = process;
		}
		node.memory.events.oom++;
		if (!victim) return undefined;
		for (const at of this.of(victim).ancestry()) {
			at.memory.events.oomKill++;
			at.changed.wake();
			if (at === node) break;
		}
		victim.dying = true;
		sendToProcess(victim, fromKernel(SIG.SIGKILL));
		return victim;
	}

	freeze(cgroup: Cgroup, frozen: boolean): void {
		const node = cgroup as CgroupNode;
		node.frozen = frozen;
		if (!frozen) {
			this.machine.scheduler.thaw();
			for (const process of node.everyone()) process.continued.wake();
		}
		this.notifyBelow(node);
	}
	kill(cgroup: Cgroup): void {
		for (const process of [...(cgroup as CgroupNode).everyone()]) sendToProcess(process, fromKernel(SIG.SIGKILL));
	}

	private notePeaks(node: CgroupNode): void {
		for (const at of node.ancestry()) at.pids.peak = Math.max(at.pids.peak, at.pids.current);
	}
	private notify(node: CgroupNode): void {
		for (const at of node.ancestry()) at.changed.wake();
	}
	private notifyBelow(node: CgroupNode): void {
		node.changed.wake();
		for (const child of node.children.values()) this.notifyBelow(child);
	}
}
