// TCP sockets (man 7 tcp). Segments are not modelled: a connection is two ends that fill each other's inbox, so it is made, refused
// or closed at once. What the calls answer is what Linux answers over loopback.

import { ERRNO, type Errno } from "../../../lib/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import { Blocked } from "../../wait";
import { type Address, formatAddress } from "../address";
import type { Received } from "../inbox";
import { BUFFER, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, POLLRDHUP, RECEIVE, SEND, type SendOptions, type Socket } from "../socket";
import type { NetStack } from "../stack";
import { InetSocket, isAny } from "./socket";

const SOMAXCONN = 4096;

/** As /proc/net/tcp numbers them. */
export type TcpState = "ESTABLISHED" | "CLOSE" | "LISTEN" | "FIN_WAIT2" | "CLOSE_WAIT";

export class TcpSocket extends InetSocket {
	readonly protocol = "tcp";
	private other: TcpSocket | undefined;
	private backlog: TcpSocket[] = [];
	private backlogLimit = 0;
	/** Was there ever a connection? */
	private connected = false;
	/** The other end has said that nothing more comes. */
	private finReceived = false;
	private finSent = false;
	/** Both directions are closed, or a reset came. */
	private dead = false;

	constructor(stack: NetStack, family: "inet" | "inet6", inode: number) {
		super(stack, family, "stream", inode);
	}
	get state(): TcpState {
		if (this.listening) return "LISTEN";
		if (!this.connected || this.dead) return "CLOSE";
		if (this.finSent) return "FIN_WAIT2";
		return this.finReceived ? "CLOSE_WAIT" : "ESTABLISHED";
	}
	override peerAddress(): Address | Errno {
		return this.dead ? -ERRNO.ENOTCONN : super.peerAddress();
	}

	listen(_task: Task, backlog: number): Errno | 0 {
		if (this.connected) return -ERRNO.EINVAL;
		if (this.local.port === 0) {
			const failed = this.take(this.local.address, 0);
			if (failed !== 0) return failed;
		} else if (!this.listening) {
			for (const other of this.stack.at("tcp", this.local.port))
				if (other !== this && other.listening && !this.reusePort && other.match(this.local.address)) return -ERRNO.EADDRINUSE;
		}
		this.listening = true;
		this.shut = 0;
		this.backlogLimit = Math.min(backlog < 0 ? SOMAXCONN : backlog, SOMAXCONN);
		return 0;
	}
	connect(task: Task, wanted: Address, nonblocking: boolean): number | Blocked {
		if (wanted.family === "unspec") return this.disconnect();
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.connected || this.listening) return -ERRNO.EISCONN;
		const result = this.establish(task, address.address, address.port);
		const from = formatAddress(this.localAddress());
		task.kernel.trace.emit("network", {
			type: "net.connect",
			pid: task.process.pid,
			from,
			to: formatAddress(wanted),
			result: result === 0 ? "connected" : "refused",
		});
		// Without waiting, the answer is only known afterwards: by POLLOUT and SO_ERROR.
		if (!nonblocking || result === -ERRNO.ENETUNREACH || result === -ERRNO.EADDRNOTAVAIL) return result;
		this.error = -result;
		this.writable.wake();
		return result === 0 ? 0 : -ERRNO.EINPROGRESS;
	}
	private establish(task: Task, address: string, port: number): number {
		const route = this.stack.route(address);
		if (typeof route === "number") return route;
		const target = isAny(address) ? route.source : address;
		if (this.local.port === 0) {
			const failed = this.take(isAny(this.local.address) ? route.source : this.local.address, 0);
			if (failed !== 0) return -ERRNO.EADDRNOTAVAIL;
		} else if (isAny(this.local.address)) this.local = { address: route.source, port: this.local.port };
		const listener = bestMatch(route.stack, target, port);
		if (!listener || listener.backlog.length > listener.backlogLimit) return -ERRNO.ECONNREFUSED;
		const server = new TcpSocket(route.stack, listener.family as "inet" | "inet6", task.kernel.nextInode());
		server.local = { address: target, port };
		server.remote = { ...this.local };
		server.reuseAddress = listener.reuseAddress;
		route.stack.claim("tcp", port, server);
		this.remote = { address: target, port };
		this.other = server;
		server.other = this;
		this.connected = server.connected = true;
		listener.backlog.push(server);
		listener.readable.wake();
		return 0;
	}
	private disconnect(): number {
		this.hangUp();
		this.remote = undefined;
		this.connected = false;
		this.other = undefined;
		return 0;
	}
	accept(task: Task, nonblocking: boolean): Socket | Errno | Blocked<Socket | Errno> {
		if (!this.listening) return -ERRNO.EINVAL;
		const next = this.backlog.shift();
		if (next) return next;
		return nonblocking ? -ERRNO.EAGAIN : this.wait(task, this.readable, this.receiveTimeout);
	}

	send(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked {
		return this.sendFrom(task, bytes, options, nonblocking || (options.flags & MSG_DONTWAIT) !== 0, 0);
	}
	private sendFrom(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean, done: number): number | Blocked {
		const { other } = this;
		if (this.error !== 0 && this.error !== ERRNO.EPIPE) return done || this.takeError();
		if (!this.connected || !other || this.shut & SEND) {
			this.takeError();
			return done || this.brokenPipe(task, options.flags);
		}
		if (other.closed) {
			// Bytes to an end that was closed are answered by a reset, of which the next call hears.
			if (bytes.length > 0) this.reset();
			return bytes.length;
		}
		if (bytes.length > 0 && other.finSent && other.shut & RECEIVE) {
			// RFC 1122: data for one who has closed both ways is answered by a reset.
			other.reset();
			this.reset();
			return bytes.length;
		}
		const piece = bytes.slice(done, done + Math.max(0, BUFFER - other.inbox.length));
		if (piece.length > 0) {
			other.inbox.push({ bytes: piece, files: [] });
			this.count(piece.length);
			other.readable.wake();
			done += piece.length;
		}
		if (done === bytes.length) return done;
		if (nonblocking) return done || -ERRNO.EAGAIN;
		const blocked = this.wait<number>(task, this.writable, this.sendTimeout);
		if (typeof blocked === "number") return done || blocked;
		if (done === 0) return blocked;
		const kept = done === piece.length ? bytes.slice() : bytes;
		return new Blocked(blocked.queues, blocked.deadline, {
			resume: () => this.sendFrom(task, kept, options, nonblocking, done),
			partial: done,
		});
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		const peek = (flags & MSG_PEEK) !== 0;
		const { inbox } = this;
		const ended = (this.shut & RECEIVE) !== 0;
		const hurry = nonblocking || (flags & MSG_DONTWAIT) !== 0;
		if (!this.connected) return this.takeError() || -ERRNO.ENOTCONN;
		const enough = flags & MSG_WAITALL ? inbox.length >= into.length : !inbox.empty;
		if (enough || (!inbox.empty && (ended || hurry))) {
			const received = inbox.stream(into, peek);
			if (!peek) this.other?.writable.wake();
			return received;
		}
		const failed = this.finReceived ? 0 : this.takeError();
		if (failed !== 0) return failed;
		if (ended) return { count: 0, length: 0, files: [], truncated: false };
		return hurry ? -ERRNO.EAGAIN : this.wait(task, this.readable, this.receiveTimeout);
	}
	shutdown(how: number): Errno | 0 {
		if (this.listening) {
			if (how & RECEIVE) {
				this.listening = false;
				this.dropBacklog();
				this.readable.wake();
			}
			return 0;
		}
		if (!this.connected || this.dead) return -ERRNO.ENOTCONN;
		this.shut |= how;
		if (how & SEND) this.finish();
		this.readable.wake();
		this.writable.wake();
		return 0;
	}
	/** Sends the end; once both have, the connection is over. */
	private finish(): void {
		const { other } = this;
		if (this.finSent || !other) return;
		this.finSent = true;
		other.finReceived = true;
		other.shut |= RECEIVE;
		if (other.finSent) for (const end of [this, other]) end.die();
		other.readable.wake();
		other.writable.wake();
	}
	private die(): void {
		this.dead = true;
		this.shut = RECEIVE | SEND;
	}
	poll(): number {
		if (this.listening) return this.backlog.length > 0 ? POLLIN : 0;
		let ready = this.error ? POLLERR : 0;
		if (!this.connected) return ready | POLLOUT | POLLHUP;
		if (this.dead || this.shut === (RECEIVE | SEND)) ready |= POLLHUP;
		if (!this.inbox.empty) ready |= POLLIN;
		if (this.shut & RECEIVE) ready |= POLLIN | POLLRDHUP;
		const { other } = this;
		if (!other || other.closed || this.shut & SEND || other.inbox.length * 3 < BUFFER * 2) ready |= POLLOUT;
		return ready;
	}
	private dropBacklog(): void {
		for (const server of this.backlog.splice(0)) {
			server.other?.reset();
			server.close();
		}
	}
	private reset(): void {
		if (this.dead) return;
		this.error = this.finReceived ? ERRNO.EPIPE : ERRNO.ECONNRESET;
		this.die();
		this.readable.wake();
		this.writable.wake();
	}
	/** What was not read makes it a reset rather than an end. */
	private hangUp(): void {
		const { other } = this;
		if (!other || other.closed || this.dead) return;
		if (!this.inbox.empty || (this.linger[0] && this.linger[1] === 0)) other.reset();
		else this.finish();
		other.readable.wake();
		other.writable.wake();
	}
	override close(): void {
		this.hangUp();
		super.close();
		this.listening = false;
		this.dropBacklog();
		this.readable.wake();
	}
}

function bestMatch(stack: NetStack, address: string, port: number): TcpSocket | undefined {
	let best: TcpSocket | undefined;
	for (const socket of stack.at("tcp", port)) {
		if (!(socket instanceof TcpSocket) || !socket.listening) continue;
		if (socket.match(address) > (best?.match(address) ?? 0)) best = socket;
	}
	return best;
}
