// Asks other name servers, one after the other, what is not known here.

import { concat } from "../../lib/bytes";
import { POLL } from "../../lib/linux";
import type { SocketAddress, Sys } from "../../sys";
import { RCODE } from "./message";

const DNS_PORT = 53;
/** Milliseconds for one server. */
const PATIENCE = 4000;
const ROOM = 1 << 16;

export interface Upstream {
	address: string;
	/** Opens a socket in the namespace from which the server is reached. */
	open(family: "inet" | "inet6", type: "dgram" | "stream"): Promise<number>;
}

/** The first answer that is neither a failure nor a refusal, as it came. undefined when there is none. */
export async function forward(
	sys: Sys,
	upstreams: readonly Upstream[],
	query: Uint8Array,
	over: "udp" | "tcp",
): Promise<Uint8Array | undefined> {
	for (const { address, open } of upstreams) {
		const family = address.includes(":") ? "inet6" : "inet";
		const fd = await open(family, over === "udp" ? "dgram" : "stream");
		try {
			await sys.connect(fd, { family, address, port: DNS_PORT } as SocketAddress);
			const answer = over === "udp" ? await datagram(sys, fd, query) : await connection(sys, fd, query);
			const rcode = (answer?.[3] ?? RCODE.SERVFAIL) & 0xf;
			if (answer && rcode !== RCODE.SERVFAIL && rcode !== RCODE.REFUSED) return answer;
		} catch {
			// this one is not reached: the next may be
		} finally {
			await sys.close(fd);
		}
	}
	return undefined;
}

async function datagram(sys: Sys, fd: number, query: Uint8Array): Promise<Uint8Array | undefined> {
	await sys.write(fd, query);
	if (!(await readable(sys, fd))) return undefined;
	const answer = await sys.read(fd, ROOM);
	return answer[0] === query[0] && answer[1] === query[1] ? answer : undefined;
}
async function connection(sys: Sys, fd: number, query: Uint8Array): Promise<Uint8Array | undefined> {
	await sys.write(fd, concat([Uint8Array.of(query.length >> 8, query.length & 0xff), query]));
	let answer: Uint8Array = new Uint8Array();
	while (answer.length < 2 || answer.length < 2 + ((answer[0]! << 8) | answer[1]!)) {
		if (!(await readable(sys, fd))) return undefined;
		const part = await sys.read(fd, ROOM);
		if (part.length === 0) return undefined;
		answer = concat([answer, part]);
	}
	return answer.subarray(2);
}
async function readable(sys: Sys, fd: number): Promise<boolean> {
	const [ready] = await sys.poll([{ fd, events: POLL.IN }], PATIENCE);
	return ((ready?.revents ?? 0) & POLL.IN) !== 0;
}
