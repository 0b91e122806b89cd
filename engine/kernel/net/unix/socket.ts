// What UNIX domain sockets of all types share (man 7 unix): names in the file system, abstract names, credentials.

import { S_IFSOCK, typeOf } from "../../../fs/vfs/mode";
import { inodeAt, type Place } from "../../../fs/vfs/mount";
import { mknodPlace } from "../../../fs/vfs/operations";
import { MAY_WRITE, permission } from "../../../fs/vfs/permission";
import { resolve } from "../../../fs/vfs/walk";
import { ERRNO, type Errno } from "../../../lib/errno";
import { contextOf } from "../../file/ops/context";
import type { Task } from "../../task";
import type { Address, UnixAddress } from "../address";
import { Inbox, type Packet, type Sender } from "../inbox";
import { type SendOptions, Socket, type SocketType } from "../socket";
import type { NetStack } from "../stack";

/** Sockets bound to a file, by its identity. */
const bound = new WeakMap<object, UnixSocket>();
const UNNAMED: UnixAddress = { family: "unix", path: "" };

export const senderOf = (task: Task): Sender => ({
	process: task.process,
	uid: task.credentials.uid,
	gid: task.credentials.gid,
});

export abstract class UnixSocket extends Socket {
	protected readonly inbox = new Inbox();
	name: UnixAddress = UNNAMED;
	protected shut = 0;
	closed = false;
	/** The file that it is bound to. */
	place: Place | undefined;
	/** Who made the connection, or who listens. */
	protected owner: Sender | undefined;
	protected peerOwner: Sender | undefined;

	constructor(stack: NetStack, type: SocketType, inode: number) {
		super(stack, "unix", type, inode);
		stack.unixSockets.add(this);
		stack.hold();
	}
	get pending(): number {
		return this.inbox.length;
	}
	/** Of the other end, for ss(8); 0 without one. */
	abstract readonly peerInode: number;
	/** Bytes, or waiting connections and how many there may be. */
	get queueLengths(): [received: number, limit: number] {
		return [this.inbox.length, 0];
	}
	localAddress(): Address {
		return this.name;
	}
	override peer(): Sender | undefined {
		return this.peerOwner;
	}

	bind(task: Task, address: Address): Errno | 0 {
		if (address.family !== "unix") return -ERRNO.EINVAL;
		const named = this.name.path !== "";
		if (address.path === "") return named ? -ERRNO.EINVAL : this.autobind();
		if (address.path.startsWith("\0")) return named ? -ERRNO.EINVAL : this.bindAbstract(address);
		// Linux makes the name first, so one that is taken is complained of first (unix_bind_bsd).
		if (named) return typeof resolve(contextOf(task), address.path) === "number" ? -ERRNO.EINVAL : -ERRNO.EADDRINUSE;
		const place = mknodPlace(contextOf(task), address.path, S_IFSOCK | 0o777, 0);
		if (place === -ERRNO.EEXIST) return -ERRNO.EADDRINUSE;
		if (typeof place === "number") return place;
		bound.set(inodeAt(place).identity(), this);
		this.place = place;
		this.name = { family: "unix", path: address.path };
		return 0;
	}
	private bindAbstract(address: UnixAddress): Errno | 0 {
		if (this.stack.abstract.has(address.path)) return -ERRNO.EADDRINUSE;
		this.stack.abstract.set(address.path, this);
		this.name = address;
		return 0;
	}
	/** A bind without a name: five hexadecimal digits in the abstract space. */
	protected autobind(): Errno | 0 {
		for (let number = 1; number < 0x100000; number++) {
			const path = `\0${number.toString(16).padStart(5, "0")}`;
			if (!this.stack.abstract.has(path)) return this.bindAbstract({ family: "unix", path });
		}
		return -ERRNO.ENOSPC;
	}
	/** The socket that has a name. ENOENT, EACCES, ECONNREFUSED. */
	protected find(task: Task, address: Address): UnixSocket | Errno {
		if (address.family !== "unix" || address.path === "") return -ERRNO.EINVAL;
		if (address.path.startsWith("\0")) return this.stack.abstract.get(address.path) ?? -ERRNO.ECONNREFUSED;
		const place = resolve(contextOf(task), address.path);
		if (typeof place === "number") return place;
		const inode = inodeAt(place);
		const denied = permission(inode, task.credentials, MAY_WRITE);
		if (denied !== 0) return denied;
		if (typeOf(inode) !== S_IFSOCK) return -ERRNO.ECONNREFUSED;
		const socket = bound.get(inode.identity());
		return socket && !socket.closed ? socket : -ERRNO.ECONNREFUSED;
	}
	/** `bytes` become the packet's own. */
	protected packet(task: Task, bytes: Uint8Array, options: SendOptions): Packet {
		const files = options.files ?? [];
		for (const file of files) file.hold();
		return { bytes, from: this.name, sender: options.sender ?? senderOf(task), files };
	}
	close(): void {
		if (!this.closed) this.stack.drop();
		this.closed = true;
		this.stack.unixSockets.delete(this);
		if (this.name.path.startsWith("\0")) this.stack.abstract.delete(this.name.path);
		this.inbox.clear();
	}
}
