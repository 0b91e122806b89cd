// The shim's service, as containerd sees it over lib/rpc on the shim's own socket (in life: ttrpc, api/runtime/task/v3).
// One shim serves one container: its first process ("") and those that were exec'd into it. Types and paths only.

import type { CgroupStats, Mount, ProcessIo, TaskEvent, TaskStatus } from "../api";

export const SHIM_PATH = "/usr/bin/containerd-shim-runc-v2";
export const RUNC_PATH = "/usr/bin/runc";
/** Where shims listen. */
export const SHIM_SOCKETS = "/run/containerd/s";
/** One directory a container: config.json, rootfs/, address, init.pid, log.json. */
export const BUNDLES = "/run/containerd/io.containerd.runtime.v2.task";
/** runc's --root for Docker's containers, below the namespace: what `runc --root /run/docker/runtime-runc/moby list` reads. */
export const RUNC_ROOT = "/run/docker/runtime-runc";

export interface ShimProcessState {
	execId: string;
	pid: number;
	status: TaskStatus;
	exitStatus: number;
	/** RFC 3339, "" while it runs. */
	exitedAt: string;
}

type None = Record<string, never>;
type One<Request, Response> = { request: Request; response: Response };
type Many<Request, Response> = { request: Request; response: Response; stream: true };

export type ShimApi = {
	"task.connect": One<None, { shimPid: number; taskPid: number }>;
	/** Mounts the root file system (where any is given), runs `runc create`. */
	"task.create": One<{ id: string; bundle: string; rootfs: Mount[]; io: ProcessIo }, { pid: number }>;
	/** "" opens the gate of the first process; else runs `runc exec`. */
	"task.start": One<{ execId: string }, { pid: number }>;
	"task.exec": One<{ execId: string; io: ProcessIo; spec: unknown }, None>;
	"task.kill": One<{ execId: string; signal: number; all?: boolean }, None>;
	/** Of "": `runc delete`, and the shim has nothing more to do. */
	"task.delete": One<{ execId: string }, ShimProcessState>;
	"task.state": One<{ execId: string }, ShimProcessState>;
	"task.wait": One<{ execId: string }, { exitStatus: number; exitedAt: string }>;
	"task.pids": One<None, { pids: number[] }>;
	"task.resize": One<{ execId: string; width: number; height: number }, None>;
	"task.closeIo": One<{ execId: string }, None>;
	"task.pause": One<None, None>;
	"task.resume": One<None, None>;
	"task.update": One<{ resources: unknown }, None>;
	"task.stats": One<None, CgroupStats>;
	"task.shutdown": One<None, None>;
	/** What happened since the last subscriber, then what happens: nothing is lost while containerd is down. */
	"events.forward": Many<None, TaskEvent>;
};
