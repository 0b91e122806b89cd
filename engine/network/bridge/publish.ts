// Published ports: a port of the host is reserved, bound, translated to the container's, and given to a docker-proxy for those whom
// the translation does not reach (the host's own loopback, and IPv6 where the container has none).

import { text } from "../../lib/bytes";
import { strerror } from "../../lib/errno";
import { messageOf, systemError } from "../../lib/errors";
import { readAll } from "../../lib/files";
import { O, SIGNALS } from "../../lib/linux";
import { type SocketAddress, type Sys, SysError } from "../../sys";
import { firewallOf, type NetworkHost } from "../host";
import type { Network } from "../network";
import type { PortMapping, PortRequest, StoredEndpoint } from "../types";
import { addLines, portLines, removeLines } from "./firewall";

const PROXY = "/usr/bin/docker-proxy";
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const ON = Uint8Array.of(1, 0, 0, 0);
const BACKLOG = 4096;
/** How often another port of a range is tried when somebody else sits on the one that was free to Docker's knowledge. */
const ATTEMPTS = 10;

/** Mappings by their proxies, which live as long as the port is published. */
export type Proxies = Map<PortMapping, { pid: number; ended: Promise<unknown> }>;

/** @throws EngineError in Docker's words; nothing is published then */
export async function publishPorts(
	host: NetworkHost,
	network: Network,
	endpoint: StoredEndpoint,
	requests: readonly PortRequest[],
	proxies: Proxies,
): Promise<PortMapping[]> {
	const done: PortMapping[] = [];
	try {
		for (const request of requests) {
			const addresses = hostAddresses(network, endpoint, request);
			if (addresses.length > 0) done.push(...(await publish(host, network, endpoint, request, addresses, proxies)));
		}
		return done;
	} catch (error) {
		await unpublishPorts(host, network, done, proxies);
		throw systemError(
			`driver failed programming external connectivity on endpoint ${endpoint.name} (${endpoint.id}): ${messageOf(error)}`,
		);
	}
}

/** The address asked for, or all of them, of both families: then both get the same port. */
function hostAddresses(network: Network, endpoint: StoredEndpoint, { hostAddress }: PortRequest): string[] {
	if (!endpoint.ipv4 && !endpoint.ipv6) return [];
	if (hostAddress) return hostAddress.includes(":") || endpoint.ipv4 ? [hostAddress] : [];
	const { hostBinding } = network.bridge;
	if (hostBinding !== "0.0.0.0") return [hostBinding];
	return endpoint.ipv4 ? ["0.0.0.0", "::"] : ["::"];
}

async function publish(
	host: NetworkHost,
	network: Network,
	endpoint: StoredEndpoint,
	request: PortRequest,
	addresses: readonly string[],
	proxies: Proxies,
): Promise<PortMapping[]> {
	const { protocol, port } = request;
	const { hostPort, sockets } = await reserve(host, request, addresses);
	const mappings = addresses.map((hostAddress): PortMapping => {
		const address = hostAddress.includes(":") && endpoint.ipv6 ? endpoint.ipv6 : endpoint.ipv4;
		return { protocol, port, hostAddress, hostPort, address };
	});
	try {
		for (const mapping of mappings) {
			await addLines(firewallOf(host, mapping.address), portLines({ bridge: network.bridge.bridge, ...mapping }));
		}
		for (const [at, mapping] of mappings.entries()) proxies.set(mapping, await startProxy(host.sys, mapping, sockets[at]!));
		return mappings;
	} catch (error) {
		await unpublishPorts(host, network, mappings, proxies);
		throw error;
	} finally {
		for (const socket of sockets) await host.sys.close(socket);
	}
}

/** A port that is free on all the addresses, bound on each. */
async function reserve(
	{ sys, ports }: NetworkHost,
	{ protocol, hostPort: first, hostPortEnd: last }: PortRequest,
	addresses: readonly string[],
): Promise<{ hostPort: number; sockets: number[] }> {
	for (let attempt = 1; ; attempt++) {
		const hostPort = ports.request(addresses, protocol, first, last);
		const sockets: number[] = [];
		try {
			for (const address of addresses) sockets.push(await bindPort(sys, protocol, address, hostPort));
			return { hostPort, sockets };
		} catch (error) {
			for (const socket of sockets) await sys.close(socket);
			ports.release(addresses, protocol, hostPort);
			if ((first > 0 && first === last) || attempt === ATTEMPTS) throw error;
		}
	}
}

async function bindPort(sys: Sys, protocol: PortMapping["protocol"], address: string, port: number): Promise<number> {
	const six = address.includes(":");
	const shown = `${six ? `[${address}]` : address}:${port}/${protocol}`;
	if (protocol === "sctp")
		throw systemError(`failed to create socket for ${shown}: ${strerror("EPROTONOSUPPORT").toLowerCase()}`);
	const family = six ? "inet6" : "inet";
	const fd = await sys.socket(family, protocol === "tcp" ? "stream" : "dgram", O.CLOEXEC);
	try {
		if (protocol === "tcp") await sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON);
		if (six) await sys.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON);
		await sys.bind(fd, { family, address, port } as SocketAddress);
		if (protocol === "tcp") await sys.listen(fd, BACKLOG);
		return fd;
	} catch (error) {
		await sys.close(fd);
		const why = error instanceof SysError ? strerror(error.errno).toLowerCase() : messageOf(error);
		throw systemError(`failed to bind host port ${shown}: ${why}`);
	}
}

/** Descriptor 3 of the proxy is where it says "0\n" when it runs, or "1\n" and why not; 4 is the host's socket. */
async function startProxy(
	sys: Sys,
	{ protocol, hostAddress, hostPort, address, port }: PortMapping,
	socket: number,
): Promise<{ pid: number; ended: Promise<unknown> }> {
	const argv = [PROXY, "-proto", protocol, "-host-ip", hostAddress, "-host-port", String(hostPort)];
	argv.push("-container-ip", address, "-container-port", String(port), "-use-listen-fd");
	const nothing = await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
	const [report, tell] = await sys.pipe2(O.CLOEXEC);
	try {
		const pid = await sys
			.spawn(PROXY, argv, [], { fds: [nothing, nothing, nothing, tell, socket], cwd: "/" })
			.finally(async () => {
				await sys.close(tell);
				await sys.close(nothing);
			});
		const ended = sys.wait4(pid).catch(() => {});
		const said = text(await readAll(sys, report));
		if (said !== "0\n") throw systemError(`failed to start userland proxy for port mapping: ${said.replace(/^1\n/, "")}`);
		return { pid, ended };
	} finally {
		await sys.close(report);
	}
}

export async function unpublishPorts(
	host: NetworkHost,
	network: Network,
	mappings: readonly PortMapping[],
	proxies: Proxies,
): Promise<void> {
	for (const mapping of mappings) {
		await removeLines(firewallOf(host, mapping.address), portLines({ bridge: network.bridge.bridge, ...mapping }));
		const proxy = proxies.get(mapping);
		if (proxy) {
			await host.sys.kill(proxy.pid, SIGNALS.SIGTERM).catch(() => {});
			await proxy.ended;
			proxies.delete(mapping);
		}
		host.ports.release([mapping.hostAddress], mapping.protocol, mapping.hostPort);
	}
}

/** The proxies ended with the dockerd before this one: the same ports again. */
export async function republishPorts(
	host: NetworkHost,
	network: Network,
	endpoint: StoredEndpoint,
	proxies: Proxies,
): Promise<void> {
	for (const mapping of endpoint.ports) {
		const { protocol, hostPort, hostAddress, address } = mapping;
		const request: PortRequest = { protocol, port: mapping.port, hostAddress, hostPort, hostPortEnd: hostPort };
		const { sockets } = await reserve(host, request, [hostAddress]);
		try {
			await addLines(firewallOf(host, address), portLines({ bridge: network.bridge.bridge, ...mapping }));
			proxies.set(mapping, await startProxy(host.sys, mapping, sockets[0]!));
		} finally {
			for (const socket of sockets) await host.sys.close(socket);
		}
	}
}
