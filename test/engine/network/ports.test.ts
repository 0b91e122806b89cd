// Published ports: an address of its own may have a port that another has, too; all addresses together have it alone.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PortAllocator, type Protocol } from "../../../engine/network/ports";

const allocator = () => new PortAllocator([32768, 32771]);

describe("the port allocator", () => {
	test.for<[first: string, second: string, clash: boolean]>([
		["0.0.0.0", "0.0.0.0", true],
		["0.0.0.0", "127.0.0.1", true],
		["127.0.0.1", "0.0.0.0", true],
		["127.0.0.1", "127.0.0.1", true],
		["127.0.0.1", "127.0.0.2", false],
		["0.0.0.0", "::", false],
		["::", "::1", true],
		["::1", "127.0.0.1", false],
	])("%s:80, then %s:80", ([first, second, clash]) => {
		const ports = allocator();
		ports.request([first], "tcp", 80, 80);
		const again = () => ports.request([second], "tcp", 80, 80);
		if (clash) expect(again).toThrow(`Bind for ${first}:80 failed: port is already allocated`);
		else expect(again()).toBe(80);
		expect(ports.request([second], "udp", 80, 80)).toBe(80);
	});
	test("a range gives each of its ports once", () => {
		const ports = allocator();
		expect([1, 2, 3].map(() => ports.request(["0.0.0.0", "::"], "tcp", 8000, 8002))).toEqual([8000, 8001, 8002]);
		expect(() => ports.request(["0.0.0.0"], "tcp", 8000, 8002)).toThrow("all ports are allocated");
		ports.release(["0.0.0.0", "::"], "tcp", 8001);
		expect(ports.request(["::"], "tcp", 8000, 8002)).toBe(8001);
	});
	test("ephemeral ports go on from the last, so that one just given up is not given out again", () => {
		const ports = allocator();
		expect(ports.request(["0.0.0.0"], "tcp", 0, 0)).toBe(32768);
		ports.release(["0.0.0.0"], "tcp", 32768);
		expect([1, 2, 3, 4].map(() => ports.request(["0.0.0.0"], "tcp", 0, 0))).toEqual([32769, 32770, 32771, 32768]);
	});
	test("nobody gets a port that is in use on an address that covers it", () => {
		const step = fc.record({
			address: fc.constantFrom("0.0.0.0", "127.0.0.1", "10.0.0.1", "::", "::1"),
			protocol: fc.constantFrom<Protocol>("tcp", "udp"),
			port: fc.integer({ min: 1, max: 4 }),
			release: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const ports = allocator();
				const held: typeof steps = [];
				const any = (address: string) => (address.includes(":") ? "::" : "0.0.0.0");
				for (const one of steps) {
					const at = held.findIndex((h) => h.address === one.address && h.protocol === one.protocol && h.port === one.port);
					if (one.release && at >= 0) {
						ports.release([one.address], one.protocol, one.port);
						held.splice(at, 1);
						continue;
					}
					const clash = held.some(
						(h) =>
							h.protocol === one.protocol &&
							h.port === one.port &&
							any(h.address) === any(one.address) &&
							[h.address, any(h.address)].some(
								(covered) => covered === one.address || h.address === any(h.address) || one.address === any(one.address),
							),
					);
					const request = () => ports.request([one.address], one.protocol, one.port, one.port);
					if (clash) expect(request).toThrow("port is already allocated");
					else {
						request();
						held.push(one);
					}
				}
			}),
		);
	});
});
