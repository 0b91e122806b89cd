// The networks with who is plugged into them, and the ways that packets took, out of the daemon's answers and the trace. Pure.

import type { ContainerSummary } from "../../../engine/api/container";
import type { NetworkInspect } from "../../../engine/api/network";
import type { ProcessInfo } from "../../../engine/host/browser/facade";
import type { TraceEvent } from "../../../engine/trace/event";
import { containerOf } from "../isolation/model";

export interface NetBridge {
	id: string;
	name: string;
	/** Of the bridge on the host, such as docker0. */
	device: string;
	/** ADDRESS/BITS. */
	subnet: string;
	gateway: string;
	internal: boolean;
}
export interface NetPlug {
	network: string;
	/** Without its bits. */
	address: string;
}
export interface NetPort {
	/** Address and port on the host. */
	host: string;
	port: number;
	inside: string;
}
export interface NetContainer {
	id: string;
	name: string;
	plugs: NetPlug[];
	ports: NetPort[];
	/** Inode of its network namespace; 0 while unknown. */
	netns: number;
	/** The host's own namespace. */
	onHost: boolean;
}
export interface NetworkMap {
	bridges: NetBridge[];
	containers: NetContainer[];
	hostNetns: number;
}

export function networkMap(
	networks: readonly NetworkInspect[],
	listed: readonly ContainerSummary[],
	processes: readonly ProcessInfo[],
): NetworkMap {
	const hostNetns = processes.find(({ pid }) => pid === 1)?.namespaces.net ?? 0;
	const bridges = networks
		.filter(({ Driver }) => Driver === "bridge")
		.map(({ Id, Name, IPAM, Internal, Options }): NetBridge => {
			const v4 = IPAM.Config?.find(({ Subnet }) => Subnet?.includes("."));
			return {
				id: Id,
				name: Name,
				device: Options["com.docker.network.bridge.name"] ?? `br-${Id.slice(0, 12)}`,
				subnet: v4?.Subnet ?? "",
				gateway: v4?.Gateway ?? "",
				internal: Internal,
			};
		})
		// the default one first, the rest as they were made
		.sort((a, b) => Number(b.device === "docker0") - Number(a.device === "docker0"));
	const containers = listed.map(({ Id, Names, Ports, HostConfig }): NetContainer => {
		const netns = processes.find((process) => containerOf(process) === Id)?.namespaces.net ?? 0;
		return {
			id: Id,
			name: (Names[0] ?? Id.slice(0, 12)).replace(/^\//, ""),
			plugs: networks.flatMap(({ Id: network, Containers }) => {
				const endpoint = Containers[Id];
				return endpoint ? [{ network, address: endpoint.IPv4Address.replace(/\/\d+$/, "") }] : [];
			}),
			ports: portsOf(Ports),
			netns,
			onHost: HostConfig.NetworkMode === "host",
		};
	});
	return { bridges, containers, hostNetns };
}

/** The same port on 0.0.0.0 and on [::] is one to a reader. */
function portsOf(ports: ContainerSummary["Ports"]): NetPort[] {
	const found = new Map<string, NetPort>();
	for (const { IP, PublicPort, PrivatePort, Type } of ports ?? []) {
		if (PublicPort === undefined) continue;
		const inside = `${PrivatePort}/${Type}`;
		const key = `${PublicPort} ${inside}`;
		if (!found.has(key)) found.set(key, { host: IP ?? "0.0.0.0", port: PublicPort, inside });
	}
	return [...found.values()];
}

export type Hop = Extract<TraceEvent, { type: "net.hop" }>;
export interface Flow {
	flow: number;
	protocol: string;
	source: string;
	destination: string;
	hops: Hop[];
}

/** The ways of the last requests, oldest first, each with the answers' way back. */
export function flowsOf(trace: readonly TraceEvent[], most: number): Flow[] {
	const flows = new Map<number, Flow>();
	for (const event of trace) {
		if (event.type !== "net.hop") continue;
		const { flow, protocol, source, destination } = event;
		const known = flows.get(flow);
		if (known) known.hops.push(event);
		else flows.set(flow, { flow, protocol, source, destination, hops: [event] });
	}
	return [...flows.values()].slice(-most);
}
