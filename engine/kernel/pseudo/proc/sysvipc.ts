// /proc/sysvipc: the System V objects of the reader's ipc namespace (man 5 proc, man 1 ipcs).

import { ipcOf } from "../../ipc/namespace";
import type { IpcObject } from "../../ipc/object";
import { sweep } from "../../ipc/segment";
import { fromOutside } from "../../ns/user";
import type { Task } from "../../task";
import type { Sketch } from "../tree";

/** Columns: the head's widths are the rows'. */
const table = (head: string, rows: Array<Array<number | bigint | string>>, widths: number[]): string =>
	`${head}\n${rows.map((row) => `${row.map((cell, index) => String(cell).padStart(widths[index]!)).join(" ")}\n`).join("")}`;
const octal = (mode: number): string => mode.toString(8);
const owners = (task: Task, { uid, gid, cuid, cgid }: IpcObject): number[] => {
	const { user } = task.namespaces;
	const seen = [fromOutside(user, "uidMap", uid), fromOutside(user, "gidMap", gid)];
	return [...seen, fromOutside(user, "uidMap", cuid), fromOutside(user, "gidMap", cgid)];
};
const pid = (task: Task, number: number): number => task.kernel.groupIn(number, task.namespaces.pid);

export const sysvipcFiles: Sketch = {
	msg: {
		read: (task: Task) =>
			table(
				"       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime",
				[...ipcOf(task.namespaces).queues].map((queue) => [
					...[queue.key, queue.id, octal(queue.mode), queue.bytes, queue.messages.length],
					...[pid(task, queue.lastSender), pid(task, queue.lastReceiver), ...owners(task, queue)],
					...[queue.sent, queue.received, queue.changed],
				]),
				[10, 10, 5, 11, 10, 5, 5, 5, 5, 5, 5, 10, 10, 10],
			),
	},
	sem: {
		read: (task: Task) =>
			table(
				"       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime",
				[...ipcOf(task.namespaces).semaphores].map((set) => [
					...[set.key, set.id, octal(set.mode), set.semaphores.length],
					...owners(task, set),
					...[set.operated, set.changed],
				]),
				[10, 10, 5, 10, 5, 5, 5, 5, 10, 10],
			),
	},
	shm: {
		read(task: Task) {
			sweep(task);
			return table(
				"       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap",
				[...ipcOf(task.namespaces).segments].map((segment) => [
					...[segment.key, segment.id, octal(segment.mode), segment.size],
					...[pid(task, segment.creator), pid(task, segment.lastPid), segment.attachments, ...owners(task, segment)],
					...[segment.attached, segment.detached, segment.changed, segment.size, 0],
				]),
				[10, 10, 5, 21, 5, 5, 5, 5, 5, 5, 5, 10, 10, 10, 21, 21],
			);
		},
	},
};
