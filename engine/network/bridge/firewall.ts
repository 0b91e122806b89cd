// Docker's rules, in the layout of Engine 28.2 and later: which lines there are for the host, a network, an endpoint, a published port.
// What adds them also takes them away.
//
//     filter  FORWARD → DOCKER-USER (the user's own) → DOCKER-FORWARD → DOCKER-CT        answers of known connections come in
//                                                                    → DOCKER-INTERNAL  --internal networks keep to themselves
//                                                                    → DOCKER-BRIDGE → DOCKER   published ports, then no further
//                                                                    → everything may leave a network
//     nat     PREROUTING, OUTPUT → DOCKER     to one of the host's addresses: published ports become the container's
//             POSTROUTING                     what leaves a network takes the host's address
//     raw     PREROUTING                      nobody reaches a container's own address from outside its network

import type { TableName } from "../../lib/netfilter/constants";
import type { How, TableEditor, Tables } from "../firewall/tables";
import type { Protocol } from "../ports";

export type Line = readonly [table: TableName, chain: string, how: How, rule: string];

const FILTER_CHAINS = ["DOCKER", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-FORWARD", "DOCKER-INTERNAL"] as const;
const LOOPBACK = { inet: "127.0.0.0/8", inet6: "::1/128" } as const;
const LINK_LOCAL = "fe80::/10";

/** Docker's chains, empty, and the ways into them; DOCKER-USER keeps what the user has there. */
export async function setUpChains(tables: Tables): Promise<void> {
	await tables.edit("filter", (filter) => {
		for (const chain of FILTER_CHAINS) {
			filter.addChain(chain);
			filter.flush(chain);
		}
		filter.addChain("DOCKER-USER");
		filter.remove("FORWARD", "-j DOCKER-USER");
		filter.add("FORWARD", "insert", "-j DOCKER-FORWARD");
		filter.add("FORWARD", "insert", "-j DOCKER-USER");
		for (const chain of ["DOCKER-CT", "DOCKER-INTERNAL", "DOCKER-BRIDGE"]) filter.add("DOCKER-FORWARD", "append", `-j ${chain}`);
	});
	await tables.edit("nat", (nat) => {
		nat.addChain("DOCKER");
		nat.flush("DOCKER");
		nat.add("PREROUTING", "append", "-m addrtype --dst-type LOCAL -j DOCKER");
		nat.add("OUTPUT", "append", `! -d ${LOOPBACK[tables.family]} -m addrtype --dst-type LOCAL -j DOCKER`);
	});
}

export interface NetworkRules {
	bridge: string;
	/** ADDRESS/BITS. */
	subnet: string;
	internal: boolean;
	/** Containers of the network may talk to each other. */
	icc: boolean;
	masquerade: boolean;
	/** Address that what leaves the network takes, instead of the interface's own. */
	hostAddress?: string;
}
export function networkLines({ bridge, subnet, internal, icc, masquerade, hostAddress }: NetworkRules): Line[] {
	const among = `-i ${bridge} -o ${bridge}`;
	if (internal) {
		return [
			["filter", "DOCKER-INTERNAL", "insert", `! -d ${subnet} -i ${bridge} -j DROP`],
			["filter", "DOCKER-INTERNAL", "insert", `! -s ${subnet} -o ${bridge} -j DROP`],
			["filter", "DOCKER-FORWARD", "append", `${among} -j ${icc ? "ACCEPT" : "DROP"}`],
		];
	}
	const source = hostAddress ? `SNAT --to-source ${hostAddress}` : "MASQUERADE";
	const lines: Line[] = masquerade ? [["nat", "POSTROUTING", "insert", `-s ${subnet} ! -o ${bridge} -j ${source}`]] : [];
	if (icc) lines.push(["filter", "DOCKER-FORWARD", "append", `-i ${bridge} -j ACCEPT`]);
	else {
		lines.push(["filter", "DOCKER-FORWARD", "append", `${among} -j DROP`]);
		lines.push(["filter", "DOCKER-FORWARD", "append", `-i ${bridge} ! -o ${bridge} -j ACCEPT`]);
	}
	return [
		...lines,
		["filter", "DOCKER", "append", `! -i ${bridge} -o ${bridge} -j DROP`],
		["filter", "DOCKER-CT", "append", `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`],
		["filter", "DOCKER-BRIDGE", "append", `-o ${bridge} -j DOCKER`],
	];
}

export const endpointLines = (bridge: string, address: string): Line[] => [
	["raw", "PREROUTING", "append", `-d ${address} ! -i ${bridge} -j DROP`],
];

export interface PortRules {
	bridge: string;
	protocol: Protocol;
	hostAddress: string;
	hostPort: number;
	address: string;
	port: number;
}
/** Between two families there is no translation: the proxy carries it alone. */
export function portLines({ bridge, protocol, hostAddress, hostPort, address, port }: PortRules): Line[] {
	const six = address.includes(":");
	const lines: Line[] = [];
	if (hostAddress.startsWith("127.")) {
		lines.push(["raw", "PREROUTING", "append", `-p ${protocol} -d ${hostAddress} --dport ${hostPort} ! -i lo -j DROP`]);
	}
	if (six !== hostAddress.includes(":")) return lines;
	const unspecified = hostAddress === "0.0.0.0" || hostAddress === "::";
	const to = six ? `[${address}]:${port}` : `${address}:${port}`;
	const dnat = [
		six ? `! -s ${LINK_LOCAL}` : "",
		unspecified ? "" : `-d ${hostAddress}`,
		`! -i ${bridge} -p ${protocol} --dport ${hostPort} -j DNAT --to-destination ${to}`,
	];
	lines.push(["nat", "DOCKER", "append", dnat.filter(Boolean).join(" ")]);
	lines.push([
		"filter",
		"DOCKER",
		"insert",
		`-d ${address} ! -i ${bridge} -o ${bridge} -p ${protocol} --dport ${port} -j ACCEPT`,
	]);
	return lines;
}

export const addLines = (tables: Tables, lines: readonly Line[]): Promise<void> =>
	eachTable(tables, lines, (editor, [, chain, how, rule]) => editor.add(chain, how, rule));
export const removeLines = (tables: Tables, lines: readonly Line[]): Promise<void> =>
	eachTable(tables, lines, (editor, [, chain, , rule]) => editor.remove(chain, rule));

async function eachTable(
	tables: Tables,
	lines: readonly Line[],
	change: (editor: TableEditor, line: Line) => void,
): Promise<void> {
	for (const name of new Set(lines.map(([table]) => table))) {
		await tables.edit(name, (editor) => {
			for (const line of lines) if (line[0] === name) change(editor, line);
		});
	}
}
