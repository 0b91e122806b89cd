"use client";
// The networks as the daemon tells them, with the containers' namespaces as the kernel has them; read again when something changed.

import { startTransition, useEffect, useState } from "react";
import type { ContainerSummary } from "../../../engine/api/container";
import type { NetworkInspect, NetworkSummary } from "../../../engine/api/network";
import type { Machine } from "../../../engine/host/browser/facade";
import { theMachine } from "../../machine/store";
import { useMachine } from "../../machine/use-machine";
import { get } from "../../machine/world";
import { keepSame } from "../keep-same";
import { type NetworkMap, networkMap } from "./model";

export function useNetwork(): NetworkMap | undefined {
	const revision = useMachine((state) => state.revision);
	const [map, setMap] = useState<NetworkMap>();
	// biome-ignore lint/correctness/useExhaustiveDependencies: every new reading of the machine reads the networks again
	useEffect(() => {
		const machine = theMachine();
		if (machine?.status().phase !== "ready") return setMap(undefined);
		let left = false;
		readNetwork(machine).then(
			(now) => !left && startTransition(() => setMap((before) => keepSame(before, now))),
			// The daemon may be down: what was seen stays.
			() => {},
		);
		return () => {
			left = true;
		};
	}, [revision]);
	return map;
}

type Daemon = Pick<Machine, "docker" | "processes">;
async function readNetwork(machine: Daemon): Promise<NetworkMap> {
	const [networks, containers, processes] = await Promise.all([
		get<NetworkSummary[]>(machine, "/networks"),
		get<ContainerSummary[]>(machine, "/containers/json"),
		machine.processes(),
	]);
	const inspected = await Promise.all(networks.map(({ Id }) => get<NetworkInspect>(machine, `/networks/${Id}`)));
	return networkMap(inspected, containers, processes);
}
