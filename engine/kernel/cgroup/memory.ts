// Memory of control groups: what is counted, and memory.max, whose breach is an OOM kill.
//
// What a group uses is counted exactly when somebody asks: the pages of its processes that were written to (each once, though
// several have it since a fork), shared memory, the files of tmpfs that were written from here, page cache, the kernel's own. As that costs a
// look at every page, a *bound* is kept besides, which grows with each page that is touched: only when it reaches a limit, or a new
// peak, is the group counted again. A process reports its touches in steps, the smaller the nearer its group is to a limit.

import { PAGE } from "../../cpu/types";
import type { Inode } from "../../fs/vfs/types";
import type { Machine } from "../machine";
import { GroupUsage, residentOf, usageOf } from "../mm/usage";
import type { ProcessRecord } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import { fromKernel, sendToProcess } from "../proc/signal/send";
import { GroupCache } from "./cache";
import { highDelay } from "./high";
import { NamespaceOverhead, NEW_PROCESS, processOverhead } from "./overhead";
import type { CgroupNode } from "./tree";
import type { MemoryEvents, MemoryStat } from "./types";

const NONE = Number.POSITIVE_INFINITY;
/** Pages that a process may touch before it reports. */
const STEP = { least: 16, most: 256 };
/** So much more page cache goes than has to, as a part of the limit, so that not each page asks again. */
const MORE = 1 / 32;
/** oom_score_adj of processes that are never chosen. */
const NEVER = -1000;
/** Pages since the last look, of which memory.high has nothing to say. */
const FORGOTTEN = 64;

const noEvents = (): MemoryEvents => ({ low: 0, high: 0, max: 0, oom: 0, oomKill: 0, oomGroupKill: 0 });

const namespaceOwners = new WeakMap<object, CgroupNode>();

export class MemoryController {
	max = NONE;
	high = NONE;
	low = 0;
	min = 0;
	swapMax = NONE;
	oomGroup = false;
	readonly events = noEvents();
	readonly localEvents = noEvents();
	readonly cache: GroupCache = new GroupCache();
	/** What `current` is at most. */
	bound = 0;
	/** The most that was counted; see `peak`. */
	private counted = 0;
	/** Touches of processes that have ended. */
	private pastTouches = 0;
	/** Bytes of files of tmpfs that were written from here. */
	private ownFiles = 0;
	/** Where the files' bytes went when the group was removed. */
	private heir: MemoryController | undefined;

	constructor(
		private readonly node: CgroupNode,
		private readonly machine: Machine,
	) {}

	stat(): MemoryStat {
		const usage = new GroupUsage();
		const namespaces = new NamespaceOverhead();
		let stacks = 0;
		let slab = 0;
		for (const process of this.node.everyone()) {
			if (process.dying) continue;
			const overhead = processOverhead(process);
			stacks += overhead.stacks;
			slab += overhead.slab;
			if (process.mm) usage.add(process.mm);
			const group = process.cgroupNode as CgroupNode;
			namespaces.add(process.leader.namespaces, (namespace) => this.countsNamespace(namespace, group));
		}
		slab += namespaces.bytes;
		const shmem = usage.shmem + this.files;
		const cache = this.cached;
		return {
			current: usage.anon + shmem + cache + stacks + usage.tables + slab,
			anon: usage.anon,
			shmem,
			cache,
			mapped: usage.mapped + this.cacheMapped(usage),
			stacks,
			tables: usage.tables,
			slab,
			faults: usage.touches + this.past,
		};
	}
	/** A namespace is its makers', which are the first of a control group in it; the initial ones are nobody's. */
	private countsNamespace(namespace: object, group: CgroupNode): boolean {
		if (Object.values(this.machine.initial).includes(namespace as never)) return false;
		let owner = namespaceOwners.get(namespace);
		if (!owner && group.parent) {
			owner = group;
			namespaceOwners.set(namespace, owner);
		}
		return !this.node.parent || (owner !== undefined && [...owner.ancestry()].includes(this.node));
	}
	private cacheMapped(usage: GroupUsage): number {
		let bytes = this.cache.mapped(usage.files());
		for (const child of this.node.children.values()) bytes += child.memory.cacheMapped(usage);
		return bytes;
	}
	get current(): number {
		const { current } = this.stat();
		this.counted = Math.max(this.counted, current);
		this.bound = current;
		return current;
	}
	get peak(): number {
		return Math.max(this.current, this.counted);
	}
	/** The peak is to be that of the time from now on. */
	forgetPeak(): void {
		this.counted = 0;
	}
	keepPeakBelow(max: number): void {
		this.counted = Math.min(this.counted, max);
	}
	get knownPeak(): number {
		return this.counted;
	}
	get files(): number {
		let bytes = this.ownFiles;
		for (const child of this.node.children.values()) bytes += child.memory.files;
		return bytes;
	}
	private get cached(): number {
		let { bytes } = this.cache;
		for (const child of this.node.children.values()) bytes += child.memory.cached;
		return bytes;
	}
	/** Page cache of it and those below is given up. How many bytes. */
	reclaim(wanted: number): number {
		let freed = this.cache.drop(wanted);
		for (const child of this.node.children.values()) if (freed < wanted) freed += child.memory.reclaim(wanted - freed);
		return freed;
	}
	private get past(): number {
		let touches = this.pastTouches;
		for (const child of this.node.children.values()) touches += child.memory.past;
		return touches;
	}
	addFiles(bytes: number): void {
		if (this.heir) this.heir.addFiles(bytes);
		else this.ownFiles += bytes;
	}
	ended(touches: number): void {
		this.pastTouches += touches;
	}
	leaveTo(parent: MemoryController): void {
		this.heir = parent;
		this.cache.drop();
		parent.ownFiles += this.ownFiles;
		parent.pastTouches += this.pastTouches;
	}
}

export class MemoryAccounts {
	/** Who wrote a file of a tmpfs first: it is counted there. */
	private readonly owners = new WeakMap<object, CgroupNode>();

	constructor(
		private readonly machine: Machine,
		private readonly groupOf: (process: ProcessRecord) => CgroupNode,
	) {}

	/** The machine's memory is the outermost limit. */
	private limitOf(node: CgroupNode): number {
		return node.parent ? node.memory.max : this.machine.memory.total;
	}

	/** A process has touched pages since the last time. Over memory.max somebody is killed, perhaps itself: see `dying`. */
	touched(process: ProcessRecord): void {
		const mm = process.mm!;
		const { touches } = mm.space;
		const bytes = (touches - mm.charged) * PAGE;
		process.overHigh += touches - mm.charged;
		mm.charged = touches;
		const room = this.charge(this.groupOf(process), bytes) / PAGE;
		mm.nextCharge = touches + Math.min(STEP.most, Math.max(STEP.least, Math.floor(room / 4)));
	}
	/** A file of a tmpfs grows or shrinks. */
	chargeFile(file: object, bytes: number): void {
		let owner = this.owners.get(file);
		if (!owner) {
			const { current } = this.machine;
			owner = current ? this.groupOf(current.process as ProcessRecord) : this.machine.cgroups.root;
			this.owners.set(file, owner);
		}
		owner.memory.addFiles(bytes);
		if (bytes > 0) this.charge(owner, bytes);
	}
	/** A process has read, written or mapped a part of a file of a disk. */
	cached(process: ProcessRecord, inode: Inode, offset: number, length: number): void {
		const group = this.groupOf(process);
		const { owner, added } = group.memory.cache.use(inode, offset, length);
		// Who used it first has it.
		if (added === 0 || owner !== group.memory.cache) return;
		for (const node of group.ancestry()) {
			const { memory } = node;
			memory.bound += added;
			const max = this.limitOf(node);
			if (memory.bound > Math.min(max, memory.high)) this.enforce(node, max);
		}
		process.overHigh += added / PAGE;
	}
	/** Bytes that are left below the nearest limit. */
	private charge(group: CgroupNode, bytes: number): number {
		let room = NONE;
		for (const node of group.ancestry()) {
			const { memory } = node;
			const max = this.limitOf(node);
			memory.bound += bytes;
			if (memory.bound > Math.min(max, memory.high) || (node === group && node.parent && memory.bound > memory.knownPeak)) {
				this.enforce(node, max);
			}
			room = Math.min(room, max - memory.bound, memory.high - memory.bound);
		}
		return Math.max(0, room);
	}
	/**
	 * A process that has had pages while its groups were above memory.high is to be held back before it goes on: for how many
	 * milliseconds.
	 */
	delay(process: ProcessRecord): number {
		const pages = process.overHigh;
		let delay = 0;
		for (const { memory } of this.groupOf(process).ancestry()) {
			if (memory.bound <= memory.high) continue;
			delay = Math.max(delay, highDelay(memory.current, memory.high, pages));
		}
		if (delay > 0 || pages >= FORGOTTEN) process.overHigh = 0;
		return delay;
	}
	private enforce(node: CgroupNode, max: number): void {
		const { memory } = node;
		while (memory.current > max) {
			this.count(node, "max");
			if (memory.reclaim(memory.bound - max + max * MORE) === 0 && !this.outOfMemory(node, max)) break;
		}
		// What was touched above the limit before the kernel had its say is as if it had not been given.
		memory.keepPeakBelow(max);
		if (memory.bound <= memory.high) return;
		this.count(node, "high");
		if (memory.reclaim(memory.bound - memory.high + memory.high * MORE) > 0) void memory.current;
	}

	/** A process came from another group: what it has is not known yet. Groups above both have what they had. */
	recountLater(node: CgroupNode, from: CgroupNode): void {
		const above = new Set(from.ancestry());
		for (const at of node.ancestry()) if (!above.has(at)) at.memory.bound = NONE;
	}
	/** A process was born, with what the kernel needs for it. */
	joined(node: CgroupNode): void {
		for (const at of node.ancestry()) at.memory.bound += NEW_PROCESS;
	}
	/** Its memory is about to go. */
	leaves(process: ProcessRecord): void {
		const { mm } = process;
		if (!mm || mm.users > 1) return;
		const { memory, parent } = this.groupOf(process);
		memory.bound += (mm.space.touches - mm.charged) * PAGE;
		mm.charged = mm.space.touches;
		// What it had at the most is not to be forgotten with it.
		if (parent && memory.bound > memory.knownPeak) void memory.current;
		memory.ended(mm.space.touches);
	}

	setMax(node: CgroupNode, bytes: number): void {
		node.memory.max = bytes;
		while (node.memory.current > bytes) {
			if (node.memory.reclaim(node.memory.bound - bytes) === 0 && !this.outOfMemory(node, bytes)) break;
		}
		// Who is near the new limit is to report sooner.
		for (const { mm } of node.everyone()) if (mm) mm.nextCharge = mm.space.touches;
	}

	/** Something happened to a group: it and those around it hear of it. */
	private count(node: CgroupNode, event: keyof MemoryEvents): void {
		node.memory.localEvents[event]++;
		for (const at of node.ancestry()) {
			at.memory.events[event]++;
			at.changed.wake();
		}
	}
	/** Kills the worst process of a group, or all with memory.oom.group. False: there is none. */
	private outOfMemory(node: CgroupNode, max: number): boolean {
		this.count(node, "oom");
		const limit = Math.min(max, this.machine.memory.total);
		let victim: ProcessRecord | undefined;
		let worst = Number.NEGATIVE_INFINITY;
		for (const process of node.everyone()) {
			const { mm } = process;
			if (!mm || process.dying || process.oomScoreAdj <= NEVER) continue;
			// Documentation/filesystems/proc, "oom_score_adj": bytes, and a share of the limit.
			const badness = residentOf(usageOf(mm)) + (process.oomScoreAdj / 1000) * limit;
			if (badness <= worst) continue;
			worst = badness;
			victim = process;
		}
		if (!victim) return false;
		const group = this.oomGroupOf(victim, node);
		if (!group) this.kill9(victim);
		else {
			this.count(group, "oomGroupKill");
			for (const member of [...group.everyone()]) if (member.oomScoreAdj > NEVER) this.kill9(member);
		}
		return true;
	}
	/** The outermost group with memory.oom.group that the victim is in, up to the one that is over its limit. */
	private oomGroupOf(victim: ProcessRecord, over: CgroupNode): CgroupNode | undefined {
		let found: CgroupNode | undefined;
		for (const at of this.groupOf(victim).ancestry()) {
			if (at.memory.oomGroup) found = at;
			if (at === over) break;
		}
		return found;
	}
	private kill9(victim: ProcessRecord): void {
		this.count(this.groupOf(victim), "oomKill");
		victim.dying = true;
		sendToProcess(victim, fromKernel(SIG.SIGKILL));
	}
}
