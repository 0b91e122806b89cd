// /proc/PID and /proc/PID/task/TID: the directory of one process or thread.

import { type Place, pathOf } from "../../../fs/vfs/mount";
import { mountinfoText, mountsText } from "../../../fs/vfs/mountinfo";
import type { Asker } from "../../../fs/vfs/types";
import { bytesFromName, concat } from "../../../lib/bytes";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { FileDescription } from "../../file/description";
import { reads, writes } from "../../file/pipe";
import { CAP, capableIn } from "../../proc/capability";
import type { ProcessInode } from "../../proc/pidfd";
import { recordOf, taskRecord } from "../../proc/process";
import type { TaskRecord } from "../../proc/task";
import type { Process, Task } from "../../task";
import {
	askingTask,
	build,
	type Owner,
	PseudoDirectory,
	PseudoFile,
	PseudoLink,
	PseudoMagicLink,
	type PseudoNode,
	type Text,
} from "../tree";
import { mayOpenSetgroups, readMap, readSetgroups, writeMap, writeSetgroups } from "./idmap";
import { MemoryNode } from "./mem";
import { numaMapsText, smapsRollupText, smapsText } from "./memory";
import { NAMESPACE_LINKS, namespaceLabel, namespacePlace } from "./namespaces";
import { netFiles } from "./net";
import type { ProcFs } from "./proc";
import { cgroupText, commOf, limitsText, statmText, statText, statusText } from "./status";

/** What is shown: a process, by its first thread or by the given one. */
export class Subject {
	constructor(
		readonly process: Process,
		private readonly thread?: Task,
	) {}
	/** Undefined for a zombie. */
	get task(): Task | undefined {
		if (this.thread) return this.thread;
		for (const task of this.process.tasks) return task;
		return undefined;
	}
	/** Files belong to the process's user. */
	readonly owner = (): Owner => {
		const credentials = this.task?.credentials;
		return { uid: credentials?.uid ?? 0, gid: credentials?.gid ?? 0 };
	};
	/** May the asker look into it? (ptrace_may_access with PTRACE_MODE_READ) */
	visibleTo(asker: Task | undefined): boolean {
		const { task } = this;
		if (!asker || !task || asker.process === this.process) return true;
		const { euid, ruid, permitted } = task.identity;
		// The same user, and no more privileged than the asker (cap_ptrace_access_check).
		const same = asker.identity.euid === ruid && euid === ruid;
		const subset = asker.namespaces.user === task.namespaces.user && (permitted & ~asker.credentials.capabilities) === 0n;
		return (same && subset) || capableIn(asker, task.namespaces.user, CAP.SYS_PTRACE);
	}
}

const nulTerminated = (words: readonly string[]): Uint8Array => concat(words.map((word) => bytesFromName(`${word}\0`)));

/** Files by name; each is made once it is looked up. */
function texts(self: Subject): Record<string, [Text, permissions?: number]> {
	const { process } = self;
	const live = (act: (task: Task, reader: Task) => string | Uint8Array): Text => ({
		read: (reader) => (self.task ? act(self.task, reader) : ""),
	});
	const setting = (read: (reader: Task) => string, write: NonNullable<Text["write"]>): Text => ({ read, write });
	const user = () => self.task!.namespaces.user;
	return {
		status: [{ read: (reader) => statusText(process, self.task, reader) }],
		stat: [{ read: (reader) => statText(process, self.task, reader) }],
		statm: [{ read: () => statmText(process) }],
		cmdline: [{ read: () => (self.task ? (process.mm?.commandLine() ?? nulTerminated(process.argv)) : "") }],
		environ: [{ read: () => (self.task ? nulTerminated(process.environment) : "") }, 0o400],
		comm: [
			setting(
				() => `${commOf(process, self.task)}\n`,
				(writer, text) => {
					if (writer.process !== process) return -ERRNO.EINVAL;
					if (self.task) self.task.name = text.replace(/\n.*$/s, "").slice(0, 15);
					return 0;
				},
			),
			0o644,
		],
		maps: [{ read: () => process.maps() }],
		smaps: [{ read: () => smapsText(process) }],
		smaps_rollup: [{ read: () => smapsRollupText(process) }],
		numa_maps: [{ read: () => numaMapsText(process) }],
		auxv: [{ read: () => recordOf(process).auxv }, 0o400],
		autogroup: [{ read: () => "/autogroup-1 nice 0\n", write: () => 0 }, 0o644],
		clear_refs: [{ write: () => 0 }, 0o200],
		coredump_filter: [{ read: () => "00000033\n", write: () => 0 }, 0o644],
		cpuset: [{ read: (reader) => cgroupText(process, reader).slice("0::".length) }],
		mountstats: [live((task) => mountstatsText(task)), 0o400],
		projid_map: [{ read: () => "         0          0 4294967295\n" }, 0o644],
		sched: [{ read: () => schedText(process, self.task) }, 0o644],
		schedstat: [{ read: () => `${Math.round((self.task ? taskRecord(self.task).cpuTime : 0) * 1e6)} 0 0\n` }],
		stack: [{ read: () => "" }, 0o400],
		syscall: [live((task) => syscallText(taskRecord(task))), 0o400],
		timens_offsets: [{ read: () => "monotonic           0         0\nboottime            0         0\n" }, 0o644],
		timers: [{ read: () => "" }],
		timerslack_ns: [{ read: () => `${self.task ? taskRecord(self.task).timerSlack : 0}\n` }, 0o666],
		limits: [{ read: () => limitsText(process) }],
		cgroup: [{ read: (reader) => cgroupText(process, reader) }],
		mounts: [live((task) => mountsText(task.namespaces.mnt, task.fs.root))],
		mountinfo: [live((task) => mountinfoText(task.namespaces.mnt, task.fs.root))],
		oom_score: [{ read: () => "0\n" }],
		oom_score_adj: [adjustment(process), 0o644],
		oom_adj: [{ read: () => "0\n", write: () => 0 }, 0o644],
		loginuid: [{ read: () => "4294967295", write: () => 0 }, 0o644],
		sessionid: [{ read: () => "4294967295" }],
		personality: [{ read: () => "00000000\n" }, 0o400],
		wchan: [{ read: () => "0" }],
		io: [{ read: () => IO.map((name) => `${name}: 0\n`).join("") }, 0o400],
		uid_map: [
			setting(
				(reader) => readMap(reader, user(), "uidMap"),
				(writer, text, offset) => writeMap(writer, user(), "uidMap", text, offset),
			),
			0o644,
		],
		gid_map: [
			setting(
				(reader) => readMap(reader, user(), "gidMap"),
				(writer, text, offset) => writeMap(writer, user(), "gidMap", text, offset),
			),
			0o644,
		],
		setgroups: [
			{
				read: () => readSetgroups(user()),
				write: (writer, text) => writeSetgroups(writer, user(), text),
				mayOpen: (opener, flags) => mayOpenSetgroups(opener, user(), writes(flags)),
			},
			0o644,
		],
	};
}
/** "device /dev/root mounted on / with fstype ext4", a line a mount. */
const mountstatsText = (task: Task): string =>
	mountsText(task.namespaces.mnt, task.fs.root)
		.split("\n")
		.filter(Boolean)
		.map((line) => line.split(" "))
		.map(([source, target, type]) => `device ${source} mounted on ${target} with fstype ${type}\n`)
		.join("");
function schedText(process: Process, task: Task | undefined): string {
	const record = task && taskRecord(task);
	const head = `${task?.name ?? ""} (${process.pid}, #threads: ${Math.max(1, [...process.tasks].length)})`;
	const row = (name: string, value: string | number): string => `${name.padEnd(45)}:${String(value).padStart(21)}\n`;
	return [
		`${head}\n${"-".repeat(67)}\n`,
		row("se.exec_start", process.startTime.toFixed(6)),
		row("se.sum_exec_runtime", (record?.cpuTime ?? 0).toFixed(6)),
		row("policy", 0),
		row("prio", 120 + recordOf(process).nice),
	].join("");
}
/** The call that a thread waits in, with its arguments; "running" for one that is in none. */
function syscallText({ call, thread }: TaskRecord): string {
	if (!call || !thread) return "running\n";
	const hex = (value: number | bigint): string => `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
	return `${[call.row.number, ...call.args.map(hex), hex(thread.get(4)), hex(thread.rip)].join(" ")}\n`;
}
const IO = ["rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes", "cancelled_write_bytes"];

/** What runc and dockerd set for a container. */
const adjustment = (process: Process): Text => ({
	read: () => `${process.oomScoreAdj}\n`,
	write: (writer, text) => {
		const value = Number(text.trim());
		if (!Number.isInteger(value) || value < -1000 || value > 1000) return -ERRNO.EINVAL;
		if (value < process.oomScoreAdj && !capableIn(writer, writer.namespaces.user, CAP.SYS_RESOURCE)) return -ERRNO.EACCES;
		process.oomScoreAdj = value;
		return 0;
	},
});

/** A directory whose files are made when they are first looked up. */
export class ProcessDirectory extends PseudoDirectory implements ProcessInode {
	private readonly made = new Map<string, PseudoNode>();
	private readonly texts: Record<string, [Text, permissions?: number]>;
	private readonly others: Record<string, () => PseudoNode>;

	constructor(
		private readonly procfs: ProcFs,
		private readonly subject: Subject,
		isThread = false,
	) {
		super(procfs, [], 0o555, subject.owner);
		this.texts = texts(subject);
		const place = (of: (task: Task) => Place | undefined) => () => magic(procfs, subject, (task) => of(task));
		this.others = {
			cwd: place((task) => task.fs.cwd),
			root: place((task) => task.fs.root),
			exe: place(() => subject.process.executablePlace),
			fd: () => new DescriptorDirectory(procfs, subject, "links"),
			fdinfo: () => new DescriptorDirectory(procfs, subject, "infos"),
			ns: () => new NamespaceDirectory(procfs, subject),
			net: () =>
				build(
					procfs,
					netFiles(() => subject.task),
				),
		};
		this.others.attr = () => new PseudoDirectory(procfs, attributeFiles(procfs, subject.owner));
		this.others.mem = () => new MemoryNode(procfs, subject);
		this.others.map_files = () => new PseudoDirectory(procfs, [], 0o500, subject.owner);
		if (!isThread) this.others.task = () => new ThreadsDirectory(procfs, subject);
	}
	get process(): Process {
		return this.subject.process;
	}
	protected override get links(): number {
		return 9;
	}
	protected override find(name: string): PseudoNode | undefined {
		const known = this.made.get(name);
		if (known) return known;
		const text = Object.hasOwn(this.texts, name) ? this.texts[name] : undefined;
		const other = Object.hasOwn(this.others, name) ? this.others[name] : undefined;
		const made = text ? new PseudoFile(this.procfs, text[0], text[1], this.subject.owner) : other?.();
		if (made) this.made.set(name, made);
		return made;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const name of [...Object.keys(this.texts), ...Object.keys(this.others)].sort()) yield [name, this.find(name)!];
	}
}

/** What a security module would say of the process; there is none. */
const ATTRIBUTES = ["current", "exec", "fscreate", "keycreate", "prev", "sockcreate"];
const attributeFiles = (fs: ProcFs, owner: () => Owner): Array<[string, PseudoNode]> =>
	ATTRIBUTES.map((name) => [
		name,
		new PseudoFile(fs, { read: () => -ERRNO.EINVAL, write: () => -ERRNO.EINVAL }, name === "prev" ? 0o444 : 0o666, owner),
	]);

function magic(fs: ProcFs, subject: Subject, of: (task: Task) => Place | undefined, mode?: number): PseudoMagicLink {
	const look = (asker: Asker | undefined): Place | Errno => {
		if (!subject.visibleTo(askingTask(fs, asker))) return -ERRNO.EACCES;
		return (subject.task && of(subject.task)) ?? -ERRNO.ENOENT;
	};
	const shown = (asker: Asker | undefined): string | Errno => {
		const place = look(asker);
		if (typeof place === "number") return place;
		const root = asker?.root ?? askingTask(fs, asker)?.fs.root ?? place;
		return pathOf(place, root).path;
	};
	return new PseudoMagicLink(fs, shown, look, subject.owner, mode);
}

/** fd and fdinfo. */
class DescriptorDirectory extends PseudoDirectory {
	private readonly made = new Map<string, { file: FileDescription; node: PseudoNode }>();
	constructor(
		private readonly procfs: ProcFs,
		private readonly subject: Subject,
		private readonly kind: "links" | "infos",
	) {
		super(procfs, [], kind === "links" ? 0o500 : 0o555, subject.owner);
	}
	protected override find(name: string): PseudoNode | undefined {
		if (!/^\d+$/.test(name) || !this.subject.visibleTo(this.procfs.kernel.current)) return undefined;
		const file = this.subject.task?.files.get(Number(name));
		if (!file) return undefined;
		const known = this.made.get(name);
		if (known?.file === file) return known.node;
		const node = this.kind === "links" ? descriptorLink(this.procfs, this.subject, file) : this.info(file);
		this.made.set(name, { file, node });
		return node;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const [fd] of this.subject.task?.files.entries() ?? []) {
			const node = this.find(String(fd));
			if (node) yield [String(fd), node];
		}
	}
	private info(file: FileDescription): PseudoNode {
		const read = (reader: Task): string => {
			const lines = [`pos:\t${file.position}`, `flags:\t0${file.flags.toString(8).padStart(6, "0")}`];
			lines.push(`mnt_id:\t${file.place?.mount.id ?? 0}`, `ino:\t${file.inode?.attributes().ino ?? 0}`);
			return `${lines.join("\n")}\n${file.operations.info?.(file, reader) ?? ""}`;
		};
		return new PseudoFile(this.procfs, { read }, 0o444, this.subject.owner);
	}
}
function descriptorLink(fs: ProcFs, subject: Subject, file: FileDescription): PseudoNode {
	const mode = (reads(file.flags) ? 0o500 : 0) | (writes(file.flags) ? 0o300 : 0);
	if (file.place) return magic(fs, subject, () => file.place, mode);
	return new PseudoMagicLink(
		fs,
		() => file.operations.label,
		() => -ERRNO.ENXIO,
		subject.owner,
		mode,
	);
}

class NamespaceDirectory extends PseudoDirectory {
	constructor(fs: ProcFs, subject: Subject) {
		const links = NAMESPACE_LINKS.map(([name, of]): [string, PseudoNode] => {
			const find = (asker: Asker | undefined) => {
				if (!subject.visibleTo(askingTask(fs, asker))) return -ERRNO.EACCES;
				return subject.task ? of(subject.task.namespaces) : -ERRNO.ENOENT;
			};
			return [
				name,
				new PseudoMagicLink(
					fs,
					(asker) => {
						const namespace = find(asker);
						return typeof namespace === "number" ? namespace : namespaceLabel(namespace);
					},
					(asker) => {
						const namespace = find(asker);
						return typeof namespace === "number" ? namespace : namespacePlace(fs.kernel, namespace);
					},
					subject.owner,
				),
			];
		});
		super(fs, links, 0o511, subject.owner);
	}
}

class ThreadsDirectory extends PseudoDirectory {
	private readonly made = new WeakMap<Task, PseudoNode>();
	constructor(
		private readonly procfs: ProcFs,
		private readonly subject: Subject,
	) {
		super(procfs, [], 0o555, subject.owner);
	}
	private directoryOf(task: Task): PseudoNode {
		let node = this.made.get(task);
		if (!node) {
			node = new ProcessDirectory(this.procfs, new Subject(this.subject.process, task), true);
			this.made.set(task, node);
		}
		return node;
	}
	protected override find(name: string): PseudoNode | undefined {
		for (const [shown, node] of this.list()) if (shown === name) return node;
		return undefined;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const task of this.subject.process.tasks) {
			const number = task.tidIn(this.procfs.pids);
			if (number) yield [String(number), this.directoryOf(task)];
		}
	}
}

/** /proc/self and /proc/thread-self: for whoever asks, in the numbers of this mount's namespace. */
export const selfLink = (fs: ProcFs): PseudoLink =>
	new PseudoLink(fs, (asker) => {
		const pid = askingTask(fs, asker)?.process.pidIn(fs.pids);
		return pid ? String(pid) : -ERRNO.ENOENT;
	});
export const threadSelfLink = (fs: ProcFs): PseudoLink =>
	new PseudoLink(fs, (asker) => {
		const task = askingTask(fs, asker);
		const pid = task?.process.pidIn(fs.pids);
		return task && pid ? `${pid}/task/${task.tidIn(fs.pids)}` : -ERRNO.ENOENT;
	});
