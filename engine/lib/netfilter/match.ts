// Matches of a rule, as values and as the kernel's structures (linux/netfilter/xt_*.h): a row each.

import { text, utf8 } from "../bytes";
import { struct } from "../struct";

export type Ports = readonly [low: number, high: number];
const ALL_PORTS: Ports = [0, 65535];

export type Match =
	| {
			name: "tcp";
			source?: Ports;
			destination?: Ports;
			flags?: { mask: number; compare: number };
			option?: number;
			invert?: number;
	  }
	| { name: "udp"; source?: Ports; destination?: Ports; invert?: number }
	/** Type 255 is any. */
	| { name: "icmp" | "icmp6"; type: number; code: Ports; invert?: boolean }
	/** Masks of ADDRTYPE. */
	| { name: "addrtype"; source: number; destination: number; invertSource?: boolean; invertDestination?: boolean; limit?: number }
	/** Masks of CT_STATE and of IPS_*; 0: not asked for. */
	| { name: "conntrack"; states: number; invert?: boolean; status?: number; rest?: Uint8Array }
	| { name: "state"; states: number }
	| { name: "mark"; mark: number; mask: number; invert?: boolean }
	| { name: "comment"; comment: string }
	| { name: "multiport"; which: "source" | "destination" | "either"; ports: Ports[]; invert?: boolean }
	/** `average` in 1/10000 s, as `burst` a structure of the kernel's own. */
	| { name: "limit"; average: number; burst: number }
	| { name: "owner"; uid?: Ports; gid?: Ports; invert?: number };

/** XT_ADDRTYPE_*: bits of RTN_*. */
export const ADDRTYPE = {
	UNSPEC: 1,
	UNICAST: 2,
	LOCAL: 4,
	BROADCAST: 8,
	ANYCAST: 16,
	MULTICAST: 32,
	BLACKHOLE: 64,
	UNREACHABLE: 128,
	PROHIBIT: 256,
} as const;
/** XT_CONNTRACK_STATE_*. */
export const CT_STATE = { INVALID: 1, ESTABLISHED: 2, RELATED: 4, NEW: 8, SNAT: 64, DNAT: 128, UNTRACKED: 256 } as const;
/** xt_tcp.invflags: which are negated. */
export const TCP_INV = { SRCPT: 1, DSTPT: 2, FLAGS: 4, OPTION: 8 } as const;

interface Row {
	revision: number;
	/** Bytes of the structure, before it is aligned. */
	size: number;
	encode(match: never): Uint8Array;
	decode(bytes: Uint8Array): Match;
}
type Of<N extends Match["name"]> = Extract<Match, { name: N }>;
const row = <N extends Match["name"]>(
	revision: number,
	size: number,
	encode: (match: Of<N>) => Uint8Array,
	decode: (bytes: Uint8Array) => Of<N>,
): Row => ({ revision, size, encode: encode as Row["encode"], decode });

const tcp = struct({ s0: "u16", s1: "u16", d0: "u16", d1: "u16", option: "u8", mask: "u8", compare: "u8", invert: "u8" });
const udp = struct({ s0: "u16", s1: "u16", d0: "u16", d1: "u16", invert: "u8", _pad: "u8" });
const icmp = struct({ type: "u8", c0: "u8", c1: "u8", invert: "u8" });
const addrtype1 = struct({ source: "u16", destination: "u16", flags: "u32" });
const addrtype0 = struct({ source: "u16", destination: "u16", invertSource: "u32", invertDestination: "u32" });
const mark = struct({ mark: "u32", mask: "u32", invert: "u8", _pad1: "u8", _pad2: "u16" });
const owner = struct({ u0: "u32", u1: "u32", g0: "u32", g1: "u32", match: "u8", invert: "u8", _pad: "u16" });
const CONNTRACK_SIZE = 164;
const AT = { flags: 146, invert: 148, states: 150, status: 152 };
const limit = struct({
	average: "u32",
	burst: "u32",
	_prev: "u64",
	_credit: "u32",
	_cap: "u32",
	_cost: "u32",
	_pad: "u32",
	_master: "u64",
});
const COMMENT = 256;
const MULTIPORT = 48;
const WHICH = ["source", "destination", "either"] as const;

const icmpRow = (name: "icmp" | "icmp6"): Row =>
	row<"icmp" | "icmp6">(
		0,
		icmp.size,
		({ type, code, invert }) => icmp.encode({ type, c0: code[0], c1: code[1], invert: invert ? 1 : 0 }),
		(bytes) => {
			const { type, c0, c1, invert } = icmp.decode(bytes);
			return { name, type, code: [c0, c1], invert: invert !== 0 };
		},
	);

const rows: ReadonlyArray<[name: Match["name"], row: Row]> = [
	[
		"tcp",
		row<"tcp">(
			0,
			tcp.size,
			({ source = ALL_PORTS, destination = ALL_PORTS, flags, option = 0, invert = 0 }) =>
				tcp.encode({
					...{ s0: source[0], s1: source[1], d0: destination[0], d1: destination[1], option, invert },
					...flags,
				}),
			(bytes) => {
				const { s0, s1, d0, d1, option, mask, compare, invert } = tcp.decode(bytes);
				return { name: "tcp", source: [s0, s1], destination: [d0, d1], flags: { mask, compare }, option, invert };
			},
		),
	],
	[
		"udp",
		row<"udp">(
			0,
			udp.size,
			({ source = ALL_PORTS, destination = ALL_PORTS, invert = 0 }) =>
				udp.encode({ s0: source[0], s1: source[1], d0: destination[0], d1: destination[1], invert }),
			(bytes) => {
				const { s0, s1, d0, d1, invert } = udp.decode(bytes);
				return { name: "udp", source: [s0, s1], destination: [d0, d1], invert };
			},
		),
	],
	["icmp", icmpRow("icmp")],
	["icmp6", icmpRow("icmp6")],
	[
		"addrtype",
		row<"addrtype">(
			1,
			addrtype1.size,
			({ source, destination, invertSource, invertDestination, limit = 0 }) =>
				addrtype1.encode({ source, destination, flags: (invertSource ? 1 : 0) | (invertDestination ? 2 : 0) | limit }),
			(bytes) => {
				const { source, destination, flags } = addrtype1.decode(bytes);
				const [invertSource, invertDestination] = [(flags & 1) !== 0, (flags & 2) !== 0];
				return { name: "addrtype", source, destination, invertSource, invertDestination, limit: flags & ~3 };
			},
		),
	],
	[
		"addrtype",
		row<"addrtype">(
			0,
			addrtype0.size,
			({ source, destination, invertSource, invertDestination }) =>
				addrtype0.encode({
					...{ source, destination, invertSource: invertSource ? 1 : 0 },
					invertDestination: invertDestination ? 1 : 0,
				}),
			(bytes) => {
				const { source, destination, invertSource, invertDestination } = addrtype0.decode(bytes);
				return {
					name: "addrtype",
					source,
					destination,
					invertSource: invertSource !== 0,
					invertDestination: invertDestination !== 0,
				};
			},
		),
	],
	[
		"conntrack",
		row<"conntrack">(
			3,
			CONNTRACK_SIZE,
			({ states, invert, status = 0, rest }) => {
				const bytes = rest?.slice() ?? new Uint8Array(CONNTRACK_SIZE);
				const view = new DataView(bytes.buffer);
				const [byState, byStatus] = [1, 64];
				view.setUint16(AT.flags, view.getUint16(AT.flags, true) | (states ? byState : 0) | (status ? byStatus : 0), true);
				view.setUint16(AT.invert, invert ? byState : 0, true);
				view.setUint16(AT.states, states, true);
				view.setUint16(AT.status, status, true);
				return bytes;
			},
			(bytes) => {
				const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
				const [states, status] = [view.getUint16(AT.states, true), view.getUint16(AT.status, true)];
				const invert = (view.getUint16(AT.invert, true) & 1) !== 0;
				return { name: "conntrack", states, invert, status, rest: bytes.slice(0, CONNTRACK_SIZE) };
			},
		),
	],
	[
		"state",
		row<"state">(
			0,
			4,
			({ states }) => new Uint8Array(new Uint32Array([states]).buffer),
			(bytes) => ({ name: "state", states: bytes[0]! | (bytes[1]! << 8) }),
		),
	],
	[
		"mark",
		row<"mark">(
			1,
			mark.size,
			({ mark: value, mask, invert }) => mark.encode({ mark: value, mask, invert: invert ? 1 : 0 }),
			(bytes) => {
				const { mark: value, mask, invert } = mark.decode(bytes);
				return { name: "mark", mark: value, mask, invert: invert !== 0 };
			},
		),
	],
	[
		"comment",
		row<"comment">(
			0,
			COMMENT,
			({ comment }) => {
				const bytes = new Uint8Array(COMMENT);
				bytes.set(utf8(comment).subarray(0, COMMENT - 1));
				return bytes;
			},
			(bytes) => {
				const end = bytes.indexOf(0);
				return { name: "comment", comment: text(bytes.subarray(0, end < 0 ? COMMENT : Math.min(end, COMMENT))) };
			},
		),
	],
	[
		"multiport",
		row<"multiport">(
			1,
			MULTIPORT,
			({ which, ports, invert }) => {
				const bytes = new Uint8Array(MULTIPORT);
				const view = new DataView(bytes.buffer);
				let count = 0;
				for (const [low, high] of ports) {
					view.setUint16(2 + count * 2, low, true);
					if (high === low) count++;
					else {
						bytes[32 + count] = 1;
						view.setUint16(2 + (count + 1) * 2, high, true);
						count += 2;
					}
				}
				bytes[0] = WHICH.indexOf(which);
				bytes[1] = count;
				bytes[47] = invert ? 1 : 0;
				return bytes;
			},
			(bytes) => {
				const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
				const ports: Ports[] = [];
				for (let i = 0; i < Math.min(15, bytes[1]!); i++) {
					const low = view.getUint16(2 + i * 2, true);
					ports.push([low, bytes[32 + i] ? view.getUint16(2 + ++i * 2, true) : low]);
				}
				return { name: "multiport", which: WHICH[bytes[0]!] ?? "either", ports, invert: bytes[47] !== 0 };
			},
		),
	],
	[
		"limit",
		row<"limit">(
			0,
			limit.size,
			({ average, burst }) => limit.encode({ average, burst }),
			(bytes) => ({ name: "limit", ...limit.decode(bytes) }),
		),
	],
	[
		"owner",
		row<"owner">(
			1,
			owner.size,
			({ uid, gid, invert = 0 }) =>
				owner.encode({
					...{ u0: uid?.[0], u1: uid?.[1], g0: gid?.[0], g1: gid?.[1], invert },
					match: (uid ? 1 : 0) | (gid ? 2 : 0),
				}),
			(bytes) => {
				const { u0, u1, g0, g1, match, invert } = owner.decode(bytes);
				return { name: "owner", uid: match & 1 ? [u0, u1] : undefined, gid: match & 2 ? [g0, g1] : undefined, invert };
			},
		),
	],
];
export const matchRow = (name: string, revision?: number): Row | undefined =>
	rows.find(([known, { revision: number }]) => known === name && (revision === undefined || number === revision))?.[1];
/** The newest revision that there is; undefined for a match that is not known. */
export const matchRevision = (name: string): number | undefined => matchRow(name)?.revision;
