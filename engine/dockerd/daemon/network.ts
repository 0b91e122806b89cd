// A container's networks while it runs. (Loopback alone: an endpoint belongs to its network and has no address.)

import { hex } from "../../lib/bytes";
import type { Container } from "../container/container";
import type { Daemon } from "./daemon";

/** @throws EngineError notFound: network x not found */
export async function connectNetworks(daemon: Daemon, container: Container): Promise<void> {
	for (const [name, endpoint] of Object.entries(container.stored.NetworkSettings.Networks)) {
		const network = daemon.networks.get(name);
		endpoint.NetworkID = network.id;
		endpoint.EndpointID = hex(daemon.sys.getrandom(32));
		daemon.events.emit("network", "connect", network.id, { container: container.id, name: network.name, type: network.driver });
	}
}

export async function disconnectNetworks(daemon: Daemon, container: Container): Promise<void> {
	for (const [name, endpoint] of Object.entries(container.stored.NetworkSettings.Networks)) {
		if (!endpoint.EndpointID) continue;
		endpoint.EndpointID = "";
		const network = daemon.networks.list().find((one) => one.name === name);
		if (!network) continue;
		daemon.events.emit("network", "disconnect", network.id, { container: container.id, name, type: network.driver });
	}
}
