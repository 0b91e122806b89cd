// RTM_NEWNSID and RTM_GETNSID: the numbers by which a namespace knows others, for links that lead there.

import { ERRNO, type Errno } from "../../../../lib/errno";
import { type Attributes, asNumber, u32 } from "../../../../lib/netlink/attribute";
import { NETNSA, NLM_F, RTM } from "../../../../lib/netlink/constants";
import { body, parseBody, rtgenmsg } from "../../../../lib/netlink/route";
import { namespaceOf } from "../../../ns/file";
import type { Namespaces } from "../../../ns/namespaces";
import type { Task } from "../../../task";
import { type NetStack, stackOf } from "../../stack";
import type { Reply, Request } from "../handler";

const NOT_ASSIGNED = 0xffffffff;

/** The namespace that a process is in, or that a descriptor stands for. ESRCH, EBADF, EINVAL. */
export function stackByPid(task: Task, pid: number): NetStack | Errno {
	const found = task.kernel.findTask(pid, task.namespaces.pid);
	return found ? stackOf(found.namespaces.net) : -ERRNO.ESRCH;
}
export function stackByFd(task: Task, fd: number): NetStack | Errno {
	const file = task.files.get(fd);
	if (!file) return -ERRNO.EBADF;
	const namespace = namespaceOf(file);
	return namespace?.kind === "net" ? stackOf(namespace as Namespaces["net"]) : -ERRNO.EINVAL;
}
function named(task: Task, attributes: Attributes): NetStack | Errno {
	const [pid, fd] = [attributes.get(NETNSA.PID), attributes.get(NETNSA.FD)];
	if (pid) return stackByPid(task, asNumber(pid));
	return fd ? stackByFd(task, asNumber(fd) | 0) : -ERRNO.EINVAL;
}
export function newId({ task, stack, body: bytes }: Request): Reply {
	const { attributes } = parseBody(rtgenmsg, bytes);
	const id = attributes.get(NETNSA.NSID);
	if (!id) return -ERRNO.EINVAL;
	const other = named(task, attributes);
	if (typeof other === "number") return other;
	if (stack.namespaceIds.has(other)) return -ERRNO.EEXIST;
	const wanted = asNumber(id);
	if (wanted === NOT_ASSIGNED) stack.namespaceId(other);
	else if ([...stack.namespaceIds.values()].includes(wanted)) return -ERRNO.ENOSPC;
	else stack.namespaceIds.set(other, wanted);
	return 0;
}
export function getId({ task, stack, body: bytes, flags }: Request): Reply {
	const answer = (id: number) => ({ type: RTM.NEWNSID, body: body(rtgenmsg, {}, [u32(NETNSA.NSID, id)]) });
	if ((flags & NLM_F.DUMP) === NLM_F.DUMP) return [...stack.namespaceIds.values()].map(answer);
	const { attributes } = parseBody(rtgenmsg, bytes);
	const other = named(task, attributes);
	if (typeof other === "number") return other;
	return [answer(stack.namespaceIds.get(other) ?? NOT_ASSIGNED)];
}
