// The tree of control groups and what it enforces: pids.max at fork, memory.max (memory.ts), cpu.max (cpu.ts), the freezer.

import type { Inode } from "../../fs/vfs/types";
import { ERRNO, type Errno } from "../../lib/errno";
import type { DeviceRule } from "../../sys";
import type { Machine } from "../machine";
import { type ProcessRecord, recordOf } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import { fromKernel, sendToProcess } from "../proc/signal/send";
import type { Process } from "../task";
import { WaitQueue } from "../wait";
import { CpuController } from "./cpu";
import { allowsDevice } from "./devices";
import { MemoryAccounts, MemoryController } from "./memory";
import type { Cgroup, CgroupTree, Controller } from "./types";

const NONE = Number.POSITIVE_INFINITY;

export class CgroupNode implements Cgroup {
	readonly children = new Map<string, CgroupNode>();
	readonly members = new Set<ProcessRecord>();
	readonly subtreeControl = new Set<Controller>();
	readonly changed = new WaitQueue();
	frozen = false;
	/** Undefined: all devices. */
	deviceRules: readonly DeviceRule[] | undefined;
	readonly cpuset = { cpus: "", mems: "" };
	maxDepth = NONE;
	maxDescendants = NONE;
	readonly pids = new PidsController();
	readonly memory: MemoryController;
	readonly cpu: CpuController;

	constructor(
		readonly name: string,
		readonly parent: CgroupNode | undefined,
		machine: Machine,
	) {
		this.cpu = new CpuController(this, machine);
		this.memory = new MemoryController(this, machine);
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
		return this.pids.current > 0;
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
	current = 0;
	peak = 0;
	refused = 0;
}

export class CgroupNodes implements CgroupTree {
	readonly root: CgroupNode;

	/** Who counts memory and enforces its limits. */
	readonly memory: MemoryAccounts;

	constructor(private readonly machine: Machine) {
		this.root = new CgroupNode("", undefined, machine);
		this.memory = new MemoryAccounts(machine, (process) => this.of(process));
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
		node.memory.leaveTo(node.parent.memory);
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
		this.memory.recountLater(to, from);
		to.members.add(record);
		this.countTasks(record, record.tasks.size);
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
		this.memory.joined(node);
		this.countTasks(process, process.tasks.size);
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
		this.countTasks(process, -process.tasks.size);
		node.cpu.past += process.cpuTime * 1000;
	}

	/** A process has come or gone, or a thread of one. */
	countTasks(process: ProcessRecord, change: number): void {
		for (const { pids } of this.of(process).ancestry()) {
			pids.current += change;
			pids.peak = Math.max(pids.peak, pids.current);
		}
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

	setDeviceRules(cgroup: Cgroup, rules: readonly DeviceRule[]): 0 {
		(cgroup as CgroupNode).deviceRules = [...rules];
		return 0;
	}
	allowsDevice(process: Process, type: "b" | "c", device: number, access: string): boolean {
		for (const { deviceRules } of this.of(process).ancestry())
			if (deviceRules && !allowsDevice(deviceRules, type, device, access)) return false;
		return true;
	}
	chargeFile(file: object, bytes: number): void {
		this.memory.chargeFile(file, bytes);
	}
	cached(process: Process, inode: Inode, offset: number, length: number): void {
		this.memory.cached(recordOf(process), inode, offset, length);
	}
	setMemoryMax(cgroup: Cgroup, bytes: number): void {
		this.memory.setMax(cgroup as CgroupNode, bytes);
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

	private notify(node: CgroupNode): void {
		for (const at of node.ancestry()) at.changed.wake();
	}
	private notifyBelow(node: CgroupNode): void {
		node.changed.wake();
		for (const child of node.children.values()) this.notifyBelow(child);
	}
}
