// A program's side of NETLINK_ROUTE: asks over a socket of its own and waits for the acknowledgement or the end of the dump.

import { type Sys, SysError } from "../../sys";
import { errnoName } from "../errno";
import { NETLINK, NLM_F, NLMSG } from "./constants";
import { decodeMessages, encodeMessage, type NetlinkMessage } from "./message";

const ROOM = 1 << 16;
const O_CLOEXEC = 0o2000000;

/** One question after the other: calls of the same client do not overlap. */
export class NetlinkClient {
	private seq = 0;
	private last: Promise<unknown> = Promise.resolve();

	private constructor(
		private readonly sys: Sys,
		private readonly fd: number,
	) {}
	/** In the network namespace that the calling process is in now, and for good. */
	static async open(sys: Sys, protocol: number = NETLINK.ROUTE): Promise<NetlinkClient> {
		const fd = await sys.socket("netlink", "raw", O_CLOEXEC, protocol);
		await sys.bind(fd, { family: "netlink", pid: 0, groups: 0 });
		return new NetlinkClient(sys, fd);
	}
	/** Over a NETLINK_ROUTE socket that another process opened, in its namespace, and passed on. */
	static over(sys: Sys, fd: number): NetlinkClient {
		return new NetlinkClient(sys, fd);
	}
	/** A change: NLM_F_ACK is added. Gives what came before the acknowledgement. @throws SysError with the answer's errno */
	change(type: number, body: Uint8Array, flags = 0): Promise<NetlinkMessage[]> {
		return this.ask(type, body, flags | NLM_F.ACK);
	}
	/** All there is of a kind. */
	dump(type: number, body: Uint8Array): Promise<NetlinkMessage[]> {
		return this.ask(type, body, NLM_F.DUMP);
	}
	close(): Promise<void> {
		return this.sys.close(this.fd);
	}

	private ask(type: number, body: Uint8Array, flags: number): Promise<NetlinkMessage[]> {
		const turn = this.last.then(() => this.exchange(type, body, flags));
		this.last = turn.catch(() => {});
		return turn;
	}
	private async exchange(type: number, body: Uint8Array, flags: number): Promise<NetlinkMessage[]> {
		const seq = ++this.seq;
		const request = encodeMessage({ type, flags: flags | NLM_F.REQUEST, seq, pid: 0, body });
		await this.sys.sendto(this.fd, request, { family: "netlink", pid: 0, groups: 0 });
		const answers: NetlinkMessage[] = [];
		for (;;) {
			const { bytes } = await this.sys.recvfrom(this.fd, ROOM);
			for (const message of decodeMessages(bytes)) {
				if (message.seq !== seq) continue;
				if (message.type === NLMSG.DONE) return answers;
				if (message.type !== NLMSG.ERROR) {
					answers.push({ ...message, body: message.body.slice() });
					continue;
				}
				const { buffer, byteOffset } = message.body;
				const error = new DataView(buffer, byteOffset).getInt32(0, true);
				if (error === 0) return answers;
				throw new SysError(errnoName(error), "netlink");
			}
		}
	}
}

/** For programs of one question: opens, asks, closes. */
export async function withNetlink<T>(sys: Sys, act: (client: NetlinkClient) => Promise<T>): Promise<T> {
	const client = await NetlinkClient.open(sys);
	try {
		return await act(client);
	} finally {
		await client.close();
	}
}
