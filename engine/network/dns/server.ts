// The name server that listens in a container: datagrams and, for what is longer, connections (RFC 1035, 4.2).

import { concat } from "../../lib/bytes";
import { isErrno } from "../../lib/files";
import { acceptAll } from "../../lib/socket";
import type { Duplex } from "../../lib/stream";
import type { SocketAddress, Sys } from "../../sys";
import { decodeQuery, encodeResponse, type Query, RCODE } from "./message";
import type { Reply } from "./resolve";

const ROOM = 1 << 16;
const LONGEST = 0xffff;

export interface NameSource {
	/** What is known here. */
	resolve(query: Query): Reply | undefined;
	/** Asks others: an answer as it came, or undefined when nobody answers. */
	forward(query: Uint8Array, over: "udp" | "tcp"): Promise<Uint8Array | undefined>;
}

export class DnsServer {
	private stopped = false;

	/** @param fds bound sockets, the connections' one listening; they are the server's now */
	constructor(
		private readonly sys: Sys,
		private readonly fds: { udp: number; tcp: number },
		private readonly names: NameSource,
	) {
		void this.serveDatagrams().catch((error) => console.error(`name server: ${error}`));
		void acceptAll(sys, fds.tcp, (stream) => this.serveConnection(stream)).catch(() => {});
	}

	async stop(): Promise<void> {
		this.stopped = true;
		const own = await this.sys.getsockname(this.fds.udp);
		// a reader that waits is woken by a datagram, not by a close
		await this.sys.sendto(this.fds.udp, new Uint8Array(1), own).catch(() => {});
		await this.sys.shutdown(this.fds.tcp, "both").catch(() => {});
		await this.sys.close(this.fds.tcp);
	}

	private async serveDatagrams(): Promise<void> {
		while (!this.stopped) {
			const { bytes, from } = await this.sys.recvfrom(this.fds.udp, ROOM).catch((error) => {
				// an error that came back for an earlier answer
				if (isErrno(error, "ECONNREFUSED", "EINTR")) return { bytes: new Uint8Array(), from: undefined };
				throw error;
			});
			if (from && bytes.length > 1) void this.reply(bytes, from);
		}
		await this.sys.close(this.fds.udp);
	}
	private async reply(bytes: Uint8Array, to: SocketAddress): Promise<void> {
		const answer = await this.answer(bytes, "udp");
		if (answer && !this.stopped) await this.sys.sendto(this.fds.udp, answer, to).catch(() => {});
	}

	/** Each message behind its length in two octets. */
	private async serveConnection(stream: Duplex): Promise<void> {
		let buffer: Uint8Array = new Uint8Array();
		for (let part = await stream.read(); part; part = await stream.read()) {
			buffer = concat([buffer, part]);
			while (buffer.length >= 2) {
				const length = (buffer[0]! << 8) | buffer[1]!;
				if (buffer.length < 2 + length) break;
				const answer = await this.answer(buffer.subarray(2, 2 + length), "tcp");
				buffer = buffer.slice(2 + length);
				if (answer) await stream.write(concat([Uint8Array.of(answer.length >> 8, answer.length & 0xff), answer]));
			}
		}
	}

	private async answer(bytes: Uint8Array, over: "udp" | "tcp"): Promise<Uint8Array | undefined> {
		const query = decodeQuery(bytes);
		if (!query || query.questions.length === 0) return undefined;
		const known = this.names.resolve(query);
		if (known) return encodeResponse(query, known.rcode, known.answers, over === "tcp" ? LONGEST : query.size);
		const other = await this.names.forward(bytes, over).catch(() => undefined);
		return other ?? encodeResponse(query, RCODE.SERVFAIL, [], LONGEST);
	}
}
