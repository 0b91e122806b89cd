// The name server's messages, and who is who on a container's networks.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, decodeQuery, encodeResponse, type Query, RCODE, TYPE } from "../../../engine/network/dns/message";
import { resolve, type View } from "../../../engine/network/dns/resolve";

/** `dig +noedns web` as it went over the wire, and with EDNS. */
const DIG = "b3a001200001000000000000037765620000010001";
const DIG_EDNS = "7bf80120000100000000000103776562000001000100002904d000000000000c000a00081b5c1f8b9d7ee5f0";
const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));

/** A reader of its own, for what the server writes: it follows no pointers, as none are written. */
function read(message: Uint8Array) {
	const view = new DataView(message.buffer, message.byteOffset, message.length);
	const name = (at: number): [string, number] => {
		let text = "";
		let next = at;
		for (; message[next] !== 0; next += message[next]! + 1) {
			text += `${new TextDecoder().decode(message.subarray(next + 1, next + 1 + message[next]!))}.`;
		}
		return [text || ".", next + 1];
	};
	let at = 12;
	for (let left = view.getUint16(4); left > 0; left--) at = name(at)[1] + 4;
	const answers: Array<{ name: string; type: number; ttl: number; data: Uint8Array }> = [];
	for (let left = view.getUint16(6); left > 0; left--) {
		const [owner, next] = name(at);
		const length = view.getUint16(next + 8);
		answers.push({
			name: owner,
			type: view.getUint16(next),
			ttl: view.getUint32(next + 4),
			data: message.subarray(next + 10, next + 10 + length),
		});
		at = next + 10 + length;
	}
	expect(at).toBe(message.length);
	const flags = view.getUint16(2);
	return { id: view.getUint16(0), response: flags >> 15, truncated: (flags >> 9) & 1, rcode: flags & 15, answers };
}

describe("messages", () => {
	test("what dig asks", () => {
		expect(decodeQuery(bytes(DIG))).toEqual({
			id: 0xb3a0,
			opcode: 0,
			recursionDesired: true,
			questions: [{ name: "web.", type: TYPE.A, class: 1 }],
			size: 512,
		});
		expect(decodeQuery(bytes(DIG_EDNS))?.size).toBe(1232);
	});
	test("an answer with an address of each family", () => {
		const query = decodeQuery(bytes(DIG))!;
		const answers: Answer[] = [
			{ name: "web.", type: TYPE.A, ttl: 600, data: "172.18.0.2" },
			{ name: "web.", type: TYPE.AAAA, ttl: 600, data: "fd00::2" },
			{ name: "2.0.18.172.in-addr.arpa.", type: TYPE.PTR, ttl: 600, data: "web.net." },
		];
		const message = read(encodeResponse(query, RCODE.NOERROR, answers, 512));
		expect(message).toMatchObject({ id: 0xb3a0, response: 1, truncated: 0, rcode: 0 });
		expect(message.answers.map(({ name, type, ttl }) => [name, type, ttl])).toEqual([
			["web.", 1, 600],
			["web.", 28, 600],
			["2.0.18.172.in-addr.arpa.", 12, 600],
		]);
		expect([...message.answers[0]!.data]).toEqual([172, 18, 0, 2]);
		expect([...message.answers[1]!.data]).toEqual([0xfd, ...new Array(14).fill(0), 2]);
		expect(new TextDecoder().decode(message.answers[2]!.data)).toBe("\x03web\x03net\0");
	});
	test("what does not fit a datagram is cut between answers, and says so", () => {
		const query = decodeQuery(bytes(DIG))!;
		const answers = Array.from(
			{ length: 100 },
			(_, at): Answer => ({ name: "web.", type: TYPE.A, ttl: 1, data: `10.0.0.${at}` }),
		);
		const cut = encodeResponse(query, RCODE.NOERROR, answers, 512);
		expect(cut.length).toBeLessThanOrEqual(512);
		expect(read(cut)).toMatchObject({ truncated: 1 });
		expect(read(encodeResponse(query, RCODE.NOERROR, answers, 65535)).answers).toHaveLength(100);
	});
	test("names of any labels come back as they were", () => {
		const label = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_é"), minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(fc.array(label, { maxLength: 6 }), fc.nat({ max: 65535 }), (labels, id) => {
				const name = `${labels.join(".")}.`;
				const query: Query = { id, opcode: 0, recursionDesired: false, questions: [{ name, type: 255, class: 1 }], size: 512 };
				const message = encodeResponse(query, RCODE.NOERROR, [], 512);
				message[2]! &= 0x7f;
				expect(decodeQuery(message)?.questions).toEqual(query.questions);
			}),
		);
	});
	test("a name by a pointer back is followed, one in a circle is refused", () => {
		const twice = bytes("000000000002000000000000016100000100 01c00c00010001".replaceAll(" ", ""));
		expect(decodeQuery(twice)?.questions.map(({ name }) => name)).toEqual(["a.", "a."]);
		expect(decodeQuery(bytes("000000000001000000000000c00c00010001"))).toBeUndefined();
	});
	test("no bytes break it", () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (junk) => void decodeQuery(junk)));
		fc.assert(
			fc.property(fc.nat({ max: DIG_EDNS.length / 2 - 1 }), fc.nat({ max: 255 }), (at, value) => {
				const changed = bytes(DIG_EDNS);
				changed[at] = value;
				decodeQuery(changed);
				decodeQuery(changed.subarray(0, at));
			}),
		);
	});
});

describe("who is who", () => {
	const network = (name: string, hosts: Record<string, string[]>, links: Record<string, string> = {}): View => ({
		network: name,
		links: new Map(Object.entries(links)),
		addresses: (host, six) => hosts[host]?.filter((address) => address.includes(":") === six),
		nameOf: (address) => Object.keys(hosts).find((host) => hosts[host]!.includes(address)),
	});
	const views = [
		network("front", { web: ["172.18.0.2", "fd00::2"], "a.b": ["172.18.0.3"] }, { alias: "web", "front.link": "web" }),
		network("back", { db: ["172.19.0.2"], web: ["172.19.0.9"], alias: ["172.19.0.7"] }),
	];
	const ask = (name: string, type: number = TYPE.A) => {
		const query: Query = { id: 1, opcode: 0, recursionDesired: true, questions: [{ name, type, class: 1 }], size: 512 };
		return resolve(query, views, (items) => [...items])?.answers.map(({ data }) => data);
	};
	test.for<[name: string, type: number, answer: string[] | undefined]>([
		["web.", TYPE.A, ["172.18.0.2"]],
		["web.", TYPE.AAAA, ["fd00::2"]],
		["db.", TYPE.AAAA, []],
		["db.", TYPE.MX, []],
		["web.back.", TYPE.A, ["172.19.0.9"]],
		["db.front.", TYPE.A, undefined],
		["a.b.", TYPE.A, ["172.18.0.3"]],
		["a.b.front.", TYPE.A, ["172.18.0.3"]],
		["alias.", TYPE.A, ["172.18.0.2"]],
		["alias.back.", TYPE.A, ["172.19.0.7"]],
		["nobody.", TYPE.A, undefined],
		["nobody.", TYPE.MX, undefined],
		["web.", 16, undefined],
		["2.0.18.172.in-addr.arpa.", TYPE.PTR, ["web.front."]],
		["2.0.19.172.in-addr.arpa.", TYPE.PTR, ["db.back."]],
		["9.9.9.9.in-addr.arpa.", TYPE.PTR, undefined],
		["2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.", TYPE.PTR, ["web.front."]],
	])("%s %i", ([name, type, answer]) => expect(ask(name, type)).toEqual(answer));
});
