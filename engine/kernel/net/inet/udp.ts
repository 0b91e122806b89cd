// UDP sockets (man 7 udp): messages, delivered at once or refused. A receiver that is full loses what comes.

import { ERRNO, type Errno } from "../../../lib/errno";
import { POLLERR, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address } from "../address";
import type { Received } from "../inbox";
import { BUFFER, MSG_DONTWAIT, MSG_PEEK, RECEIVE, SEND, type SendOptions, type Socket } from "../socket";
import type { NetStack } from "../stack";
import { InetSocket, isAny } from "./socket";

const LARGEST = 65507;

export class UdpSocket extends InetSocket {
	readonly protocol = "udp";

	constructor(stack: NetStack, family: "inet" | "inet6", inode: number) {
		super(stack, family, "dgram", inode);
	}
	listen(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	accept(): Socket | Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	connect(_task: Task, wanted: Address): number {
		if (wanted.family === "unspec") {
			this.remote = undefined;
			return 0;
		}
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		const route = this.stack.route(address.address);
		if (typeof route === "number") return route;
		const failed = this.name(route.source);
		if (failed !== 0) return failed;
		this.remote = { address: isAny(address.address) ? route.source : address.address, port: address.port };
		return 0;
	}
	/** A first message or connect gives it an address of its own. */
	private name(source: string): Errno | 0 {
		if (this.local.port === 0) return this.take(source, 0);
		if (isAny(this.local.address)) this.local = { ...this.local, address: source };
		return 0;
	}
	send(task: Task, bytes: Uint8Array, options: SendOptions): number {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.shut & SEND) return this.brokenPipe(task, options.flags);
		if (bytes.length > LARGEST) return -ERRNO.EMSGSIZE;
		let target = this.remote;
		if (options.to && options.to.family !== "unspec") {
			const address = this.accepts(options.to);
			if (typeof address === "number") return address;
			if (address.port === 0) return -ERRNO.EINVAL;
			target = address;
		}
		if (!target) return -ERRNO.EDESTADDRREQ;
		const route = this.stack.route(target.address);
		if (typeof route === "number") return route;
		if (this.local.port === 0) {
			const unnamed = this.take(this.local.address, 0);
			if (unnamed !== 0) return -ERRNO.EAGAIN;
		}
		const destination = isAny(target.address) ? route.source : target.address;
		const source = { address: isAny(this.local.address) ? route.source : this.local.address, port: this.local.port };
		this.count(bytes.length);
		const receiver = this.receiver(route.stack, destination, target.port, source);
		if (receiver) receiver.deliver(bytes.slice(), source);
		else if (this.remote) {
			// Only a connected socket hears that nobody was there.
			this.error = ERRNO.ECONNREFUSED;
			this.readable.wake();
		}
		return bytes.length;
	}
	private receiver(stack: NetStack, address: string, port: number, source: { address: string; port: number }) {
		let best: UdpSocket | undefined;
		let score = 0;
		for (const socket of stack.at("udp", port)) {
			if (!(socket instanceof UdpSocket)) continue;
			const exact = socket.match(address);
			const { remote } = socket;
			if (exact === 0 || (remote && (remote.address !== source.address || remote.port !== source.port))) continue;
			const value = exact + (remote ? 4 : 0);
			if (value > score) [best, score] = [socket, value];
		}
		return best;
	}
	private deliver(bytes: Uint8Array, from: { address: string; port: number }): void {
		if (this.inbox.length + bytes.length > BUFFER || this.shut & RECEIVE) return;
		this.inbox.push({ bytes, from: this.shown(from), files: [] });
		this.readable.wake();
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		if (!this.inbox.empty) return this.inbox.message(into, (flags & MSG_PEEK) !== 0);
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.shut & RECEIVE) return { count: 0, length: 0, files: [], truncated: false };
		if (nonblocking || flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
		return this.wait(task, this.readable, this.receiveTimeout);
	}
	shutdown(how: number): Errno | 0 {
		if (!this.remote) return -ERRNO.ENOTCONN;
		this.shut |= how;
		this.readable.wake();
		return 0;
	}
	poll(): number {
		return (this.error ? POLLERR : 0) | (!this.inbox.empty || this.shut & RECEIVE ? POLLIN : 0) | POLLOUT;
	}
}
