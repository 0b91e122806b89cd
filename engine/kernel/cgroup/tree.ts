// The tree of control groups and what it enforces: pids.max at fork, memory.max at each growth (an OOM kill), cpu.max (cpu.ts), the
// freezer.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Machine } from "../machine";
import { type ProcessRecord, recordOf } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import { fromKernel, sendToProcess } from "../proc/signal/send";
import type { Process } from "../task";
import { WaitQueue } from "../wait";
import { CpuController } from "./cpu";
import type { Cgroup, CgroupTree, Controller, MemoryEvents } from "./types";

const NONE = Number.POSITIVE_INFINITY;

export class CgroupNode implements Cgroup {
	readonly children = new Map<string, CgroupNode>();
	readonly members = new Set<ProcessRecord>();
	readonly subtreeControl = new Set<Controller>();
	readonly changed = new WaitQueue();
	frozen = false;
	readonly cpuset = { cpus: "", mems: "" };
	maxDepth = NONE;
	maxDescendants = NONE;
	readonly pids = new PidsController(this);
	readonly memory = new MemoryController(this);
	readonly cpu: CpuController;

	constructor(
		readonly name: string,
		readonly parent: CgroupNode | undefined,
		machine: Machine,
	) {
		this.cpu = new CpuController(this, machine);
	}

	get path(): string {
		if (!this.parent) return "/";
		return this.parent.parent ? `${this.parent.path}/${this.name}` : `/${this.name}`;
	}
	get effectivelyFrozen(): boolean {
		for (let at: CgroupNode | undefined = this; at; at = at.parent) if (at.frozen) return true;
		return false;
	}
	get throttled(): boolean {
		for (let at: CgroupNode | undefined = this; at; at = at.parent) if (at.cpu.exhausted) return true;
		return false;
	}
	get weight(): number {
		return this.cpu.weight;
	}
	get populated(): boolean {
		return this.everyone().next().done !== true;
	}
	/** All processes in it and below. */
	*everyone(): Generator<ProcessRecord> {
		yield* this.members;
		for (const child of this.children.values()) yield* child.everyone();
	}
	/** How many groups are below. */
	get descendants(): number {
		let count = this.children.size;
		for (const child of this.children.values()) count += child.descendants;
		return count;
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
const noEvents = (): MemoryEvents => ({ low: 0, high: 0, max: 0, oom: 0, oomKill: 0, oomGroupKill: 0 });

class MemoryController {
	max = NONE;
	high = NONE;
	low = 0;
	min = 0;
	swapMax = NONE;
	peak = 0;
	oomGroup = false;
	/** What files of tmpfs hold that were written from here; see chargeFile. */
	ownFiles = 0;
	readonly events = noEvents();
	readonly localEvents = noEvents();
	/** What `current` is at most: what it was when it was last counted, and all that was charged since. */
	bound = 0;
	constructor(private readonly node: CgroupNode) {}
	get files(): number {
		let bytes = this.ownFiles;
		for (const child of this.node.children.values()) bytes += child.memory.files;
		return bytes;
	}
	get current(): number {
		let bytes = this.files;
		for (const process of this.node.everyone()) if (!process.dying) bytes += process.memorySize;
		return bytes;
	}
}
/** oom_score_adj of processes that are never chosen. */
const NEVER = -1000;
/** Bytes, and a share of the limit for oom_score_adj (Documentation/filesystems/proc, "oom_score_adj"). */
const badness = (process: ProcessRecord, limit: number): number => process.memorySize + (process.oomScoreAdj / 1000) * limit;

export class CgroupNodes implements CgroupTree {
	readonly root: CgroupNode;

	constructor(private readonly machine: Machine) {
		this.root = new CgroupNode("", undefined, machine);
	}

	find(path: string): CgroupNode | undefined {
		let at: CgroupNode | undefined = this.root;
		for (const name of path.split("/")) if (name) at = at?.children.get(name);
		return at;
	}
	create(parent: Cgroup, name: string): CgroupNode | Errno {
		const above = parent as CgroupNode;
		if (above.children.has(name)) return -ERRNO.EEXIST;
		let depth = 1;
		for (const at of above.ancestry()) {
			if (depth++ > at.maxDepth || at.descendants >= at.maxDescendants) return -ERRNO.EAGAIN;
		}
		const node = new CgroupNode(name, above, this.machine);
		above.children.set(name, node);
		return node;
	}
	remove(cgroup: Cgroup): Errno | 0 {
		const node = cgroup as CgroupNode;
		if (!node.parent || node.members.size > 0 || node.children.size > 0) return -ERRNO.EBUSY;
		node.parent.children.delete(node.name);
		node.parent.cpu.past += node.cpu.past;
		node.parent.memory.ownFiles += node.memory.ownFiles;
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
		for (const at of to.ancestry()) at.memory.bound = NONE;
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
	chargeTime(process: ProcessRecord, ms: number): void {
		const node = this.of(process);
		this.machine.scheduler.used(node, ms);
		for (const at of node.ancestry()) at.cpu.charge(ms);
	}
	setCpuMax(cgroup: Cgroup, quota: number, period: number): void {
		(cgroup as CgroupNode).cpu.set(quota, period);
	}

	/**
	 * A process wants `bytes` more. Over memory.max somebody is killed, of those in the group that is over. False: the
	 * caller itself was chosen, and must not get the memory.
	 */
	charge(process: ProcessRecord, bytes: number): boolean {
		return this.chargeTo(this.of(process), bytes, process);
	}
	private chargeTo(group: CgroupNode, bytes: number, process: ProcessRecord | undefined): boolean {
		for (const node of group.ancestry()) {
			const { memory } = node;
			// Counting is for groups near their limit; a peak is of processes, which lie in the leaves.
			if (memory.bound + bytes <= Math.min(memory.max, memory.high)) {
				memory.bound += bytes;
				if (node.children.size === 0) memory.peak = Math.max(memory.peak, memory.current + bytes);
				continue;
			}
			while (memory.current + bytes > memory.max) {
				this.count(node, "max");
				const victim = this.outOfMemory(node);
				if (!victim || victim === process) return false;
			}
			if (memory.current + bytes > memory.high) this.count(node, "high");
			memory.bound = memory.current + bytes;
			memory.peak = Math.max(memory.peak, memory.bound);
		}
		return true;
	}
	/** Something happened to a group: it and those around it hear of it. */
	private count(node: CgroupNode, event: keyof MemoryEvents): void {
		node.memory.localEvents[event]++;
		for (const at of node.ancestry()) {
			at.memory.events[event]++;
			at.changed.wake();
		}
	}
	setMemoryMax(cgroup: Cgroup, bytes: number): void {
		const node = cgroup as CgroupNode;
		node.memory.max = bytes;
		while (node.memory.current > bytes && this.outOfMemory(node));
	}
	/** Kills the worst process of a group, or all with memory.oom.group. Undefined: there is none. */
	private outOfMemory(node: CgroupNode): ProcessRecord | undefined {
		this.count(node, "oom");
		const limit = Math.min(node.memory.max, this.machine.memory.total);
		let victim: ProcessRecord | undefined;
		for (const process of node.everyone()) {
			if (!process.mm || process.dying || process.oomScoreAdj <= NEVER) continue;
			if (!victim || badness(process, limit) > badness(victim, limit)) victim = process;
		}
		if (!victim) return undefined;
		const group = this.oomGroupOf(victim, node);
		if (!group) this.kill9(victim);
		else {
			this.count(group, "oomGroupKill");
			for (const member of [...group.everyone()]) if (member.oomScoreAdj > NEVER) this.kill9(member);
		}
		return victim;
	}
	/** The outermost group with memory.oom.group that the victim is in, up to the one that is over its limit. */
	private oomGroupOf(victim: ProcessRecord, over: CgroupNode): CgroupNode | undefined {
		let found: CgroupNode | undefined;
		for (const at of this.of(victim).ancestry()) {
			if (at.memory.oomGroup) found = at;
			if (at === over) break;
		}
		return found;
	}
	private kill9(victim: ProcessRecord): void {
		this.count(this.of(victim), "oomKill");
		victim.dying = true;
		sendToProcess(victim, fromKernel(SIG.SIGKILL));
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
