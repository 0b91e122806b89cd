// POST /containers/{id}/start: root file system, bundle, task, network. Everything that a container is while it runs.

import { conflict, EngineError, notModified, systemError } from "../../lib/errors";
import { readText } from "../../lib/files";
import { rootPath } from "../../oci/layer/root-path";
import type { Container } from "../container/container";
import { networkOwner } from "../container/network-mode";
import { verifyDevices } from "../container/verify";
import { buildSpec } from "../spec/build";
import { gatherDevices } from "../spec/devices";
import { lookUpUser } from "../spec/user";
import { now, ZERO_TIME } from "../time";
import { containerEvent, type Daemon, step } from "./daemon";
import { watchTask } from "./exit";
import { translate } from "./failure";
import { startHealthcheck } from "./health";
import { mountPoints } from "./mounts";
import { joinNetworks, prepareNetwork } from "./network";
import { removeContainer } from "./remove";
import { cleanUp, openStreams } from "./task";

export function startContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		const { state } = container;
		if (state.Paused) throw conflict("cannot start a paused container, try unpause instead");
		if (state.Running && !state.Restarting) throw notModified("container is already running");
		if (state.RemovalInProgress || state.Dead) throw conflict("container is marked for removal and cannot be started");
		Object.assign(container.stored, { HasBeenManuallyStopped: false, RestartCount: 0 });
		container.restartDelay = 0;
		await launch(daemon, container);
	});
}

/** The start itself; the caller holds the container's lock. */
export async function launch(daemon: Daemon, container: Container): Promise<void> {
	const { state } = container;
	try {
		await run(daemon, container);
	} catch (error) {
		const failure = translate(error);
		state.Error = failure.error.message;
		if (state.ExitCode === 0 || failure.code !== undefined) state.ExitCode = failure.code ?? 128;
		await cleanUp(daemon, container);
		await daemon.containers.saveState(container);
		for (const attach of container.pendingAttach) attach(undefined);
		container.pendingAttach.clear();
		if (container.hostConfig.AutoRemove) void removeContainer(daemon, container, { force: true, volumes: true }).catch(() => {});
		throw failure.error;
	}
}

async function run(daemon: Daemon, container: Container): Promise<void> {
	const { sys, containerd } = daemon;
	const { id, config, hostConfig, stored, state } = container;
	const root = await daemon.rootfs.mount(id);
	step(daemon, container, "network", { mode: hostConfig.NetworkMode });
	await prepareNetwork(daemon, container);

	const read = async (path: string): Promise<string> => readText(sys, await rootPath(sys, root, path)).catch(() => "");
	verifyDevices(hostConfig);
	verifyIpc(daemon, hostConfig.IpcMode);
	const user = lookUpUser(config.User, await read("/etc/passwd"), await read("/etc/group"), hostConfig.GroupAdd ?? []);
	const spec = buildSpec({
		id,
		config,
		hostConfig,
		rootfs: root,
		user,
		mounts: await mountPoints(daemon, container),
		files: { hostname: stored.HostnamePath, hosts: stored.HostsPath, resolvConf: stored.ResolvConfPath },
		sharedPid: (name) => pidOf(daemon, name),
		devices: await gatherDevices(sys, hostConfig),
	});
	await containerd["containers.delete"]({ id }).catch(() => {});
	await containerd["containers.create"]({
		container: {
			id,
			image: stored.ImageName,
			labels: {},
			runtime: "io.containerd.runc.v2",
			spec,
			snapshotter: "overlayfs",
			snapshotKey: id,
		},
	});
	const hub = await openStreams(daemon, container);
	step(daemon, container, "start", { command: spec.process.args.join(" ") });
	const created = await containerd["tasks.create"]({ containerId: id, rootfs: [], io: hub.io }).catch((error) => {
		throw error instanceof EngineError
			? new EngineError(error.kind, `failed to create task for container: ${error.message}`)
			: error;
	});
	await joinNetworks(daemon, container, created.pid);
	await hub.start();
	if (!config.OpenStdin) await hub.closeInput();
	for (const attach of container.pendingAttach) attach(hub);
	container.pendingAttach.clear();
	const { pid } = await containerd["tasks.start"]({ containerId: id });
	Object.assign(state, {
		Running: true,
		Restarting: false,
		Paused: false,
		Pid: pid,
		ExitCode: 0,
		Error: "",
		OOMKilled: false,
		StartedAt: now(sys),
		FinishedAt: state.FinishedAt || ZERO_TIME,
	});
	stored.HasBeenStartedBefore = true;
	container.stopping = false;
	await daemon.containers.saveState(container);
	startHealthcheck(daemon, container);
	containerEvent(daemon, container, "start");
	step(daemon, container, "running", { pid });
	watchTask(daemon, container, launch);
}

/** Another container's IPC namespace is joined where that lets it. */
function verifyIpc(daemon: Daemon, mode: string): void {
	const name = networkOwner(mode);
	if (name === undefined) return;
	const donor = daemon.containers.get(name);
	if (!donor.state.Running) throw conflict(`cannot join IPC of a non running container: ${name}`);
	const { IpcMode } = donor.hostConfig;
	if (IpcMode === "shareable" || networkOwner(IpcMode) !== undefined || IpcMode === "host") return;
	throw systemError(
		`can't join IPC of container ${name}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
	);
}

function pidOf(daemon: Daemon, name: string): number {
	const other = daemon.containers.get(name);
	if (!other.state.Running) throw conflict(`cannot join PID namespace of a non running container: ${other.id}`);
	return other.state.Pid;
}
