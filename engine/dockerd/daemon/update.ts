// POST /containers/{id}/update: limits and restart policy of a container, running or not.

import type { HostConfig } from "../../api/container";
import { conflict, EngineError, messageOf } from "../../lib/errors";
import { BLOCK_DEVICE_LIMITS } from "../container/block-io";
import type { Container } from "../container/container";
import { verifyResources, verifyRestartPolicy } from "../container/verify";
import { buildResources } from "../spec/build";
import { containerEvent, type Daemon } from "./daemon";

/** What an update may change; what is zero or empty in it is left as it is. */
const CHANGEABLE = [
	"BlkioWeight",
	"CpuShares",
	"NanoCpus",
	"CpuPeriod",
	"CpuQuota",
	"CpusetCpus",
	"CpusetMems",
	"Memory",
	"MemorySwap",
	"MemoryReservation",
	"CpuRealtimePeriod",
	"CpuRealtimeRuntime",
	...BLOCK_DEVICE_LIMITS,
] as const satisfies ReadonlyArray<keyof HostConfig>;

/** Answers warnings. @throws EngineError invalidParameter, conflict */
export async function updateContainer(daemon: Daemon, container: Container, change: Partial<HostConfig>): Promise<string[]> {
	const { id, state, hostConfig } = container;
	const warnings = verifyResources(change, true);
	const policy = change.RestartPolicy?.Name
		? { ...change.RestartPolicy, MaximumRetryCount: change.RestartPolicy.MaximumRetryCount ?? 0 }
		: undefined;
	if (policy) verifyRestartPolicy(policy);
	if (state.RemovalInProgress || state.Dead) {
		throw conflict(`Cannot update container ${id}: container is marked for removal and cannot be "update"`);
	}
	const problem = conflictOf(hostConfig, change);
	if (problem) throw conflict(`Cannot update container ${id}: ${problem}`);
	const before = { ...hostConfig };
	for (const name of CHANGEABLE) if (change[name]) Object.assign(hostConfig, { [name]: change[name] });
	if (change.PidsLimit !== undefined) hostConfig.PidsLimit = change.PidsLimit;
	if (policy) hostConfig.RestartPolicy = policy;
	if (state.Running && !state.Restarting) {
		try {
			await daemon.containerd["tasks.update"]({ containerId: id, resources: buildResources(hostConfig) });
		} catch (error) {
			Object.assign(hostConfig, before);
			const kind = error instanceof EngineError ? error.kind : "system";
			throw new EngineError(kind, `Cannot update container ${id}: ${messageOf(error)}`);
		}
	}
	await daemon.containers.save(container);
	containerEvent(daemon, container, "update");
	return warnings;
}

function conflictOf(has: HostConfig, change: Partial<HostConfig>): string | undefined {
	const { NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0, Memory = 0, MemorySwap = 0, RestartPolicy } = change;
	const already = (what: string, other: string): string =>
		`Conflicting options: ${what} cannot be updated as ${other} has already been set`;
	if (NanoCpus > 0 && has.CpuPeriod > 0) return already("Nano CPUs", "CPU Period");
	if (NanoCpus > 0 && has.CpuQuota > 0) return already("Nano CPUs", "CPU Quota");
	if (CpuPeriod > 0 && has.NanoCpus > 0) return already("CPU Period", "NanoCPUs");
	if (CpuQuota > 0 && has.NanoCpus > 0) return already("CPU Quota", "NanoCPUs");
	if (Memory !== 0 && Memory > has.MemorySwap && MemorySwap === 0) {
		return "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time";
	}
	if (has.AutoRemove && RestartPolicy?.Name && RestartPolicy.Name !== "no") {
		return "Restart policy cannot be updated because AutoRemove is enabled for the container";
	}
	return undefined;
}
