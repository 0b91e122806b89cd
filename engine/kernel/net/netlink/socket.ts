// Netlink sockets (man 7 netlink): messages to the kernel, answered at once into the socket's own queue; and groups, to which the
// kernel tells what changes. Like all sockets they stay with the namespace in which they were made.

import { concat, utf8 } from "../../../lib/bytes";
import { ERRNO, type Errno } from "../../../lib/errno";
import { encodeAttributes } from "../../../lib/netlink/attribute";
import { NETLINK, NLM_F, NLMSG, NLMSGERR_ATTR } from "../../../lib/netlink/constants";
import { decodeMessages, encodeMessage, type NetlinkMessage, NLMSG_HDRLEN } from "../../../lib/netlink/message";
import { POLLERR, POLLIN, POLLOUT } from "../../file/description";
import { CAP, capable } from "../../proc/capability";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address } from "../address";
import { Inbox, type Received } from "../inbox";
import { MSG_DONTWAIT, MSG_PEEK, type SendOptions, Socket, type SocketType } from "../socket";
import type { NetEvent, NetStack } from "../stack";
import { diag } from "./diag";
import { generic } from "./generic";
import type { Answer, Protocol, Refusal } from "./handler";
import { notification } from "./notify";
import { rtnetlink } from "./route/index";

/** What is not here is EPROTONOSUPPORT. Those without a handler can be opened and say nothing. */
const PROTOCOLS: Readonly<Record<number, Protocol | undefined>> = {
	[NETLINK.ROUTE]: rtnetlink,
	[NETLINK.SOCK_DIAG]: diag,
	[NETLINK.GENERIC]: generic,
	[NETLINK.KOBJECT_UEVENT]: undefined,
};
export const hasProtocol = (protocol: number): boolean => protocol in PROTOCOLS;

/** A dump comes in datagrams of so many bytes at most. */
const DATAGRAM = 16_384;
const BUFFER = 1 << 22;
/** Port numbers for a process that has one already, downwards. */
const ROVER = 0xffffefff;

export class NetlinkSocket extends Socket {
	private readonly inbox = new Inbox();
	/** 0 until it is bound. */
	port = 0;
	readonly groups = new Set<number>();
	private destination = { pid: 0, groups: 0 };
	capAck = false;
	extAck = false;
	strict = false;
	packetInfo = false;
	private closed = false;

	constructor(
		stack: NetStack,
		type: SocketType,
		inode: number,
		readonly protocol: number,
	) {
		super(stack, "netlink", type, inode);
		stack.hold();
	}
	get pending(): number {
		return this.inbox.nextLength;
	}

	// ---- names and groups
	bind(task: Task, address: Address): Errno | 0 {
		if (address.family !== "netlink") return -ERRNO.EINVAL;
		if (address.groups !== 0 && !this.mayListen(task)) return -ERRNO.EPERM;
		if (this.port !== 0 ? address.pid !== 0 && address.pid !== this.port : !this.take(task, address.pid))
			return this.port ? -ERRNO.EINVAL : -ERRNO.EADDRINUSE;
		for (let group = 1; group <= 32; group++) if ((address.groups >>> (group - 1)) & 1) this.join(group);
		return 0;
	}
	/** Everybody may listen to rtnetlink; to others who administers the network. */
	private mayListen(task: Task): boolean {
		return (
			this.protocol === NETLINK.ROUTE ||
			this.protocol === NETLINK.KOBJECT_UEVENT ||
			this.protocol === NETLINK.GENERIC ||
			capable(task, CAP.NET_ADMIN)
		);
	}
	private take(task: Task, wanted: number): boolean {
		const { netlinkPorts } = this.stack;
		const key = (port: number): string => `${this.protocol} ${port}`;
		let port = wanted || task.process.pidIn(task.namespaces.pid) || 1;
		if (netlinkPorts.has(key(port))) {
			if (wanted !== 0) return false;
			for (port = ROVER; netlinkPorts.has(key(port)); ) port--;
		}
		this.port = port;
		netlinkPorts.set(key(port), this);
		return true;
	}
	join(group: number): void {
		if (this.groups.size === 0) this.stack.listeners.add(this.hear);
		this.groups.add(group);
	}
	leave(group: number): void {
		this.groups.delete(group);
		if (this.groups.size === 0) this.stack.listeners.delete(this.hear);
	}
	private readonly hear = (event: NetEvent): void => {
		if (this.protocol !== NETLINK.ROUTE) return;
		const told = notification(this.stack, event);
		if (!told || !this.groups.has(told.group)) return;
		this.deliver(encodeMessage({ type: told.type, flags: 0, seq: 0, pid: 0, body: told.body }), 1 << (told.group - 1));
	};
	localAddress(): Address {
		const mask = [...this.groups].reduce((all, group) => (group <= 32 ? all | (1 << (group - 1)) : all), 0);
		return { family: "netlink", pid: this.port, groups: mask >>> 0 };
	}
	peerAddress(): Address {
		return { family: "netlink", ...this.destination };
	}
	connect(task: Task, address: Address): number {
		if (address.family === "unspec") {
			this.destination = { pid: 0, groups: 0 };
			return 0;
		}
		if (address.family !== "netlink") return -ERRNO.EINVAL;
		if (this.port === 0) this.take(task, 0);
		this.destination = { pid: address.pid, groups: address.groups };
		return 0;
	}
	listen(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	accept(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	shutdown(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}

	// ---- messages
	send(task: Task, bytes: Uint8Array, { to }: SendOptions): number {
		if (to && to.family !== "netlink") return -ERRNO.EINVAL;
		if (this.port === 0) this.take(task, 0);
		const { pid } = to?.family === "netlink" ? to : this.destination;
		if (pid !== 0) {
			const other = this.stack.netlinkPorts.get(`${this.protocol} ${pid}`);
			if (!(other instanceof NetlinkSocket)) return -ERRNO.ECONNREFUSED;
			other.deliver(bytes.slice(), 0, this.port);
			return bytes.length;
		}
		for (const message of decodeMessages(bytes)) this.answer(task, message);
		return bytes.length;
	}
	private answer(task: Task, message: NetlinkMessage): void {
		const { type, flags, body } = message;
		if (!(flags & NLM_F.REQUEST) || type < 16) {
			if (flags & NLM_F.ACK) this.acknowledge(message, { error: 0 });
			return;
		}
		const handler = PROTOCOLS[this.protocol];
		const { stack, port: pid } = this;
		const reply = handler ? handler.handle({ task, stack, type, flags, body, pid }) : 0;
		if (isDump(this.protocol, message) && !Array.isArray(reply)) {
			const { error, text } = typeof reply === "number" ? { error: reply, text: undefined } : reply;
			if (text === undefined && error !== 0) this.acknowledge(message, { error });
			else this.done(message, error, text);
			return;
		}
		if (typeof reply === "number") {
			if (reply !== 0 || flags & NLM_F.ACK) this.acknowledge(message, { error: reply });
			return;
		}
		if (!Array.isArray(reply)) {
			if (reply.error !== 0 || flags & NLM_F.ACK) this.acknowledge(message, reply);
			return;
		}
		if (isDump(this.protocol, message)) this.dump(message, reply);
		else {
			for (const each of reply) this.deliver(encodeMessage({ flags: 0, seq: message.seq, pid: this.port, ...each }));
			if (flags & NLM_F.ACK) this.acknowledge(message, { error: 0 });
		}
	}
	private dump({ seq }: NetlinkMessage, answers: readonly Answer[]): void {
		const { port: pid } = this;
		let parts: Uint8Array[] = [];
		let length = 0;
		const flush = (): void => {
			if (parts.length > 0) this.deliver(concat(parts));
			[parts, length] = [[], 0];
		};
		for (const { type, body, flags = 0 } of answers) {
			const bytes = encodeMessage({ type, body, flags: flags | NLM_F.MULTI, seq, pid });
			if (length + bytes.length > DATAGRAM) flush();
			parts.push(bytes);
			length += bytes.length;
		}
		flush();
		this.done({ seq }, 0);
	}
	/** The end of a dump; what went wrong in the midst of it is said here. */
	private done({ seq }: Pick<NetlinkMessage, "seq">, error: number, text?: string): void {
		const words = this.words(text);
		const flags = NLM_F.MULTI | (words.length > 0 ? NLM_F.ACK_TLVS : 0);
		const body = concat([new Uint8Array(new Int32Array([error]).buffer), words]);
		this.deliver(encodeMessage({ type: NLMSG.DONE, flags, seq, pid: this.port, body }));
	}
	private words(text: string | undefined): Uint8Array {
		return this.extAck && text ? encodeAttributes([[NLMSGERR_ATTR.MSG, utf8(`${text}\0`)]]) : new Uint8Array(0);
	}
	/** struct nlmsgerr: the error, the question's header, and where it failed the question itself unless NETLINK_CAP_ACK; then words. */
	private acknowledge({ type, flags, seq, pid, body }: NetlinkMessage, { error, text }: Refusal): void {
		const question = encodeMessage({ type, flags, seq, pid, body });
		const whole = error !== 0 && !this.capAck;
		const code = new Uint8Array(new Int32Array([error]).buffer);
		const words = this.words(text);
		const marks = (whole ? 0 : NLM_F.CAPPED) | (words.length > 0 ? NLM_F.ACK_TLVS : 0);
		const answer = concat([code, whole ? question : question.subarray(0, NLMSG_HDRLEN), words]);
		this.deliver(encodeMessage({ type: NLMSG.ERROR, flags: marks, seq, pid: this.port, body: answer }));
	}
	private deliver(bytes: Uint8Array, groups = 0, pid = 0): void {
		if (this.inbox.length + bytes.length > BUFFER) {
			this.error = ERRNO.ENOBUFS;
		} else this.inbox.push({ bytes, from: { family: "netlink", pid, groups: groups >>> 0 }, files: [] });
		this.readable.wake();
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (!this.inbox.empty) return this.inbox.message(into, (flags & MSG_PEEK) !== 0);
		if (nonblocking || flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
		return this.wait(task, this.readable, this.receiveTimeout);
	}
	poll(): number {
		return (this.error ? POLLERR : 0) | (this.inbox.empty ? 0 : POLLIN) | POLLOUT;
	}
	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.stack.listeners.delete(this.hear);
		if (this.port !== 0) this.stack.netlinkPorts.delete(`${this.protocol} ${this.port}`);
		this.inbox.clear();
		this.stack.drop();
	}
}
/** Of rtnetlink only the GET messages can be dumps: in others the bits are NLM_F_REPLACE and NLM_F_EXCL. */
const isDump = (protocol: number, { type, flags }: NetlinkMessage): boolean =>
	(flags & NLM_F.DUMP) === NLM_F.DUMP && (protocol !== NETLINK.ROUTE || (type & 3) === 2);
