// Docker's rules: after every step the tables read as `iptables -S` shows them on a host with Docker Engine 29 (its own documentation
// of the rules, integration/network/bridge/iptablesdoc, has these very lists), and at the end nothing is left.

import { describe, expect, test } from "vitest";
import { type Family, SO, type TableName } from "../../../engine/lib/netfilter/constants";
import { ADDRTYPE, CT_STATE, type Match } from "../../../engine/lib/netfilter/match";
import {
	type Blob,
	decodeReplace,
	decodeTable,
	ENTRIES_HEAD,
	emptyTable,
	encodeInfo,
	encodeTable,
	entriesRequest,
	nameAt,
	type Rule,
} from "../../../engine/lib/netfilter/table";
import {
	addLines,
	endpointLines,
	networkLines,
	portLines,
	removeLines,
	setUpChains,
} from "../../../engine/network/bridge/firewall";
import { parseRule } from "../../../engine/network/firewall/rule";
import { Tables } from "../../../engine/network/firewall/tables";
import type { Sys } from "../../../engine/sys";

/** A kernel that keeps tables as it is given them, and nothing else. */
class Kernel {
	readonly blobs = new Map<string, Blob>();
	constructor(readonly family: Family) {
		for (const name of ["raw", "nat", "filter"] as const) this.blobs.set(name, encodeTable(family, emptyTable(name)));
	}
	readonly tables = () => new Tables(this as unknown as Sys, 3, this.family);

	async getsockopt(_fd: number, _level: number, option: number, length: number, request: Uint8Array): Promise<Uint8Array> {
		const blob = this.blobs.get(nameAt(request))!;
		if (option === SO[this.family].GET_INFO) return encodeInfo(blob);
		const answer = entriesRequest(blob.name, blob.size);
		answer.set(blob.entries, ENTRIES_HEAD);
		return answer.subarray(0, length);
	}
	async setsockopt(_fd: number, _level: number, option: number, value: Uint8Array): Promise<void> {
		// counters that are put back: nothing passes here
		if (option !== SO[this.family].SET_REPLACE) return;
		const { numCounters: _count, counters: _address, ...blob } = decodeReplace(value)!;
		expect(_count).toBe(this.blobs.get(blob.name)!.numEntries);
		this.blobs.set(blob.name, blob);
	}
	/** As iptables -S prints it, without the policies. */
	lines(name: TableName): string[] {
		const { chains } = decodeTable(this.family, this.blobs.get(name)!)!.table;
		const own = chains.filter(({ policy }) => policy === undefined).map((chain) => `-N ${chain.name}`);
		return [...own, ...chains.flatMap((chain) => chain.rules.map((rule) => `-A ${chain.name} ${words(rule)}`))];
	}
	rules(name: TableName): string[] {
		return this.lines(name).filter((line) => line.startsWith("-A"));
	}
}

const PROTOCOLS: Record<number, string> = { 1: "icmp", 6: "tcp", 17: "udp" };
const namesOf = (numbers: Record<string, number>, mask: number): string =>
	Object.keys(numbers)
		.filter((name) => mask & numbers[name]!)
		.reverse()
		.join(",");
function words({ source, destination, in: inside, out, protocol, matches, target }: Rule): string {
	const not = (invert: boolean | undefined): string => (invert ? "! " : "");
	const bits = (mask: string): number => {
		const bytes = mask.includes(":")
			? mask
					.replace("::", ":")
					.split(":")
					.filter(Boolean)
					.flatMap((group) => [
						Number.parseInt(group.padStart(4, "0").slice(0, 2), 16),
						Number.parseInt(group.padStart(4, "0").slice(2), 16),
					])
			: mask.split(".").map(Number);
		return bytes
			.map((byte) => byte.toString(2))
			.join("")
			.replaceAll("0", "").length;
	};
	const address = (flag: string, one: typeof source): string[] =>
		one ? [`${not(one.invert)}${flag} ${one.address}/${bits(one.mask)}`] : [];
	const match = (one: Match): string => {
		if (one.name === "addrtype") return `-m addrtype --dst-type ${namesOf(ADDRTYPE, one.destination)}`;
		if (one.name === "conntrack") return `-m conntrack --ctstate ${namesOf(CT_STATE, one.states)}`;
		const { name, source: from, destination: to } = one as Extract<Match, { name: "tcp" | "udp" }>;
		const port = (flag: string, range: typeof from): string => (range && range[1] !== 65535 ? ` ${flag} ${range[0]}` : "");
		return `-m ${name}${port("--sport", from)}${port("--dport", to)}`;
	};
	const goal = (): string => {
		if (!target) return "";
		if ("verdict" in target) return `-j ${target.verdict}`;
		if ("jump" in target) return `-j ${target.jump}`;
		if ("goto" in target) return `-g ${target.goto}`;
		const nat = target.extension as { name: string; addresses?: readonly string[]; ports?: readonly number[] };
		const ip = nat.addresses?.[0] ?? "";
		const to = `${ip.includes(":") ? `[${ip}]` : ip}${nat.ports ? `:${nat.ports[0]}` : ""}`;
		if (nat.name === "DNAT") return `-j DNAT --to-destination ${to}`;
		return nat.name === "SNAT" ? `-j SNAT --to-source ${to}` : `-j ${nat.name}`;
	};
	return [
		...address("-s", source),
		...address("-d", destination),
		...(inside ? [`${not(inside.invert)}-i ${inside.name}`] : []),
		...(out ? [`${not(out.invert)}-o ${out.name}`] : []),
		...(protocol ? [`-p ${PROTOCOLS[protocol.number]}`] : []),
		...matches.map(match),
		goal(),
	].join(" ");
}

const DOCKER0 = { bridge: "docker0", subnet: "172.17.0.0/16", internal: false, icc: true, masquerade: true };
const BRIDGE1 = { bridge: "bridge1", subnet: "192.0.2.0/24", internal: false, icc: true, masquerade: true };
const PORT = {
	bridge: "bridge1",
	protocol: "tcp",
	hostAddress: "0.0.0.0",
	hostPort: 8080,
	address: "192.0.2.2",
	port: 80,
} as const;

const CHAINS = ["DOCKER", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-FORWARD", "DOCKER-INTERNAL", "DOCKER-USER"].map(
	(name) => `-N ${name}`,
);
const NAT_WAYS = [
	"-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
	"-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
];

async function newDaemon(family: Family = "inet"): Promise<Kernel> {
	const kernel = new Kernel(family);
	await setUpChains(kernel.tables());
	if (family === "inet") await addLines(kernel.tables(), networkLines(DOCKER0));
	return kernel;
}

describe("a new daemon", () => {
	test("has chains of its own and lets docker0 out", async () => {
		const kernel = await newDaemon();
		expect(kernel.lines("filter").filter((line) => line.startsWith("-N"))).toEqual(CHAINS);
		expect(kernel.rules("filter").sort()).toEqual(
			[
				"-A FORWARD -j DOCKER-USER",
				"-A FORWARD -j DOCKER-FORWARD",
				"-A DOCKER ! -i docker0 -o docker0 -j DROP",
				"-A DOCKER-BRIDGE -o docker0 -j DOCKER",
				"-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
				"-A DOCKER-FORWARD -j DOCKER-CT",
				"-A DOCKER-FORWARD -j DOCKER-INTERNAL",
				"-A DOCKER-FORWARD -j DOCKER-BRIDGE",
				"-A DOCKER-FORWARD -i docker0 -j ACCEPT",
			].sort(),
		);
		expect(kernel.rules("filter").filter((line) => /^-A (FORWARD|DOCKER-FORWARD) /.test(line))).toEqual([
			"-A FORWARD -j DOCKER-USER",
			"-A FORWARD -j DOCKER-FORWARD",
			"-A DOCKER-FORWARD -j DOCKER-CT",
			"-A DOCKER-FORWARD -j DOCKER-INTERNAL",
			"-A DOCKER-FORWARD -j DOCKER-BRIDGE",
			"-A DOCKER-FORWARD -i docker0 -j ACCEPT",
		]);
		expect(kernel.lines("nat")).toEqual(["-N DOCKER", ...NAT_WAYS, "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"]);
	});
	test("started again finds its own and lays nothing twice; what the user has in DOCKER-USER stays", async () => {
		const kernel = await newDaemon();
		const before = [kernel.lines("filter"), kernel.lines("nat")];
		await kernel.tables().edit("filter", (filter) => filter.add("DOCKER-USER", "append", "-s 10.0.0.0/8 -j DROP"));
		await setUpChains(kernel.tables());
		await addLines(kernel.tables(), networkLines(DOCKER0));
		expect(kernel.lines("nat")).toEqual(before[1]);
		expect(kernel.lines("filter").filter((line) => !line.startsWith("-A DOCKER-USER"))).toEqual(before[0]);
		expect(kernel.lines("filter")).toContain("-A DOCKER-USER -s 10.0.0.0/8 -j DROP");
	});
	test("IPv6 has the same ways in", async () => {
		const kernel = await newDaemon("inet6");
		expect(kernel.lines("nat")).toEqual([
			"-N DOCKER",
			"-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
			"-A OUTPUT ! -d ::1/128 -m addrtype --dst-type LOCAL -j DOCKER",
		]);
	});
});

describe("networks", () => {
	test("a published port on a network of the user's", async () => {
		const kernel = await newDaemon();
		const before = (["raw", "filter", "nat"] as const).map((name) => kernel.lines(name));
		const lines = [...networkLines(BRIDGE1), ...endpointLines("bridge1", "192.0.2.2"), ...portLines(PORT)];
		await addLines(kernel.tables(), lines);
		expect(kernel.rules("filter").filter((line) => /^-A DOCKER /.test(line))).toEqual([
			"-A DOCKER -d 192.0.2.2/32 ! -i bridge1 -o bridge1 -p tcp -m tcp --dport 80 -j ACCEPT",
			"-A DOCKER ! -i docker0 -o docker0 -j DROP",
			"-A DOCKER ! -i bridge1 -o bridge1 -j DROP",
		]);
		expect(kernel.rules("nat")).toEqual([
			...NAT_WAYS,
			"-A POSTROUTING -s 192.0.2.0/24 ! -o bridge1 -j MASQUERADE",
			"-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
			"-A DOCKER ! -i bridge1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.2:80",
		]);
		expect(kernel.rules("raw")).toEqual(["-A PREROUTING -d 192.0.2.2/32 ! -i bridge1 -j DROP"]);
		await removeLines(kernel.tables(), lines);
		expect((["raw", "filter", "nat"] as const).map((name) => kernel.lines(name))).toEqual(before);
	});
	test("on the loopback address alone: nobody from outside reaches it", async () => {
		const kernel = await newDaemon();
		await addLines(kernel.tables(), portLines({ ...PORT, hostAddress: "127.0.0.1" }));
		expect(kernel.rules("raw")).toEqual(["-A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP"]);
		expect(kernel.rules("nat")).toContain(
			"-A DOCKER -d 127.0.0.1/32 ! -i bridge1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.2:80",
		);
	});
	test("without --icc containers of a network do not reach each other", async () => {
		const kernel = await newDaemon();
		await addLines(kernel.tables(), networkLines({ ...BRIDGE1, icc: false }));
		expect(kernel.rules("filter").filter((line) => line.startsWith("-A DOCKER-FORWARD -i bridge1"))).toEqual([
			"-A DOCKER-FORWARD -i bridge1 -o bridge1 -j DROP",
			"-A DOCKER-FORWARD -i bridge1 ! -o bridge1 -j ACCEPT",
		]);
	});
	test("--internal networks keep to themselves", async () => {
		const kernel = await newDaemon();
		await addLines(kernel.tables(), networkLines({ ...BRIDGE1, bridge: "bridgeICC", internal: true }));
		await addLines(
			kernel.tables(),
			networkLines({ ...BRIDGE1, bridge: "bridgeNoICC", subnet: "198.51.100.0/24", icc: false, internal: true }),
		);
		expect(kernel.rules("filter").filter((line) => line.includes("ICC"))).toEqual([
			"-A DOCKER-FORWARD -i bridgeICC -o bridgeICC -j ACCEPT",
			"-A DOCKER-FORWARD -i bridgeNoICC -o bridgeNoICC -j DROP",
			"-A DOCKER-INTERNAL ! -s 198.51.100.0/24 -o bridgeNoICC -j DROP",
			"-A DOCKER-INTERNAL ! -d 198.51.100.0/24 -i bridgeNoICC -j DROP",
			"-A DOCKER-INTERNAL ! -s 192.0.2.0/24 -o bridgeICC -j DROP",
			"-A DOCKER-INTERNAL ! -d 192.0.2.0/24 -i bridgeICC -j DROP",
		]);
		expect(kernel.rules("nat")).toHaveLength(3);
	});
	test("IPv6: link-local addresses are left alone, and what crosses families is the proxy's", async () => {
		const kernel = await newDaemon("inet6");
		await addLines(kernel.tables(), portLines({ ...PORT, hostAddress: "::", address: "fd00::2" }));
		expect(kernel.rules("nat").at(-1)).toBe(
			"-A DOCKER ! -s fe80::/10 ! -i bridge1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80",
		);
		expect(portLines({ ...PORT, hostAddress: "::" })).toEqual([]);
	});
});

test("a rule that is not understood is a mistake of the program", () => {
	expect(() => parseRule("-j ACCEPT --quickly yes")).toThrow("--quickly is not understood");
});
