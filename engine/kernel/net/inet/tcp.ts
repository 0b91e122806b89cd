// TCP sockets (man 7 tcp). What opens, refuses and ends a connection travels as packets do, through rules and over links. Bytes do
// not: an end puts them into the other's inbox, as long as a packet would still get there; the devices and rules on the way count
// them. When something on the way changed, a probe is sent first; where it does not arrive the bytes wait, as for retransmission.
//
// States: CLOSE → (listen) LISTEN; CLOSE → (connect) SYN_SENT → ESTABLISHED; a listener's: SYN_RECV → ESTABLISHED → accept(2).
// FIN in either direction: FIN_WAIT2 or CLOSE_WAIT, then CLOSE.

import { ERRNO, type Errno } from "../../../lib/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import { Blocked } from "../../wait";
import { type Address, formatAddress } from "../address";
import type { Received } from "../inbox";
import { type Counter, IPPROTO, isMulticast, type Packet, packet, type Segment, tcpLength } from "../packet";
import {
	BUFFER,
	MSG_DONTWAIT,
	MSG_ERRQUEUE,
	MSG_OOB,
	MSG_PEEK,
	MSG_WAITALL,
	POLLRDHUP,
	RECEIVE,
	SEND,
	type SendOptions,
	type Socket,
} from "../socket";
import { connectionKey, type NetStack } from "../stack";
import type { SocketError } from "../walk/icmp";
import { routeOut, send } from "../walk/walk";
import { InetSocket, isAny } from "./socket";
import type { TimeWait } from "./timewait";
import { LOOPBACK } from "./udp";

/** Bytes in a segment, and of its headers. */
const SEGMENT = 1448;
const HEADERS = 52;
/** Milliseconds until an end that cannot reach the other gives up: tcp_retries2 of 15. */
const GIVE_UP_MS = 924_600;
/** Half-open connections are forgotten: tcp_synack_retries of 5. */
const HALF_OPEN_MS = 63_000;

/** As /proc/net/tcp numbers them. */
export const TCP_STATES = {
	ESTABLISHED: 1,
	SYN_SENT: 2,
	SYN_RECV: 3,
	FIN_WAIT1: 4,
	FIN_WAIT2: 5,
	TIME_WAIT: 6,
	CLOSE: 7,
	CLOSE_WAIT: 8,
	LAST_ACK: 9,
	LISTEN: 10,
} as const;
export type TcpState = keyof typeof TCP_STATES;

export class TcpSocket extends InetSocket {
	readonly transport = "tcp";
	private other: TcpSocket | undefined;
	/** Connections that nobody has accepted yet. */
	readonly backlog: TcpSocket[] = [];
	backlogLimit = 0;
	/** Was there ever a connection? */
	private connected = false;
	/** A connect under way. */
	private opening: { timer: { cancel(): void }; softError: number } | undefined;
	/** A connect returned EINPROGRESS. */
	private begun = false;
	/** Made by a listener, which waits for the last step of the handshake. */
	private listener: TcpSocket | undefined;
	private finReceived = false;
	private finSent = false;
	/** Its end was sent before the other's came: it is the one that waits (TIME_WAIT). */
	private closedFirst = false;
	/** What is listed of it after close(2). */
	private waiting: TimeWait | undefined;
	/** Both directions are closed, or a reset came. */
	private dead = false;
	/** Generation of the network for which the path was found, and what counts on it. */
	private pathSeen = 0;
	private path: Counter[] = [];
	/** Bytes that could not be delivered, and whether the end follows them. */
	private held: Uint8Array[] = [];
	private heldBytes = 0;
	private finHeld = false;
	private giveUp: { cancel(): void } | undefined;
	/** What went through it, for TCP_INFO and ss. */
	readonly traffic = { sent: 0, received: 0, segmentsIn: 0, segmentsOut: 0 };

	constructor(stack: NetStack, family: "inet" | "inet6", inode: number) {
		super(stack, family, "stream", inode);
	}
	get state(): TcpState {
		if (this.listening) return "LISTEN";
		if (this.opening) return "SYN_SENT";
		if (this.listener && !this.connected) return "SYN_RECV";
		if (!this.connected || this.dead) return "CLOSE";
		if (this.finSent) return this.finHeld ? "FIN_WAIT1" : "FIN_WAIT2";
		return this.finReceived ? "CLOSE_WAIT" : "ESTABLISHED";
	}
	override peerAddress(): Address | Errno {
		return this.dead || !this.connected ? -ERRNO.ENOTCONN : super.peerAddress();
	}
	/** Bytes that it has sent and that are not received: for SIOCOUTQ and ss. */
	get unsent(): number {
		return this.heldBytes;
	}

	// ---- listening
	listen(task: Task, backlog: number): Errno | 0 {
		if (this.connected || this.opening) return -ERRNO.EINVAL;
		this.uid = task.credentials.uid;
		if (this.local.port === 0) {
			const failed = this.take(this.local.address, 0);
			if (failed !== 0) return failed;
		} else if (!this.listening) {
			for (const other of this.stack.at("tcp", this.local.port))
				if (other !== this && other.listening && !(this.reusePort && other.reusePort) && this.overlaps(other))
					return -ERRNO.EADDRINUSE;
		}
		const most = this.stack.sysctl.number("core/somaxconn");
		this.listening = true;
		this.shut = 0;
		this.backlogLimit = Math.min(backlog < 0 ? most : backlog, most);
		return 0;
	}
	private overlaps(other: InetSocket): boolean {
		const [a, b] = [this.local.address, other.local.address];
		if (a === b) return true;
		const six = (address: string): boolean => address.includes(":");
		if (isAny(a)) return six(a) === six(b) || (six(a) && !this.onlyV6);
		return isAny(b) && (six(a) === six(b) || (six(b) && !other.onlyV6));
	}
	accept(task: Task, nonblocking: boolean): Socket | Errno | Blocked<Socket | Errno> {
		if (!this.listening) return -ERRNO.EINVAL;
		const next = this.backlog.shift();
		if (next) return next;
		return nonblocking ? -ERRNO.EAGAIN : this.wait(task, this.readable, this.receiveTimeout);
	}
	/** Listeners take what opens; connected ends what is theirs alone (stack.connections). */
	override match(arrived: Packet): number {
		return this.listening && arrived.segment?.kind === "syn" ? super.match(arrived) : 0;
	}

	// ---- connecting
	connect(task: Task, wanted: Address, nonblocking: boolean): number | Blocked {
		if (wanted.family === "unspec") return this.disconnect();
		if (this.opening) return nonblocking ? -ERRNO.EALREADY : this.awaitConnection(task);
		const failed = this.takeError();
		const unanswered = this.begun && !this.connected;
		this.begun = false;
		if (failed !== 0) return failed;
		// How an attempt that was not waited for ended is told once, though SO_ERROR may have told it before.
		if (unanswered) return -ERRNO.ECONNABORTED;
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		if (this.connected || this.listening) return -ERRNO.EISCONN;
		this.uid = task.credentials.uid;
		this.gid = task.credentials.gid;
		this.shut = 0;
		this.begun = nonblocking;
		const begun = this.begin(LOOPBACK(address.address), address.port);
		const told = (result: number): void =>
			task.kernel.trace.emit("network", {
				type: "net.connect",
				pid: task.process.pid,
				from: formatAddress(this.localAddress()),
				to: formatAddress(wanted),
				result: result === 0 ? (this.connected ? "connected" : "waiting") : result === -ERRNO.ECONNREFUSED ? "refused" : "failed",
			});
		told(begun || -this.error);
		if (begun !== 0) {
			this.begun = false;
			return begun;
		}
		return nonblocking ? -ERRNO.EINPROGRESS : this.awaitConnection(task);
	}
	private awaitConnection(task: Task): number | Blocked {
		if (!this.opening) return this.takeError() || (this.connected ? 0 : -ERRNO.ECONNABORTED);
		const blocked = this.wait<number>(task, this.writable, this.sendTimeout);
		if (typeof blocked === "number") return -ERRNO.EINPROGRESS;
		return new Blocked(blocked.queues, blocked.deadline, {
			resume: () => this.awaitConnection(task),
			neverRestart: this.sendTimeout > 0,
		});
	}
	private begin(destination: string, port: number): Errno | 0 {
		if (isMulticast(destination) || (this.family === "inet" && this.stack.addressType(destination) === 3))
			return -ERRNO.ENETUNREACH;
		const bound = isAny(this.local.address) ? undefined : this.local.address;
		const route = routeOut(this.stack, { destination, source: bound ?? "0.0.0.0", mark: this.mark }, this.device);
		if (typeof route === "number") return route;
		const source = bound ?? this.stack.sourceFor(route, destination);
		if (source === undefined) return -ERRNO.EADDRNOTAVAIL;
		if (this.local.port === 0) {
			if (this.take(source, 0) !== 0) return -ERRNO.EADDRNOTAVAIL;
		} else this.local = { address: source, port: this.local.port };
		const remote = { address: destination, port };
		if (this.stack.connections.has(connectionKey(this.local, remote))) return -ERRNO.EADDRNOTAVAIL;
		this.remote = remote;
		this.stack.connections.set(connectionKey(this.local, remote), this);
		this.opening = { timer: { cancel() {} }, softError: 0 };
		const sent = this.transmit("syn");
		if (sent !== 0 && sent !== -ERRNO.EPERM) {
			this.abandon();
			return sent;
		}
		if (this.opening) this.retryLater(1, 1000);
		return 0;
	}
	/** tcp_syn_linear_timeouts tries a second apart, then tcp_syn_retries, each after twice the time. */
	private retryLater(attempt: number, ms: number): void {
		const { sysctl, kernel } = this.stack;
		const linear = sysctl.number("ipv4/tcp_syn_linear_timeouts");
		this.opening!.timer = kernel.timer(ms, () => {
			if (!this.opening) return;
			if (attempt > linear + sysctl.number("ipv4/tcp_syn_retries")) return this.fail(this.opening.softError || ERRNO.ETIMEDOUT);
			this.transmit("syn");
			if (this.opening) this.retryLater(attempt + 1, attempt > linear ? ms * 2 : ms);
		});
	}
	/** Connecting is over, without success. */
	private fail(errno: number): void {
		this.abandon();
		this.error = errno;
		// Nobody waits in connect(2): until the next one there is an end, not just no connection.
		if (this.begun) this.shut = RECEIVE | SEND;
		this.readable.wake();
		this.writable.wake();
	}
	private abandon(): void {
		this.opening?.timer.cancel();
		this.opening = undefined;
		this.unregister();
		this.remote = undefined;
	}
	private unregister(): void {
		if (!this.remote) return;
		const name = connectionKey(this.local, this.remote);
		if (this.stack.connections.get(name) === this) this.stack.connections.delete(name);
	}
	private disconnect(): number {
		if (this.opening) this.abandon();
		this.hangUp();
		this.unregister();
		this.remote = undefined;
		this.connected = this.dead = this.finSent = this.finReceived = this.begun = this.closedFirst = false;
		this.shut = 0;
		this.other = undefined;
		return 0;
	}

	// ---- segments
	private transmit(kind: Segment["kind"], counted?: Counter[]): Errno | 0 {
		const { local, remote } = this;
		if (!remote) return 0;
		this.traffic.segmentsOut++;
		return send(
			this.stack,
			packet({
				...this.marks,
				protocol: IPPROTO.TCP,
				source: local.address,
				destination: remote.address,
				sourcePort: local.port,
				destinationPort: remote.port,
				segment: { kind, end: this },
				length: tcpLength(remote.address.includes(":") ? "inet6" : "inet", kind),
				flow: this.flow,
				counted,
			}),
			this.device,
		);
	}
	private get flow(): number {
		this.flowNumber ||= this.stack.network.nextFlow();
		return this.flowNumber;
	}
	private flowNumber = 0;

	arrive({ segment, ...arrived }: Packet): string | undefined {
		const { kind, end } = segment!;
		this.traffic.segmentsIn++;
		if (kind === "rst") return this.refusedOrReset();
		if (this.listening) return kind === "syn" ? this.welcome(arrived as Packet) : undefined;
		switch (kind) {
			case "syn":
				// The answer was lost: once more.
				if (!this.connected) this.transmit("synack");
				return undefined;
			case "synack":
				if (this.opening) this.established(end as TcpSocket);
				return this.connected ? "connected" : undefined;
			case "ack":
				if (this.listener && !this.connected) this.admitted(end as TcpSocket);
				return undefined;
			case "fin":
				this.ended();
				return undefined;
			case "probe":
				(end as TcpSocket).pathFound();
				return undefined;
		}
	}
	private welcome(arrived: Packet): string | undefined {
		if (this.backlog.length > this.backlogLimit) {
			this.stack.count("TcpExtListenOverflows");
			return "backlog full";
		}
		const server = new TcpSocket(this.stack, this.family, this.stack.kernel.nextInode());
		server.listener = this;
		server.local = { address: arrived.destination, port: arrived.destinationPort };
		server.remote = { address: arrived.source, port: arrived.sourcePort };
		server.flowNumber = arrived.flow;
		Object.assign(server, {
			reuseAddress: this.reuseAddress,
			reusePort: this.reusePort,
			onlyV6: this.onlyV6,
			uid: this.uid,
			gid: this.gid,
		});
		Object.assign(server, {
			device: this.device,
			mark: this.mark,
			ttl: this.ttl,
			tos: this.tos,
			keepAlive: this.keepAlive,
			noDelay: this.noDelay,
		});
		for (const [name, value] of this.remembered) server.remembered.set(name, value);
		this.stack.claim("tcp", server.local.port, server);
		this.stack.connections.set(connectionKey(server.local, server.remote), server);
		server.transmit("synack");
		if (!server.connected && !server.closed) {
			this.stack.kernel.timer(HALF_OPEN_MS, () => {
				if (!server.connected && !server.closed) server.close();
			});
		}
		return undefined;
	}
	private established(server: TcpSocket): void {
		this.opening!.timer.cancel();
		this.opening = undefined;
		this.other = server;
		this.connected = true;
		this.stack.count("TcpActiveOpens");
		const path: Counter[] = [];
		this.transmit("ack", path);
		this.path = path;
		if (server.connected) this.pathSeen = this.stack.network.generation;
		this.readable.wake();
		this.writable.wake();
	}
	private admitted(client: TcpSocket): void {
		const { listener } = this;
		this.other = client;
		this.connected = true;
		this.stack.count("TcpPassiveOpens");
		if (listener?.listening) {
			listener.backlog.push(this);
			listener.readable.wake();
		} else this.close();
	}
	private refusedOrReset(): string {
		if (this.opening) this.fail(ERRNO.ECONNREFUSED);
		else if (this.connected) this.reset();
		else this.close();
		return "reset";
	}
	override failed(error: SocketError, about: Packet): void {
		if (this.opening) {
			// Rules that reject, and hosts that do not exist: known at once.
			this.opening.softError = error.errno;
			this.fail(error.errno);
		} else if (this.remembered.get("0 11")) super.failed(error, about);
	}

	// ---- the path of bytes
	private pathFound(): void {
		this.pathSeen = this.stack.network.generation;
	}
	/** Would a packet reach the other end now? */
	private reaches(): boolean {
		const { network } = this.stack;
		if (this.pathSeen === network.generation) return true;
		const path: Counter[] = [];
		this.transmit("probe", path);
		// A probe may have been answered by a reset.
		if ((this.pathSeen as number) !== network.generation) return false;
		this.path = path;
		return true;
	}
	private account(bytes: number): void {
		const { other } = this;
		const segments = Math.max(1, Math.ceil(bytes / SEGMENT));
		for (const counter of this.path) {
			counter.packets += segments;
			counter.bytes += bytes + segments * HEADERS;
		}
		// Acknowledgements: one for two segments.
		const acks = Math.ceil(segments / 2);
		for (const counter of other?.path ?? []) {
			counter.packets += acks;
			counter.bytes += acks * HEADERS;
		}
		this.traffic.sent += bytes;
		this.traffic.segmentsOut += segments;
		if (other) {
			other.traffic.received += bytes;
			other.traffic.segmentsIn += segments;
		}
	}
	/** Something changed on the network: what waits is tried again. */
	retry(): void {
		if (this.dead || !this.reaches()) return;
		this.settle();
		const { other } = this;
		for (const piece of this.held.splice(0)) {
			this.heldBytes -= piece.length;
			if (other && !other.closed) other.inbox.push({ bytes: piece, files: [] });
			this.account(piece.length);
		}
		other?.readable.wake();
		if (this.finHeld) {
			this.finHeld = false;
			this.sendEnd();
		}
		this.writable.wake();
	}
	private hold(): void {
		const { network, kernel } = this.stack;
		if (network.waiting.has(this)) return;
		network.waiting.add(this);
		this.giveUp = kernel.timer(GIVE_UP_MS, () => {
			this.settle();
			this.error = ERRNO.ETIMEDOUT;
			this.die();
			this.readable.wake();
			this.writable.wake();
		});
	}
	private settle(): void {
		this.stack.network.waiting.delete(this);
		this.giveUp?.cancel();
		this.giveUp = undefined;
	}

	// ---- sending and receiving
	send(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked {
		return this.sendFrom(task, bytes, options, nonblocking || (options.flags & MSG_DONTWAIT) !== 0, 0);
	}
	private sendFrom(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean, done: number): number | Blocked {
		if (this.opening) return this.sendWhenOpen(task, bytes, options, nonblocking);
		const { other } = this;
		if (this.error !== 0 && this.error !== ERRNO.EPIPE) return done || this.takeError();
		if (!this.connected || !other || this.shut & SEND) {
			this.takeError();
			return done || this.brokenPipe(task, options.flags);
		}
		const reached = this.heldBytes === 0 && this.reaches();
		if (this.dead) return done || this.takeError() || this.brokenPipe(task, options.flags);
		if (reached && other.closed) {
			// Bytes to an end that was closed are answered by a reset, of which the next call hears.
			if (bytes.length > 0) this.reset();
			return bytes.length;
		}
		if (reached && bytes.length > 0 && other.finSent && other.shut & RECEIVE) {
			// RFC 1122: data for one who has closed both ways is answered by a reset.
			other.reset();
			this.reset();
			return bytes.length;
		}
		const room = Math.max(0, BUFFER - (reached ? other.inbox.length : this.heldBytes));
		const piece = bytes.slice(done, done + room);
		if (piece.length > 0) {
			if (reached) {
				other.inbox.push({ bytes: piece, files: [] });
				this.account(piece.length);
				other.readable.wake();
			} else {
				this.held.push(piece);
				this.heldBytes += piece.length;
				this.hold();
			}
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
	private sendWhenOpen(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked {
		if (nonblocking) return -ERRNO.EAGAIN;
		const blocked = this.wait<number>(task, this.writable, this.sendTimeout);
		if (typeof blocked === "number") return blocked;
		const kept = bytes.slice();
		return new Blocked(blocked.queues, blocked.deadline, { resume: () => this.sendFrom(task, kept, options, nonblocking, 0) });
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		if (flags & MSG_ERRQUEUE) return this.receiveMessage(task, into, flags, nonblocking);
		// Urgent data is not modelled: there is none.
		if (flags & MSG_OOB) return -ERRNO.EINVAL;
		const peek = (flags & MSG_PEEK) !== 0;
		const { inbox } = this;
		const ended = (this.shut & RECEIVE) !== 0;
		const hurry = nonblocking || (flags & MSG_DONTWAIT) !== 0;
		if (this.opening) return this.waitOpen(task, hurry);
		if (!this.connected && !ended) return this.takeError() || -ERRNO.ENOTCONN;
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
	private waitOpen(task: Task, hurry: boolean): Errno | Blocked<Received | Errno> {
		return hurry ? -ERRNO.EAGAIN : this.wait(task, this.readable, this.receiveTimeout);
	}

	// ---- ending
	shutdown(how: number): Errno | 0 {
		if (this.listening) {
			if (how & RECEIVE) {
				this.listening = false;
				this.dropBacklog();
				this.readable.wake();
			}
			return 0;
		}
		if (this.opening) {
			this.fail(ERRNO.ECONNRESET);
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
		if (this.finSent || !this.other) return;
		this.finSent = true;
		this.closedFirst = !this.finReceived;
		this.sendEnd();
	}
	private sendEnd(): void {
		const { other } = this;
		const reached = this.heldBytes === 0 && this.reaches();
		if (this.dead) return;
		if (!reached) {
			this.finHeld = true;
			this.hold();
			return;
		}
		this.transmit("fin");
		// An end that is closed has nothing more to say.
		if (this.finReceived || other?.dead) this.die();
	}
	/** The other's end has come. */
	private ended(): void {
		if (this.dead) return;
		this.finReceived = true;
		this.shut |= RECEIVE;
		if (this.finSent && !this.finHeld) this.die();
		this.readable.wake();
		this.writable.wake();
	}
	private die(): void {
		if (this.waiting) this.stack.timeWaits.remove(this.waiting);
		if (this.closedFirst && !this.dead) this.leaveBehind("TIME_WAIT");
		this.dead = true;
		this.shut = RECEIVE | SEND;
		this.settle();
		this.unregister();
		if (this.closed) this.inbox.clear();
	}
	private leaveBehind(state: TimeWait["state"]): void {
		const { family, local, remote, device, onlyV6, uid, reuseAddress, reusePort } = this;
		if (!remote) return;
		const options = { device, onlyV6, uid, reuseAddress, reusePort };
		this.waiting = this.stack.timeWaits.add({ family, local, remote, state, ...options, listening: false });
	}
	private dropBacklog(): void {
		for (const server of this.backlog.splice(0)) {
			server.transmit("rst");
			server.die();
			server.close();
		}
	}
	private reset(): void {
		if (this.dead) return;
		this.closedFirst = false;
		this.error = this.finReceived ? ERRNO.EPIPE : ERRNO.ECONNRESET;
		this.die();
		this.readable.wake();
		this.writable.wake();
	}
	/** What was not read makes it a reset rather than an end. */
	private hangUp(): void {
		const { other } = this;
		if (!other || this.dead) return;
		if (!this.inbox.empty || (this.linger[0] && this.linger[1] === 0)) {
			this.closedFirst = false;
			this.transmit("rst");
			this.die();
		} else this.finish();
		other.writable.wake();
	}
	poll(): number {
		if (this.listening) return this.backlog.length > 0 ? POLLIN : 0;
		let ready = this.error || !this.errors.empty ? POLLERR : 0;
		if (this.opening) return ready;
		if (!this.connected) return ready | POLLOUT | POLLHUP | (this.error ? POLLIN : 0);
		if (this.dead || this.shut === (RECEIVE | SEND)) ready |= POLLHUP;
		if (!this.inbox.empty) ready |= POLLIN;
		if (this.shut & RECEIVE) ready |= POLLIN | POLLRDHUP;
		const { other } = this;
		const waiting = this.heldBytes > 0 ? this.heldBytes : (other?.inbox.length ?? 0);
		if (!other || other.closed || this.shut & SEND || waiting * 3 < BUFFER * 2) ready |= POLLOUT;
		return ready;
	}
	override close(): void {
		if (this.closed) return;
		if (this.opening) this.abandon();
		this.hangUp();
		super.close();
		this.listening = false;
		this.dropBacklog();
		// An end that still waits for the other's stays known, so that the other can end too.
		if (!this.connected || this.dead) this.unregister();
		else if (this.closedFirst) this.leaveBehind("FIN_WAIT2");
		this.readable.wake();
	}
}
