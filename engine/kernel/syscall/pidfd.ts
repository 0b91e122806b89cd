// System calls on descriptors of processes. Decoding only; proc/pidfd and proc/kill act.

import { ERRNO } from "../../lib/errno";
import { signalGroup, signalProcess, tgkill } from "../proc/kill";
import { pidfdGetfd, pidfdOpen, signalTargetOf } from "../proc/pidfd";
import { taskRecord } from "../proc/process";
import { SI_TKILL } from "../proc/signal/pending";
import { SIGINFO_SIZE } from "../proc/signal/siginfo";
import type { GuestTask, SyscallRow } from "./row";

const SIGNAL_THREAD = 1;
const SIGNAL_THREAD_GROUP = 2;
const SIGNAL_PROCESS_GROUP = 4;

function sendSignal(task: GuestTask, fd: number, signal: number, infoAt: number, flags: number): number {
	if (flags & ~(SIGNAL_THREAD | SIGNAL_THREAD_GROUP | SIGNAL_PROCESS_GROUP) || flags & (flags - 1)) return -ERRNO.EINVAL;
	const found = signalTargetOf(task, fd);
	if (typeof found === "number") return found;
	const record = taskRecord(task);
	let raw: Uint8Array | undefined;
	if (infoAt !== 0) {
		raw = task.memory.readable(infoAt, SIGINFO_SIZE)?.slice();
		if (!raw) return -ERRNO.EFAULT;
		const view = new DataView(raw.buffer);
		if (view.getInt32(0, true) !== signal) return -ERRNO.EINVAL;
		const code = view.getInt32(8, true);
		if ((code >= 0 || code === SI_TKILL) && found.process !== record.process) return -ERRNO.EPERM;
	}
	if (flags & SIGNAL_PROCESS_GROUP) return signalGroup(record, found.process.group, signal);
	const { thread } = found;
	if (!(flags & SIGNAL_THREAD) && (!thread || flags & SIGNAL_THREAD_GROUP)) {
		return signalProcess(record, found.process, signal, raw);
	}
	const tid = (thread ?? found.process.leader).tidIn(task.namespaces.pid);
	return tgkill(record, undefined, tid, signal, raw);
}

export const pidfdRows: SyscallRow[] = [
	{
		number: 434,
		name: "pidfd_open",
		args: ["pid", "flags"],
		handler: (task, [pid, flags]) => pidfdOpen(taskRecord(task), pid | 0, flags | 0),
	},
	{
		number: 424,
		name: "pidfd_send_signal",
		args: ["fd", "signal", "address", "flags"],
		handler: (task, [fd, signal, info, flags]) => sendSignal(task, fd | 0, signal | 0, info, flags | 0),
	},
	{
		number: 438,
		name: "pidfd_getfd",
		args: ["fd", "fd", "flags"],
		handler: (task, [pidfd, fd, flags]) => ((flags | 0) !== 0 ? -ERRNO.EINVAL : pidfdGetfd(task, pidfd | 0, fd | 0)),
	},
];
