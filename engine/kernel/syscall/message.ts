// sendmsg(2) and recvmsg(2), and their forms for several messages: struct msghdr with its control messages (man 3 cmsg).

import { ERRNO, type Errno } from "../../lib/errno";
import type { FileDescription } from "../file/description";
import * as sockets from "../file/ops/socket";
import { decodeAddress, encodeAddress } from "../net/address";
import { controlMessages } from "../net/ancillary";
import type { Received, Sender } from "../net/inbox";
import { SOL_SOCKET } from "../net/options";
import { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_ERRQUEUE, MSG_TRUNC, type SendOptions, type Socket } from "../net/socket";
import { fromOutside, OVERFLOW_ID, toOutside } from "../ns/user";
import { CAP, capable } from "../proc/capability";
import { Blocked, whenDone } from "../wait";
import { EFAULT, EINVAL, gather, int, put, row, type Span, scatter, totalLength, uint, vectors, viewOf } from "./decode";
import type { GuestTask, SyscallRow } from "./row";
import { readTimespec } from "./timespec";

const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
const SCM_MAX_FD = 253;
/** struct cmsghdr: cmsg_len 8, cmsg_level 4, cmsg_type 4. */
const CMSGHDR = 16;
const align = (length: number): number => (length + 7) & ~7;

/** struct msghdr, 56 bytes. */
interface Header {
	at: number;
	name: number;
	nameLength: number;
	spans: Span[];
	control: number;
	controlLength: number;
}
const MSGHDR = 56;
const NAMELEN_AT = 8;
const CONTROLLEN_AT = 40;
const FLAGS_AT = 48;

function headerAt(task: GuestTask, at: number): Header | Errno {
	const bytes = task.memory.readable(at, MSGHDR);
	if (!bytes) return EFAULT;
	const view = viewOf(bytes);
	const word = (offset: number): number => Number(view.getBigUint64(offset, true));
	if (word(0) !== 0 && view.getInt32(NAMELEN_AT, true) < 0) return EINVAL;
	const spans = vectors(task.memory, word(16), word(24) > 1024 ? -1 : word(24));
	if (typeof spans === "number") return word(24) > 1024 ? -ERRNO.EMSGSIZE : spans;
	return { at, name: word(0), nameLength: view.getInt32(8, true), spans, control: word(32), controlLength: word(40) };
}

/** SCM_RIGHTS and SCM_CREDENTIALS of what is sent. */
function readControl(task: GuestTask, { control, controlLength }: Header): { files: FileDescription[]; sender?: Sender } | Errno {
	const files: FileDescription[] = [];
	let sender: Sender | undefined;
	if (controlLength === 0) return { files };
	const bytes = task.memory.readable(control, controlLength);
	if (!bytes) return EFAULT;
	const view = viewOf(bytes);
	for (let at = 0; at + CMSGHDR <= bytes.length; ) {
		const length = Number(view.getBigUint64(at, true));
		if (length < CMSGHDR || at + length > bytes.length) return EINVAL;
		const type = view.getInt32(at + 12, true);
		// What is for other layers is theirs to take or to leave.
		if (view.getInt32(at + 8, true) !== SOL_SOCKET) {
			at += align(length);
			continue;
		}
		if (view.getInt32(at + 8, true) === SOL_SOCKET && type === SCM_RIGHTS) {
			const fds = new Int32Array(bytes.slice(at + CMSGHDR, at + length - ((length - CMSGHDR) % 4)).buffer);
			if (fds.length > SCM_MAX_FD) return EINVAL;
			const found = sockets.filesOf(task, [...fds]);
			if (typeof found === "number") return found;
			files.push(...found);
		} else if (view.getInt32(at + 8, true) === SOL_SOCKET && type === SCM_CREDENTIALS) {
			if (length !== CMSGHDR + 12) return EINVAL;
			const claimed = credentialsOf(
				task,
				view.getInt32(at + 16, true),
				view.getUint32(at + 20, true),
				view.getUint32(at + 24, true),
			);
			if (typeof claimed === "number") return claimed;
			sender = claimed;
		} else return EINVAL;
		at += align(length);
	}
	return { files, sender };
}
/** Without privileges one can only be oneself. */
function credentialsOf(task: GuestTask, pid: number, givenUid: number, givenGid: number): Sender | Errno {
	const { process, identity, credentials, namespaces } = task;
	const [uid, gid] = [toOutside(namespaces.user, "uidMap", givenUid), toOutside(namespaces.user, "gidMap", givenGid)];
	if (uid === undefined || gid === undefined) return EINVAL;
	const ownPid = pid === process.pidIn(namespaces.pid);
	if (!ownPid && !capable(task, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	if (![identity.ruid, credentials.uid, identity.suid].includes(uid) && !capable(task, CAP.SETUID)) return -ERRNO.EPERM;
	if (![identity.rgid, credentials.gid, identity.sgid].includes(gid) && !capable(task, CAP.SETGID)) return -ERRNO.EPERM;
	const claimed = ownPid ? process : task.kernel.findTask(pid, namespaces.pid)?.process;
	return claimed ? { process: claimed, uid, gid } : -ERRNO.ESRCH;
}

function sendOne(task: GuestTask, fd: number, at: number, flags: number): number | Blocked {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const header = headerAt(task, at);
	if (typeof header === "number") return header;
	const control = readControl(task, header);
	if (typeof control === "number") return control;
	const options: SendOptions = { flags, ...control };
	if (header.name !== 0 && header.nameLength > 0) {
		const bytes = task.memory.readable(header.name, header.nameLength);
		const to = bytes ? decodeAddress(bytes) : EFAULT;
		if (typeof to === "number") return to;
		options.to = to;
	}
	const bytes = gather(task.memory, header.spans);
	return typeof bytes === "number" ? bytes : sockets.sendWith(task, fd, bytes, options);
}

/** Control messages for what came, as many as there is room for; the rest is MSG_CTRUNC. */
function writeControl(task: GuestTask, header: Header, received: Received, socket: Socket, flags: number): number | Errno {
	const { sender, files, info } = received;
	const out = new Uint8Array(header.controlLength);
	const view = viewOf(out);
	let [at, result] = [0, 0];
	const open = (length: number, type: number, level = SOL_SOCKET): boolean => {
		if (at + CMSGHDR + length > out.length) return false;
		view.setBigUint64(at, BigInt(CMSGHDR + length), true);
		view.setInt32(at + 8, level, true);
		view.setInt32(at + 12, type, true);
		return true;
	};
	for (const { level, type, data } of controlMessages(socket, info, task.kernel.uptime(), task.kernel.now())) {
		if (open(data.length, type, level)) {
			out.set(data, at + CMSGHDR);
			at = Math.min(out.length, align(at + CMSGHDR + data.length));
		} else result |= MSG_CTRUNC;
	}
	if (socket.passCredentials) {
		const { pid, user } = task.namespaces;
		const ids = sender && [fromOutside(user, "uidMap", sender.uid), fromOutside(user, "gidMap", sender.gid)];
		const numbers = sender && ids ? [sender.process.pidIn(pid), ...ids] : [0, OVERFLOW_ID, OVERFLOW_ID];
		if (open(12, SCM_CREDENTIALS)) {
			out.set(new Uint8Array(new Int32Array(numbers).buffer), at + CMSGHDR);
			at = Math.min(out.length, align(at + CMSGHDR + 12));
		} else result |= MSG_CTRUNC;
	}
	if (files.length > 0) {
		const room = Math.max(0, Math.floor((out.length - at - CMSGHDR) / 4));
		for (const lost of files.slice(room)) lost.drop();
		if (room < files.length) result |= MSG_CTRUNC;
		const fds = sockets.adoptFiles(task, files.slice(0, room), (flags & MSG_CMSG_CLOEXEC) !== 0);
		if (fds.length > 0 && open(fds.length * 4, SCM_RIGHTS)) {
			out.set(new Uint8Array(new Int32Array(fds).buffer), at + CMSGHDR);
			at = Math.min(out.length, align(at + CMSGHDR + fds.length * 4));
		}
	}
	const failed = put(task.memory, header.control, out.subarray(0, at));
	if (failed !== 0) return failed;
	return task.memory.setU64(header.at + CONTROLLEN_AT, BigInt(at)) ? result : EFAULT;
}

function receiveOne(task: GuestTask, fd: number, at: number, flags: number): number | Blocked {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const header = headerAt(task, at);
	if (typeof header === "number") return header;
	const into = new Uint8Array(Math.min(totalLength(header.spans), 1 << 24));
	return whenDone(sockets.receiveWith(task, fd, into, flags), (received) => {
		if (typeof received === "number") return received;
		const failed = scatter(task.memory, header.spans, into.subarray(0, received.count));
		if (failed !== 0 && received.count > 0) return failed;
		const control = writeControl(task, header, received, found.socket, flags);
		if (control < 0) return control;
		const named = putName(task, header, received);
		if (named !== 0) return named;
		const outFlags = control | (received.truncated ? MSG_TRUNC : 0) | (flags & (MSG_CMSG_CLOEXEC | MSG_ERRQUEUE));
		if (!task.memory.setU32(at + FLAGS_AT, outFlags)) return EFAULT;
		return flags & MSG_TRUNC ? received.length : received.count;
	});
}
function putName(task: GuestTask, header: Header, { from }: Received): 0 | Errno {
	if (header.name === 0) return 0;
	const bytes = from && !(from.family === "unix" && from.path === "") ? encodeAddress(from) : new Uint8Array(0);
	const failed = put(task.memory, header.name, bytes.subarray(0, header.nameLength));
	return failed || (task.memory.setU32(header.at + NAMELEN_AT, bytes.length) ? 0 : EFAULT);
}

/** struct mmsghdr: a msghdr and how much was moved. */
const MMSGHDR = 64;
/** Goes on as long as nothing has to be waited for; what was done counts. */
function several(task: GuestTask, vector: number, count: number, one: (at: number) => number | Blocked): number | Blocked {
	for (let i = 0; i < Math.min(count, 1024); i++) {
		const at = vector + i * MMSGHDR;
		const result = one(at);
		if (result instanceof Blocked) {
			if (i === 0) return whenDone(result, (moved) => (moved < 0 ? moved : task.memory.setU32(at + MSGHDR, moved) ? 1 : EFAULT));
			result.options.cancel?.();
			return i;
		}
		if (result < 0) return i || result;
		if (!task.memory.setU32(at + MSGHDR, result)) return EFAULT;
	}
	return Math.min(count, 1024);
}

export const messageRows: SyscallRow[] = [
	row(46, "sendmsg", ["fd", "message", "messageFlags"], (task, [fd, message, flags]) =>
		sendOne(task, int(fd), message, int(flags)),
	),
	row(47, "recvmsg", ["fd", "outMessage", "messageFlags"], (task, [fd, message, flags]) =>
		receiveOne(task, int(fd), message, int(flags)),
	),
	row(307, "sendmmsg", ["fd", "address", "uint", "flags"], (task, [fd, messages, count, flags]) =>
		several(task, messages, uint(count), (at) => sendOne(task, int(fd), at, int(flags))),
	),
	row(299, "recvmmsg", ["fd", "address", "uint", "flags", "address"], (task, [fd, messages, count, flags, timeout]) => {
		const time = timeout === 0 ? 0 : readTimespec(task, timeout);
		return time < 0 ? time : several(task, messages, uint(count), (at) => receiveOne(task, int(fd), at, int(flags)));
	}),
];
