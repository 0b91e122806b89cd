// RUN's commands, as containers of containerd: record, task, output, exit code; nothing of them is left afterwards.

import type { ContainerdApi } from "../../containerd/api";
import { makeDirectories, removeTree } from "../../lib/files";
import { F, O, S_IF, SIGNALS } from "../../lib/linux";
import type { Client } from "../../lib/rpc/types";
import type { Networks } from "../../network/networks";
import type { Sys } from "../../sys";
import type { RunRequest, RunStep } from "../types";
import { type CommandNetwork, commandNetwork } from "./network";
import { runSpec } from "./spec";

const CHUNK = 32 * 1024;

/** @param directory for FIFOs and the network's files. @param networks undefined: commands have loopback only */
export const containerdRunner =
	(sys: Sys, containerd: Client<ContainerdApi>, directory: string, networks?: Networks): RunStep =>
	async (request) => {
		const id = request.key;
		const own = `${directory}/${id}`;
		await makeDirectories(sys, own, 0o711);
		try {
			return await inNetwork(sys, containerd, own, request, await commandNetwork(sys, networks, id, own, request));
		} finally {
			await removeTree(sys, own);
		}
	};

async function inNetwork(
	sys: Sys,
	containerd: Client<ContainerdApi>,
	directory: string,
	request: RunRequest,
	network: CommandNetwork,
): Promise<number> {
	const id = request.key;
	try {
		await containerd["containers.create"]({
			container: {
				id,
				image: "",
				labels: {},
				runtime: "io.containerd.runc.v2",
				spec: runSpec(request, id, network),
				snapshotter: "overlayfs",
				snapshotKey: request.key,
			},
		});
		const output = await Output.open(sys, directory, request);
		try {
			return await runTask(containerd, id, request, output, network);
		} finally {
			await output.close();
			await containerd["containers.delete"]({ id });
		}
	} finally {
		await network.leave();
	}
}

async function runTask(
	containerd: Client<ContainerdApi>,
	id: string,
	request: RunRequest,
	output: Output,
	network: CommandNetwork,
): Promise<number> {
	const { pid } = await containerd["tasks.create"]({
		containerId: id,
		rootfs: request.mounts,
		io: { ...output.paths, stdin: "", terminal: false },
	});
	try {
		await network.join(pid);
		await output.start();
		const ended = containerd["tasks.wait"]({ containerId: id });
		await containerd["tasks.start"]({ containerId: id });
		request.running?.(
			() => void containerd["tasks.kill"]({ containerId: id, signal: SIGNALS.SIGKILL, all: true }).catch(() => {}),
		);
		const { exitStatus } = await ended;
		await output.ended();
		return exitStatus;
	} finally {
		await containerd["tasks.delete"]({ containerId: id, force: true });
	}
}

/** The two FIFOs that the command writes to, and who reads them. */
class Output {
	private pumps: Array<Promise<void>> = [];

	private constructor(
		private readonly sys: Sys,
		readonly paths: { stdout: string; stderr: string },
		private readonly descriptors: [stdout: number, stderr: number],
		private readonly request: RunRequest,
	) {}

	static async open(sys: Sys, directory: string, request: RunRequest): Promise<Output> {
		const paths = { stdout: `${directory}/stdout`, stderr: `${directory}/stderr` };
		for (const path of [paths.stdout, paths.stderr]) await sys.mknod(path, S_IF.IFO | 0o600, 0);
		// a blocking open would wait for the shim's end
		const open = (path: string): Promise<number> => sys.open(path, O.RDONLY | O.NONBLOCK | O.CLOEXEC);
		return new Output(sys, paths, [await open(paths.stdout), await open(paths.stderr)], request);
	}

	/** The shim has its ends. */
	async start(): Promise<void> {
		for (const [at, fd] of this.descriptors.entries()) {
			await this.sys.fcntl(fd, F.SETFL, O.RDONLY);
			this.pumps.push(this.pump(fd, at === 0 ? 1 : 2));
		}
	}
	private async pump(fd: number, stream: 1 | 2): Promise<void> {
		for (;;) {
			const data = await this.sys.read(fd, CHUNK);
			if (data.length === 0) return;
			this.request.output(stream, data);
		}
	}
	async ended(): Promise<void> {
		await Promise.all(this.pumps);
	}
	async close(): Promise<void> {
		for (const fd of this.descriptors) await this.sys.close(fd);
	}
}
