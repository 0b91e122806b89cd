// Addresses and subnets: whatever is asked for and given back in whatever order, nobody gets what another one has.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	contains,
	type Ip,
	ipText,
	lastIp,
	masked,
	overlaps,
	parseIp,
	parsePrefix,
	prefixText,
	sizeOf,
} from "../../../engine/lib/ip";
import { parseIpamConfigs } from "../../../engine/network/ipam/config";
import { firstFree, Pool } from "../../../engine/network/ipam/pool";
import { AddressSpace, DEFAULT_POOLS, uniqueLocalPools } from "../../../engine/network/ipam/space";

const prefix = (text: string) => parsePrefix(text)!;
const ip = (text: string): Ip => parseIp(text)!;

const addresses = fc.oneof(
	fc.tuple(fc.constant(false), fc.bigInt({ min: 0n, max: (1n << 32n) - 1n })),
	fc.tuple(fc.constant(true), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })),
);
const prefixes = addresses.chain(([six, value]) =>
	fc.integer({ min: 0, max: six ? 128 : 32 }).map((bits) => ({ ip: { six, value }, bits })),
);

describe("addresses", () => {
	test("text and number are the same address", () => {
		fc.assert(
			fc.property(addresses, ([six, value]) => {
				expect(parseIp(ipText({ six, value }))).toEqual({ six, value });
			}),
		);
	});
	test.for(["1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "", "::1::2", "1:2:3:4:5:6:7", "12345::", "g::", "1.2.3.4/8"])(
		"%s is none",
		(text) => expect(parseIp(text)).toBeUndefined(),
	);
	test.for(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "::/129", "/8", "10.0.0.0/"])("%s is no subnet", (text) =>
		expect(parsePrefix(text)).toBeUndefined(),
	);
	test("a subnet has its own first and last address, and the one behind belongs to another", () => {
		fc.assert(
			fc.property(prefixes, (one) => {
				const last = lastIp(one);
				expect(contains(one, masked(one).ip) && contains(one, last)).toBe(true);
				expect(last.value - masked(one).ip.value + 1n).toBe(sizeOf(one));
				expect(contains(one, { six: last.six, value: last.value + 1n })).toBe(false);
				expect(prefixText(prefix(prefixText(one)))).toBe(prefixText(one));
			}),
		);
	});
	test("subnets overlap when one begins in the other", () => {
		fc.assert(
			fc.property(prefixes, prefixes, (a, b) => {
				const first = a.ip.six === b.ip.six && (contains(a, masked(b).ip) || contains(b, masked(a).ip));
				expect(overlaps(a, b)).toBe(first);
				expect(overlaps(b, a)).toBe(first);
			}),
		);
	});
});

describe("a pool", () => {
	test("gives the lowest free address, each once, never the network's or the broadcast address", () => {
		const steps = fc.array(fc.oneof(fc.constant("request" as const), fc.nat({ max: 40 })), { maxLength: 120 });
		fc.assert(
			fc.property(fc.constantFrom("10.1.0.0/28", "10.1.0.0/29", "fd00::/124", "10.1.0.0/31"), steps, (text, asked) => {
				const subnet = prefix(text);
				const pool = new Pool(subnet);
				const held = new Set<bigint>();
				const small = sizeOf(subnet) <= 2n && !subnet.ip.six;
				const usable = (value: bigint): boolean =>
					small || (value !== subnet.ip.value && (subnet.ip.six || value !== lastIp(subnet).value));
				for (const step of asked) {
					if (step === "request") {
						let lowest = subnet.ip.value;
						while (lowest <= lastIp(subnet).value && (held.has(lowest) || !usable(lowest))) lowest++;
						if (lowest > lastIp(subnet).value) {
							expect(() => pool.request()).toThrow("no available addresses on this pool");
							continue;
						}
						expect(pool.request().value).toBe(lowest);
						held.add(lowest);
					} else {
						const value = [...held][step];
						if (value === undefined) continue;
						pool.release({ six: subnet.ip.six, value });
						held.delete(value);
					}
				}
			}),
		);
	});
	test("of a range gives addresses of the range, unless one is named", () => {
		const pool = new Pool(prefix("10.99.1.0/24"), prefix("10.99.1.128/30"));
		expect([1, 2, 3, 4].map(() => ipText(pool.request()))).toEqual(["10.99.1.128", "10.99.1.129", "10.99.1.130", "10.99.1.131"]);
		expect(() => pool.request()).toThrow("no available addresses on this pool");
		expect(ipText(pool.request(ip("10.99.1.7")))).toBe("10.99.1.7");
		expect(() => pool.request(ip("10.99.1.7"))).toThrow("Address already in use");
		expect(() => pool.request(ip("10.99.2.7"))).toThrow("requested address is out of range");
		expect(() => pool.request(ip("10.99.1.255"))).toThrow("Address already in use");
	});
	test("counts what is taken", () => {
		const pool = new Pool(prefix("172.18.0.0/16"));
		expect([pool.inUse, pool.available]).toEqual([2, 65534]);
		pool.request();
		expect([pool.inUse, pool.available]).toEqual([3, 65533]);
	});
	test("the gateway is the first that nobody has", () => {
		expect(ipText(firstFree(prefix("10.0.0.0/24"), undefined, []))).toBe("10.0.0.1");
		expect(ipText(firstFree(prefix("10.0.0.0/24"), undefined, [ip("10.0.0.1")]))).toBe("10.0.0.2");
		expect(ipText(firstFree(prefix("10.0.0.0/24"), prefix("10.0.0.128/25"), []))).toBe("10.0.0.128");
	});
});

describe("the address space", () => {
	test("networks get 172.17 to 172.31, then 192.168 in /20s, as Docker gives them", () => {
		const space = new AddressSpace(DEFAULT_POOLS);
		const given = Array.from({ length: 31 }, () => prefixText(space.claimNext(false)));
		const first = Array.from({ length: 15 }, (_, at) => `172.${17 + at}.0.0/16`);
		const second = Array.from({ length: 16 }, (_, at) => `192.168.${at * 16}.0/20`);
		expect(given).toEqual([...first, ...second]);
		expect(() => space.claimNext(false)).toThrow("all predefined address pools have been fully subnetted");
		space.release(prefix("172.20.0.0/16"));
		expect(prefixText(space.claimNext(false))).toBe("172.20.0.0/16");
	});
	test("passes over what is taken or the host's own", () => {
		const space = new AddressSpace(DEFAULT_POOLS);
		space.claim(prefix("172.17.5.0/24"));
		expect(prefixText(space.claimNext(false, [prefix("172.18.0.0/15"), prefix("172.20.3.0/24")]))).toBe("172.21.0.0/16");
		expect(() => space.claim(prefix("172.16.0.0/12"))).toThrow("Pool overlaps with other one on this address space");
	});
	test("never gives two networks an address in common", () => {
		const asked = fc.array(fc.oneof(fc.constant(undefined), fc.integer({ min: 16, max: 28 }), prefixes.map(masked)), {
			maxLength: 40,
		});
		fc.assert(
			fc.property(asked, (list) => {
				const space = new AddressSpace([...DEFAULT_POOLS, uniqueLocalPools(Uint8Array.of(1, 2, 3, 4, 5))]);
				const held: ReturnType<typeof prefix>[] = [];
				for (const one of list) {
					try {
						if (typeof one === "object") {
							space.claim(one);
							held.push(one);
						} else held.push(space.claimNext(false, [], one));
					} catch {
						// refused: it overlaps, or all are taken
					}
				}
				for (const [at, a] of held.entries()) for (const b of held.slice(at + 1)) expect(overlaps(a, b)).toBe(false);
			}),
		);
	});
	test("IPv6 networks get /64s of the host's own", () => {
		const space = new AddressSpace([uniqueLocalPools(Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a))]);
		expect([1, 2].map(() => prefixText(space.claimNext(true)))).toEqual(["fd12:3456:789a::/64", "fd12:3456:789a:1::/64"]);
	});
});

describe("what a network is asked for", () => {
	test.for<[what: string, config: Parameters<typeof parseIpamConfigs>[0][number], error: string]>([
		["no subnet", { Subnet: "bad" }, `invalid JSON: netip.ParsePrefix("bad"): no '/'`],
		["no address", { Subnet: "x/8" }, `invalid JSON: netip.ParsePrefix("x/8"): ParseAddr("x"): unable to parse IP`],
		["host bits", { Subnet: "10.0.0.1/8" }, "invalid network config:\ninvalid subnet 10.0.0.1/8: it should be 10.0.0.0/8"],
		[
			"a range elsewhere",
			{ Subnet: "10.0.0.0/16", IPRange: "10.1.0.0/24" },
			"invalid network config:\ninvalid ip-range 10.1.0.0/24: parent subnet 10.0.0.0/16 doesn't contain ip-range",
		],
		[
			"a range that is larger",
			{ Subnet: "10.0.0.0/16", IPRange: "10.0.0.0/8" },
			"invalid network config:\ninvalid ip-range 10.0.0.0/8: CIDR block is bigger than its parent subnet 10.0.0.0/16",
		],
		[
			"a gateway elsewhere",
			{ Subnet: "10.0.0.0/16", Gateway: "10.1.0.1" },
			"invalid network config:\ninvalid gateway 10.1.0.1: parent subnet 10.0.0.0/16 doesn't contain this address",
		],
		[
			"a gateway of the other family",
			{ Subnet: "10.0.0.0/16", Gateway: "fd00::1" },
			"invalid network config:\ninvalid gateway fd00::1: parent subnet is an IPv4 block",
		],
		[
			"an auxiliary address elsewhere",
			{ Subnet: "10.0.0.0/16", AuxiliaryAddresses: { router: "10.1.0.1" } },
			"invalid network config:\ninvalid auxiliary address router: parent subnet 10.0.0.0/16 doesn't contain this address",
		],
	])("%s", ([, config, error]) => {
		expect(() => parseIpamConfigs([config], true)).toThrow(expect.objectContaining({ kind: "invalidParameter", message: error }));
	});
});
