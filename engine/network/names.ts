// The name service of one container: a server on 127.0.0.11 in its namespace, which answers for the networks that it is in. The
// server itself sits on ports of its own; rules in the container's namespace lead port 53 there and back.

import { O } from "../lib/linux";
import { openTables } from "../lib/netfilter/client";
import type { Sys } from "../sys";
import { forward, type Upstream } from "./dns/forward";
import { resolve, type View } from "./dns/resolve";
import { DnsServer } from "./dns/server";
import { Tables } from "./firewall/tables";
import { openInside } from "./namespace";
import type { StoredEndpoint } from "./types";

const DNS_PORT = 53;

/** A network as the container sees it. */
export interface NamedNetwork {
	network: string;
	links: Readonly<Record<string, string>>;
	/** All that are in it now. */
	endpoints(): readonly StoredEndpoint[];
}

export class Names {
	private constructor(private readonly server: DnsServer) {}

	/** @param where the namespace's file, and the address that the container asks */
	static async start(
		sys: Sys,
		where: { key: string; address: string },
		external: ReadonlyArray<{ address: string; fromHost: boolean }>,
		networks: () => NamedNetwork[],
	): Promise<Names> {
		const { key, address } = where;
		const [udp, tcp, raw] = (await openInside(sys, key, async (inside) => {
			const datagrams = await inside.socket("inet", "dgram", O.CLOEXEC);
			await inside.bind(datagrams, { family: "inet", address, port: 0 });
			const connections = await inside.socket("inet", "stream", O.CLOEXEC);
			await inside.bind(connections, { family: "inet", address, port: 0 });
			await inside.listen(connections, 128);
			return [datagrams, connections, await openTables(inside)];
		})) as [number, number, number];
		const tables = new Tables(sys, raw, "inet");
		try {
			await leadPort53(tables, address, await portOf(sys, udp), await portOf(sys, tcp));
		} finally {
			await tables.close();
		}
		const upstreams = external.map(
			(server): Upstream => ({
				address: server.address,
				open: async (family, type) =>
					server.fromHost
						? sys.socket(family, type, O.CLOEXEC)
						: (await openInside(sys, key, async (inside) => [await inside.socket(family, type, O.CLOEXEC)]))[0]!,
			}),
		);
		const shuffle = <T>(items: readonly T[]): T[] => shuffled(sys, items);
		const server = new DnsServer(
			sys,
			{ udp, tcp },
			{
				resolve: (query) => resolve(query, networks().map(viewOf), shuffle),
				forward: (query, over) => forward(sys, upstreams, query, over),
			},
		);
		return new Names(server);
	}
	stop(): Promise<void> {
		return this.server.stop();
	}
}

async function portOf(sys: Sys, fd: number): Promise<number> {
	const name = await sys.getsockname(fd);
	return "port" in name ? name.port : 0;
}

async function leadPort53(tables: Tables, address: string, udp: number, tcp: number): Promise<void> {
	await tables.edit("nat", (nat) => {
		for (const [hook, chain] of [
			["OUTPUT", "DOCKER_OUTPUT"],
			["POSTROUTING", "DOCKER_POSTROUTING"],
		] as const) {
			nat.addChain(chain);
			nat.flush(chain);
			nat.add(hook, "insert", `-d ${address} -j ${chain}`);
		}
		for (const [protocol, port] of [
			["tcp", tcp],
			["udp", udp],
		] as const) {
			nat.add(
				"DOCKER_OUTPUT",
				"append",
				`-d ${address} -p ${protocol} --dport ${DNS_PORT} -j DNAT --to-destination ${address}:${port}`,
			);
			nat.add("DOCKER_POSTROUTING", "append", `-s ${address} -p ${protocol} --sport ${port} -j SNAT --to-source :${DNS_PORT}`);
		}
	});
}

const viewOf = ({ network, links, endpoints }: NamedNetwork): View => ({
	network,
	links: new Map(Object.entries(links).map(([alias, name]) => [alias.toLowerCase(), name])),
	addresses: (name, six) => {
		const wanted = name.toLowerCase();
		const named = endpoints().filter(({ dnsNames }) => dnsNames.some((one) => one.toLowerCase() === wanted));
		return named.length === 0 ? undefined : named.map((one) => (six ? one.ipv6 : one.ipv4)).filter(Boolean);
	},
	nameOf: (address) => endpoints().find((one) => one.ipv4 === address || one.ipv6 === address)?.dnsNames[0],
});

function shuffled<T>(sys: Sys, items: readonly T[]): T[] {
	const list = [...items];
	for (let at = list.length - 1; at > 0; at--) {
		const other = new Uint32Array(sys.getrandom(4).slice().buffer)[0]! % (at + 1);
		[list[at], list[other]] = [list[other]!, list[at]!];
	}
	return list;
}
