// What docker info says of a node's swarm.

import { humanDuration } from "../../../lib/units";

/** Durations are nanoseconds. */
export interface SwarmInfo {
	LocalNodeState?: string;
	NodeID?: string;
	NodeAddr?: string;
	ControlAvailable?: boolean;
	Error?: string;
	RemoteManagers?: Array<{ Addr: string }> | null;
	Nodes?: number;
	Managers?: number;
	Cluster?: {
		ID: string;
		RootRotationInProgress?: boolean;
		DefaultAddrPool?: string[] | null;
		SubnetSize?: number;
		DataPathPort?: number;
		Spec: {
			Orchestration?: { TaskHistoryRetentionLimit?: number | null };
			Raft?: { SnapshotInterval?: number; KeepOldSnapshots?: number | null; HeartbeatTick?: number; ElectionTick?: number };
			Dispatcher?: { HeartbeatPeriod?: number };
			CAConfig?: {
				NodeCertExpiry?: number;
				ForceRotate?: number;
				SigningCACert?: string;
				ExternalCAs?: Array<{ Protocol: string; URL: string }> | null;
			};
			EncryptionConfig?: { AutoLockManagers?: boolean };
		};
	} | null;
}

export function swarmLines(swarm: SwarmInfo): string[] {
	const state = swarm.LocalNodeState ?? "";
	const lines = [` Swarm: ${state}`];
	if (state === "" || state === "inactive" || state === "locked") return lines;
	lines.push(`  NodeID: ${swarm.NodeID ?? ""}`);
	if (swarm.Error) lines.push(`  Error: ${swarm.Error}`);
	lines.push(`  Is Manager: ${swarm.ControlAvailable ?? false}`);
	if (swarm.ControlAvailable && !swarm.Error && state !== "error") lines.push(...clusterLines(swarm));
	lines.push(`  Node Address: ${swarm.NodeAddr ?? ""}`);
	const managers = (swarm.RemoteManagers ?? []).map(({ Addr }) => Addr).sort();
	if (managers.length > 0) lines.push("  Manager Addresses:", ...managers.map((address) => `   ${address}`));
	return lines;
}

function clusterLines({ Cluster: cluster, Managers, Nodes }: SwarmInfo): string[] {
	if (!cluster) return [];
	const { Orchestration, Raft, Dispatcher, CAConfig, EncryptionConfig } = cluster.Spec;
	const pools = cluster.DefaultAddrPool;
	const snapshots = Raft?.KeepOldSnapshots;
	const period = (nanoseconds = 0): string => humanDuration(nanoseconds / 1e9);
	const certificate = CAConfig?.SigningCACert?.trim();
	const authorities = (CAConfig?.ExternalCAs ?? []).map(({ Protocol, URL }) => `     ${Protocol}: ${URL}`);
	return [
		`  ClusterID: ${cluster.ID}`,
		`  Managers: ${Managers ?? 0}`,
		`  Nodes: ${Nodes ?? 0}`,
		...(pools
			? [`  Default Address Pool: ${pools.map((pool) => `${pool}  `).join("")}`, `  SubnetSize: ${cluster.SubnetSize ?? 0}`]
			: []),
		...(cluster.DataPathPort ? [`  Data Path Port: ${cluster.DataPathPort}`] : []),
		"  Orchestration:",
		`   Task History Retention Limit: ${Orchestration?.TaskHistoryRetentionLimit ?? 0}`,
		"  Raft:",
		`   Snapshot Interval: ${Raft?.SnapshotInterval ?? 0}`,
		...(snapshots === undefined || snapshots === null ? [] : [`   Number of Old Snapshots to Retain: ${snapshots}`]),
		`   Heartbeat Tick: ${Raft?.HeartbeatTick ?? 0}`,
		`   Election Tick: ${Raft?.ElectionTick ?? 0}`,
		"  Dispatcher:",
		`   Heartbeat Period: ${period(Dispatcher?.HeartbeatPeriod)}`,
		"  CA Configuration:",
		`   Expiry Duration: ${period(CAConfig?.NodeCertExpiry)}`,
		`   Force Rotate: ${CAConfig?.ForceRotate ?? 0}`,
		...(certificate ? [`   Signing CA Certificate: \n${certificate}\n`] : []),
		...(authorities.length > 0 ? ["   External CAs:", ...authorities] : []),
		`  Autolock Managers: ${EncryptionConfig?.AutoLockManagers ?? false}`,
		`  Root Rotation In Progress: ${cluster.RootRotationInProgress ?? false}`,
	];
}
