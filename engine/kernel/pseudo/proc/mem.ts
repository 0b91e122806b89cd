// /proc/PID/mem: a program's memory, address by address (man 5 proc). It is the memory that was there at open(2), whatever the process
// runs later.

import { S_IFREG } from "../../../fs/vfs/mode";
import { ERRNO, type Errno } from "../../../lib/errno";
import { type FileDescription, type FileOperations, POLLIN, POLLOUT } from "../../file/description";
import { SEEK_CUR, SEEK_SET } from "../../file/flags";
import type { SpecialInode } from "../../file/special";
import { readForeign, writeForeign } from "../../mm/foreign";
import type { Mm } from "../../mm/mm";
import { mayInspect } from "../../proc/access";
import { recordOf } from "../../proc/process";
import type { Task } from "../../task";
import type { WaitQueue } from "../../wait";
import { PseudoNode } from "../tree";
import type { ProcFs } from "./proc";
import type { Subject } from "./process";

export class MemoryNode extends PseudoNode implements SpecialInode {
	constructor(
		fs: ProcFs,
		private readonly subject: Subject,
	) {
		super(fs, S_IFREG, 0o600, subject.owner);
	}
	openFile(task: Task): FileOperations | Errno {
		const { task: target, process } = this.subject;
		if (!target) return -ERRNO.ESRCH;
		if (!mayInspect(task, target)) return -ERRNO.EACCES;
		return new OpenMemory(recordOf(process).mm);
	}
}

class OpenMemory implements FileOperations {
	readonly label = "";
	/** Without any: a native program, whose memory is nobody's to see. */
	constructor(private readonly mm: Mm | undefined) {}

	read(file: FileDescription, _task: Task, into: Uint8Array, offset?: number): number {
		const at = offset ?? file.position;
		const { mm } = this;
		if (!mm || mm.users <= 0 || into.length === 0) return 0;
		const bytes = readForeign(mm, at, into.length);
		into.set(bytes);
		return this.moved(file, bytes.length, offset);
	}
	write(file: FileDescription, _task: Task, bytes: Uint8Array, offset?: number): number {
		const at = offset ?? file.position;
		const { mm } = this;
		if (!mm || mm.users <= 0 || bytes.length === 0) return 0;
		return this.moved(file, writeForeign(mm, at, bytes), offset);
	}
	private moved(file: FileDescription, count: number, offset?: number): number {
		if (count === 0) return -ERRNO.EIO;
		if (offset === undefined) file.position += count;
		return count;
	}
	/** There is no end (mem_lseek). */
	seek(file: FileDescription, offset: number, whence: number): number {
		if (whence !== SEEK_SET && whence !== SEEK_CUR) return -ERRNO.EINVAL;
		file.position = whence === SEEK_SET ? offset : file.position + offset;
		return file.position;
	}
	poll(): number {
		return POLLIN | POLLOUT;
	}
	queues(): readonly WaitQueue[] {
		return [];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {}
}
