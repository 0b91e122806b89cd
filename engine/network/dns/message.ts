// DNS messages (RFC 1035, 4.1): what a name server of names and addresses reads and writes.
//
//     message    = header *question *answer *authority *additional
//     header     = id flags qdcount ancount nscount arcount          16 bits each
//     question   = name type class
//     record     = name type class ttl rdlength rdata
//     name       = *(length octets) 0 | … pointer                    a pointer is two octets, 11 in its highest bits

import { concat, text, utf8 } from "../../lib/bytes";
import { ipBytes } from "../../lib/inet";

export const TYPE = { A: 1, PTR: 12, MX: 15, AAAA: 28, SRV: 33, OPT: 41 } as const;
export const CLASS_IN = 1;
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

const FLAG = { QR: 0x8000, TC: 0x0200, RD: 0x0100, RA: 0x0080, OPCODE: 0x7800 } as const;
const HEADER = 12;
/** Without EDNS a datagram carries no more. */
export const MIN_MESSAGE = 512;
const NAME_LIMIT = 255;
const LABEL_LIMIT = 63;

export interface Question {
	/** Ends in a dot; the root is ".". */
	name: string;
	type: number;
	class: number;
}
export interface Query {
	id: number;
	opcode: number;
	recursionDesired: boolean;
	questions: Question[];
	/** What the asker can take in a datagram (EDNS, RFC 6891), else 512. */
	size: number;
}
/** `data` of A and AAAA is an address, of PTR a name; others are not made here. */
export interface Answer {
	name: string;
	type: typeof TYPE.A | typeof TYPE.AAAA | typeof TYPE.PTR;
	/** Seconds. */
	ttl: number;
	data: string;
}

/** undefined for what is no query. */
export function decodeQuery(bytes: Uint8Array): Query | undefined {
	if (bytes.length < HEADER) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const flags = view.getUint16(2);
	if (flags & FLAG.QR) return undefined;
	let at = HEADER;
	const questions: Question[] = [];
	for (let left = view.getUint16(4); left > 0; left--) {
		const name = readName(bytes, at);
		if (!name || name.next + 4 > bytes.length) return undefined;
		questions.push({ name: name.text, type: view.getUint16(name.next), class: view.getUint16(name.next + 2) });
		at = name.next + 4;
	}
	let size = MIN_MESSAGE;
	for (let left = view.getUint16(6) + view.getUint16(8) + view.getUint16(10); left > 0; left--) {
		const name = readName(bytes, at);
		if (!name || name.next + 10 > bytes.length) return undefined;
		if (view.getUint16(name.next) === TYPE.OPT) size = Math.max(MIN_MESSAGE, view.getUint16(name.next + 2));
		at = name.next + 10 + view.getUint16(name.next + 8);
	}
	return {
		id: view.getUint16(0),
		opcode: (flags & FLAG.OPCODE) >> 11,
		recursionDesired: (flags & FLAG.RD) !== 0,
		questions,
		size,
	};
}

/** Follows pointers, which may only point backwards: so it ends. */
function readName(bytes: Uint8Array, start: number): { text: string; next: number } | undefined {
	const labels: string[] = [];
	let next: number | undefined;
	let length = 0;
	for (let at = start; ; ) {
		const size = bytes[at];
		if (size === undefined) return undefined;
		if (size === 0) return { text: `${labels.join(".")}.`, next: next ?? at + 1 };
		if (size >= 0xc0) {
			const low = bytes[at + 1];
			if (low === undefined) return undefined;
			const target = ((size & 0x3f) << 8) | low;
			if (target >= at) return undefined;
			next ??= at + 2;
			at = target;
			continue;
		}
		length += size + 1;
		if (size > LABEL_LIMIT || length > NAME_LIMIT || at + 1 + size > bytes.length) return undefined;
		labels.push(text(bytes.subarray(at + 1, at + 1 + size)));
		at += 1 + size;
	}
}

/** The question again and the answers to it; what is longer than `limit` is cut between answers and marked as cut. */
export function encodeResponse(query: Query, rcode: number, answers: readonly Answer[], limit: number): Uint8Array {
	const asked = query.questions.map(({ name, type, class: kind }) => concat([writeName(name), words(type, kind)]));
	const room = limit - HEADER - asked.reduce((sum, part) => sum + part.length, 0);
	const parts: Uint8Array[] = [];
	let used = 0;
	for (const answer of answers) {
		const record = writeRecord(answer);
		if (used + record.length > room) break;
		parts.push(record);
		used += record.length;
	}
	const cut = parts.length < answers.length ? FLAG.TC : 0;
	const flags = FLAG.QR | (query.opcode << 11) | cut | (query.recursionDesired ? FLAG.RD : 0) | FLAG.RA | rcode;
	return concat([words(query.id, flags, query.questions.length, parts.length, 0, 0), ...asked, ...parts]);
}

function writeRecord({ name, type, ttl, data }: Answer): Uint8Array {
	const rdata = type === TYPE.PTR ? writeName(data) : ipBytes(data);
	return concat([writeName(name), words(type, CLASS_IN, ttl >>> 16, ttl & 0xffff, rdata.length), rdata]);
}

function writeName(name: string): Uint8Array {
	const labels = name.split(".").filter((label) => label !== "");
	return concat([...labels.flatMap((label) => [Uint8Array.of(utf8(label).length), utf8(label)]), Uint8Array.of(0)]);
}

function words(...values: number[]): Uint8Array {
	const bytes = new Uint8Array(values.length * 2);
	const view = new DataView(bytes.buffer);
	for (const [at, value] of values.entries()) view.setUint16(at * 2, value);
	return bytes;
}
