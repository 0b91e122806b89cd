// The proc file system (man 5 proc): processes by number as one pid namespace sees them, and the machine.

import type { Asker, DirectoryEntry } from "../../../fs/vfs/types";
import type { PidNamespace } from "../../ns/namespaces";
import type { Kernel, Process, Task } from "../../task";
import { type Child, PseudoDirectory, PseudoFs, PseudoLink, type PseudoNode } from "../tree";
import { ProcessDirectory, Subject, selfLink, threadSelfLink } from "./process";
import { sysctls } from "./sysctl";
import { machineFiles } from "./system";
import { sysvipcFiles } from "./sysvipc";

const PROC_SUPER_MAGIC = 0x9fa0;

export class ProcFs extends PseudoFs {
	readonly root: PseudoNode;
	private readonly directories = new WeakMap<Process | Task, ProcessDirectory>();

	constructor(
		kernel: Kernel,
		/** Whose processes are shown, by their numbers there. */
		readonly pids: PidNamespace,
	) {
		super(kernel, "proc", PROC_SUPER_MAGIC);
		this.root = new ProcRoot(this);
	}
	/** `thread`: one that is not the process's first, whose number names it though no directory lists it. */
	directoryOf(process: Process, thread?: Task): ProcessDirectory {
		let directory = this.directories.get(thread ?? process);
		if (!directory) {
			directory = new ProcessDirectory(this, new Subject(process, thread));
			this.directories.set(thread ?? process, directory);
		}
		return directory;
	}
	named(number: number): ProcessDirectory | undefined {
		const task = this.kernel.findTask(number, this.pids);
		if (task && task.process.pidIn(this.pids) !== number) return this.directoryOf(task.process, task);
		const process = task?.process ?? this.process(number);
		return process && this.directoryOf(process);
	}
	/** One that may have ended already. */
	private process(number: number): Process | undefined {
		for (const process of this.kernel.processes()) if (process.pidIn(this.pids) === number) return process;
		return undefined;
	}
}

class ProcRoot extends PseudoDirectory {
	constructor(private readonly procfs: ProcFs) {
		const link = (to: string): PseudoLink => new PseudoLink(procfs, (_asker: Asker | undefined) => to);
		super(procfs, () =>
			Object.entries<Child>({
				...machineFiles,
				mounts: link("self/mounts"),
				net: link("self/net"),
				self: selfLink(procfs),
				"thread-self": threadSelfLink(procfs),
				sys: sysctls(procfs),
				fs: {},
				bus: {},
				irq: {},
				sysvipc: sysvipcFiles,
				driver: {},
				tty: { drivers: "" },
			}),
		);
	}
	protected override find(name: string): PseudoNode | undefined {
		if (!/^[1-9]\d*$/.test(name)) return super.find(name);
		return this.procfs.named(Number(name));
	}
	override readdir(): DirectoryEntry[] | number {
		const fixed = super.readdir();
		if (typeof fixed === "number") return fixed;
		const { kernel, pids } = this.procfs;
		const numbered: DirectoryEntry[] = [];
		for (const process of kernel.processes()) {
			const number = process.pidIn(pids);
			if (!number) continue;
			const node = this.procfs.directoryOf(process);
			numbered.push({ name: String(number), ino: node.attributes().ino, type: node.type });
		}
		return [...fixed, ...numbered.sort((a, b) => Number(a.name) - Number(b.name))];
	}
}
