// The shim's handlers: what containerd asks → runc, signals and streams.

import { failedPrecondition, notFound } from "../../lib/errors";
import { isErrno, makeDirectories, readText, writeFile } from "../../lib/files";
import { MNT } from "../../lib/linux";
import type { Handlers } from "../../lib/rpc/types";
import { mountAll } from "../../oci/runtime/options";
import type { Sys } from "../../sys";
import type { Mount, TaskEvent } from "../api";
import { RUNC_ROOT, type ShimApi } from "./api";
import { openConsoleSocket } from "./console";
import { EventQueue } from "./events";
import { ShimProcess, timestamp } from "./process";
import type { Reaper } from "./reaper";
import { type RuncRun, runcOutput, runRunc } from "./runc";
import { cgroupOf, cgroupStats } from "./stats";
import { Stdio } from "./stdio";

export class ShimService {
	private readonly processes = new Map<string, ShimProcess>();
	private readonly events = new EventQueue();
	private cgroup = "/";
	private mounted = false;
	private readonly root: string;

	constructor(
		private readonly sys: Sys,
		private readonly reaper: Reaper,
		private readonly id: string,
		private readonly bundle: string,
		namespace: string,
		/** The socket that it is reached at. */
		private readonly socket: string,
		private readonly shutdown: () => void,
	) {
		this.root = `${RUNC_ROOT}/${namespace}`;
	}

	readonly handlers: Handlers<ShimApi> = {
		"task.connect": async () => ({ shimPid: this.sys.getpid(), taskPid: this.processes.get("")?.pid ?? 0 }),
		"task.create": async ({ rootfs, io }) => {
			await this.mountRootfs(rootfs);
			const process = new ShimProcess("", io.terminal, await Stdio.open(this.sys, io));
			const pidFile = `${this.bundle}/init.pid`;
			const run = this.runc("OCI runtime create failed");
			try {
				await this.launch(process, run, pidFile, (options) => ["create", "--bundle", this.bundle, ...options, this.id]);
			} catch (error) {
				await this.unmountRootfs();
				throw error;
			}
			this.cgroup = await cgroupOf(this.sys, process.pid);
			this.publish("/tasks/create", process);
			return { pid: process.pid };
		},
		"task.start": async ({ execId }) => {
			const process = this.find(execId);
			if (process.status !== "created") throw failedPrecondition("cannot start a process that is not created");
			if (execId === "") await runRunc(this.sys, this.runc("OCI runtime start failed"), ["start", this.id]);
			else await this.startExec(process);
			if (process.status === "created") process.status = "running";
			this.publish(execId === "" ? "/tasks/start" : "/tasks/exec-started", process);
			return { pid: process.pid };
		},
		"task.exec": async ({ execId, io, spec }) => {
			if (this.processes.has(execId)) throw failedPrecondition(`id ${execId} already exists`);
			const process = new ShimProcess(execId, io.terminal, await Stdio.open(this.sys, io), spec);
			this.processes.set(execId, process);
			this.publish("/tasks/exec-added", process);
			return {};
		},
		"task.kill": async ({ execId, signal, all }) => {
			const process = this.find(execId);
			if (process.pid === 0) throw failedPrecondition("process not created");
			if (process.status === "stopped") throw notFound("process already finished");
			if (execId === "") {
				const verb = ["kill", ...(all ? ["--all"] : []), this.id, String(signal)];
				await runRunc(this.sys, this.runc("unknown error after kill"), verb);
			} else {
				await this.sys.kill(process.pid, signal).catch((error) => {
					throw isErrno(error, "ESRCH") ? notFound("process already finished") : error;
				});
			}
			return {};
		},
		"task.delete": async ({ execId }) => {
			const process = this.find(execId);
			if (process.status === "running") throw failedPrecondition(`cannot delete a running process ${process.pid}`);
			if (execId === "") await this.removeContainer(process);
			else if (process.pid > 0) await process.stdio.drained();
			await process.stdio.close();
			this.processes.delete(execId);
			if (execId === "") this.publish("/tasks/delete", process);
			return process.state;
		},
		"task.state": async ({ execId }) => this.find(execId).state,
		"task.wait": async ({ execId }) => {
			const process = this.find(execId);
			await process.exited;
			return { exitStatus: process.exitStatus, exitedAt: process.exitedAt };
		},
		"task.pids": async () => {
			const listed = await runcOutput(this.sys, this.runc("OCI runtime ps failed"), ["ps", "--format", "json", this.id]);
			return { pids: JSON.parse(listed) as number[] };
		},
		"task.resize": async ({ execId, width, height }) => {
			await this.find(execId).stdio.resize({ cols: width, rows: height });
			return {};
		},
		"task.closeIo": async ({ execId }) => {
			await this.find(execId).stdio.closeInput();
			return {};
		},
		"task.pause": async () => {
			await runRunc(this.sys, this.runc("OCI runtime pause failed"), ["pause", this.id]);
			this.find("").status = "paused";
			this.publish("/tasks/paused", this.find(""));
			return {};
		},
		"task.resume": async () => {
			await runRunc(this.sys, this.runc("OCI runtime resume failed"), ["resume", this.id]);
			this.find("").status = "running";
			this.publish("/tasks/resumed", this.find(""));
			return {};
		},
		"task.update": async ({ resources }) => {
			const file = `${this.bundle}/resources.json`;
			await writeFile(this.sys, file, JSON.stringify(resources));
			await runRunc(this.sys, this.runc("OCI runtime update failed"), ["update", "--resources", file, this.id]);
			return {};
		},
		"task.stats": () => cgroupStats(this.sys, this.cgroup),
		"task.shutdown": async () => {
			// The container's next shim listens at the same path: it must not lose its socket to our end.
			await this.sys.unlink(this.socket).catch(() => {});
			// Answered first: the caller should not see a connection that breaks.
			void this.sys.nanosleep(1).then(this.shutdown);
			return {};
		},
		"events.forward": (_, call) => this.events.forward(call),
	};

	private runc(failure: string): RuncRun {
		return { root: this.root, bundle: this.bundle, failure, reaper: this.reaper };
	}

	private find(execId: string): ShimProcess {
		const process = this.processes.get(execId);
		if (process) return process;
		throw notFound(execId === "" ? `container ${this.id} not found` : `exec process ${execId} not found`);
	}

	private publish(topic: TaskEvent["topic"], process: ShimProcess): void {
		const { execId, pid, exitStatus, exitedAt } = process;
		const event: TaskEvent = { topic, containerId: this.id, execId, pid, timestamp: timestamp(this.sys) };
		this.events.push(topic === "/tasks/exit" || topic === "/tasks/delete" ? { ...event, exitStatus, exitedAt } : event);
	}

	private async mountRootfs(mounts: Mount[]): Promise<void> {
		const target = `${this.bundle}/rootfs`;
		if (mounts.length > 0) await makeDirectories(this.sys, target, 0o711);
		await mountAll(this.sys, mounts, target);
		this.mounted = mounts.length > 0;
	}

	private async startExec(process: ShimProcess): Promise<void> {
		const file = `${this.bundle}/${process.execId}.process.json`;
		await writeFile(this.sys, file, JSON.stringify(process.spec), 0o600);
		const pidFile = `${this.bundle}/${process.execId}.pid`;
		try {
			await this.launch(process, this.runc("OCI runtime exec failed"), pidFile, (options) => {
				return ["exec", "--process", file, "--detach", ...options, this.id];
			});
		} finally {
			await this.sys.unlink(file).catch(() => {});
		}
	}

	/** runc create or runc exec, with the process's streams; then the process is ours. */
	private async launch(
		process: ShimProcess,
		run: RuncRun,
		pidFile: string,
		args: (options: string[]) => string[],
	): Promise<void> {
		try {
			if (process.terminal) {
				const socket = await openConsoleSocket(this.sys, this.bundle, `console-${process.execId || "init"}`);
				const received = socket.receive();
				received.catch(() => {});
				try {
					await runRunc(this.sys, run, args(["--pid-file", pidFile, "--console-socket", socket.path]));
					process.stdio.attachTerminal(await received);
				} finally {
					await socket.close();
				}
			} else {
				const pipes = await process.stdio.pipes();
				try {
					await runRunc(this.sys, { ...run, stdio: pipes.fds }, args(["--pid-file", pidFile]));
				} finally {
					await pipes.release();
				}
			}
			const pid = Number(await readText(this.sys, pidFile));
			this.processes.set(process.execId, process);
			process.adopt(this.sys, this.reaper, pid, () => this.ended(process));
		} catch (error) {
			await process.stdio.close();
			if (process.execId !== "") this.processes.delete(process.execId);
			throw error;
		}
	}

	private ended(process: ShimProcess): void {
		this.publish("/tasks/exit", process);
	}

	private async removeContainer(process: ShimProcess): Promise<void> {
		await runRunc(this.sys, this.runc("OCI runtime delete failed"), ["delete", "--force", this.id]);
		if (process.pid > 0) await process.stdio.drained();
		await this.unmountRootfs();
	}

	private async unmountRootfs(): Promise<void> {
		if (!this.mounted) return;
		this.mounted = false;
		await this.sys.umount2(`${this.bundle}/rootfs`, MNT.DETACH);
	}
}
