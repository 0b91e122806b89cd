// System V message queues (man 2 msgget, msgop, msgctl).

import { ERRNO, type Errno } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { ipcOf } from "./namespace";
import { IPC_NOWAIT, IpcObject, MAY_READ, MAY_WRITE, seconds } from "./object";

const MSG_NOERROR = 0o10000;
const MSG_EXCEPT = 0o20000;
const MSG_COPY = 0o40000;

export interface Message {
	type: number;
	bytes: Uint8Array;
}

export class MessageQueue extends IpcObject {
	readonly messages: Message[] = [];
	sent = 0n;
	received = 0n;
	lastSender = 0;
	lastReceiver = 0;
	readonly readable = new WaitQueue();
	readonly writable = new WaitQueue();

	constructor(
		task: Task,
		id: number,
		key: number,
		mode: number,
		/** msg_qbytes. */
		public capacity: number,
	) {
		super(task, id, key, mode);
	}
	get bytes(): number {
		return this.messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
	}
}

export function msgget(task: Task, key: number, flags: number): number {
	const { queues, limits } = ipcOf(task.namespaces);
	const make = (id: number): MessageQueue => new MessageQueue(task, id, key, flags & 0o777, limits.msgmnb);
	return queues.open(
		task,
		key,
		flags,
		limits.msgmni,
		() => 0,
		make,
		() => 0,
	);
}

export function msgsnd(task: Task, id: number, message: Message, flags: number): number | Blocked {
	const { queues, limits } = ipcOf(task.namespaces);
	if (message.bytes.length > limits.msgmax || message.type < 1 || id < 0) return -ERRNO.EINVAL;
	const queue = queues.find(task, id, MAY_WRITE);
	if (typeof queue === "number") return queue;
	const attempt = (): number | Blocked => {
		if (queue.removed) return -ERRNO.EIDRM;
		const fits = queue.bytes + message.bytes.length <= queue.capacity && queue.messages.length < queue.capacity;
		if (!fits) {
			if (flags & IPC_NOWAIT) return -ERRNO.EAGAIN;
			return new Blocked([queue.writable], undefined, { resume: attempt, neverRestart: true });
		}
		queue.messages.push(message);
		queue.sent = seconds(task);
		queue.lastSender = task.process.pid;
		queue.readable.wake();
		return 0;
	};
	return attempt();
}

/** The message, no longer than `most`. E2BIG, ENOMSG, EIDRM. */
export function msgrcv(
	task: Task,
	id: number,
	most: number,
	type: number,
	flags: number,
): Message | Errno | Blocked<Message | Errno> {
	if (id < 0 || most < 0) return -ERRNO.EINVAL;
	if (flags & MSG_COPY && (flags & MSG_EXCEPT || !(flags & IPC_NOWAIT))) return -ERRNO.EINVAL;
	const queue = ipcOf(task.namespaces).queues.find(task, id, MAY_READ);
	if (typeof queue === "number") return queue;
	const attempt = (): Message | Errno | Blocked<Message | Errno> => {
		if (queue.removed) return -ERRNO.EIDRM;
		const index = flags & MSG_COPY ? (type < queue.messages.length ? type : -1) : choose(queue.messages, type, flags);
		if (index < 0) {
			if (flags & IPC_NOWAIT) return -ERRNO.ENOMSG;
			return new Blocked<Message | Errno>([queue.readable], undefined, { resume: attempt, neverRestart: true });
		}
		const message = queue.messages[index]!;
		if (message.bytes.length > most && !(flags & MSG_NOERROR)) return -ERRNO.E2BIG;
		const cut = { type: message.type, bytes: message.bytes.subarray(0, most) };
		if (flags & MSG_COPY) return cut;
		queue.messages.splice(index, 1);
		queue.received = seconds(task);
		queue.lastReceiver = task.process.pid;
		queue.writable.wake();
		return cut;
	};
	return attempt();
}
/** 0: the first; above: the first of the type (MSG_EXCEPT: of another); below: the lowest type up to its absolute value. */
function choose(messages: readonly Message[], type: number, flags: number): number {
	if (type === 0) return messages.length > 0 ? 0 : -1;
	if (type > 0) return messages.findIndex((message) => (message.type === type) !== ((flags & MSG_EXCEPT) !== 0));
	let best = -1;
	messages.forEach((message, index) => {
		if (message.type <= -type && (best < 0 || message.type < messages[best]!.type)) best = index;
	});
	return best;
}
export function removeQueue(task: Task, queue: MessageQueue): void {
	ipcOf(task.namespaces).queues.remove(queue);
	queue.readable.wake();
	queue.writable.wake();
}
