// The terminal's ioctls (man 2 ioctl_tty), one row each. On a pty's master most of them act on the slave, as Linux has it.

import { CAP_SYS_ADMIN } from "../../../fs/vfs/mode";
import { capable } from "../../../fs/vfs/permission";
import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { FileDescription, IoctlMemory } from "../description";
import { SIGTTOU } from "../flags";
import {
	FIONREAD,
	readInt,
	TCFLSH,
	TCGETS,
	TCGETS2,
	TCSBRK,
	TCSBRKP,
	TCSETS,
	TCSETS2,
	TCSETSF,
	TCSETSW,
	TCXONC,
	TIOCCBRK,
	TIOCEXCL,
	TIOCGETD,
	TIOCGPGRP,
	TIOCGSID,
	TIOCGWINSZ,
	TIOCNOTTY,
	TIOCNXCL,
	TIOCOUTQ,
	TIOCSBRK,
	TIOCSCTTY,
	TIOCSETD,
	TIOCSPGRP,
	TIOCSTI,
	TIOCSWINSZ,
	TIOCVHANGUP,
	writeInt,
} from "../ioctl";
import { reads } from "../pipe";
import type { Terminal } from "./terminal";
import { decodeTermios, encodeTermios, TERMIOS_SIZE, TERMIOS2_SIZE, VSTART, VSTOP } from "./termios";

interface Call {
	terminal: Terminal;
	file: FileDescription;
	task: Task;
	memory: IoctlMemory;
	request: number;
	/** Asked through the master. */
	fromMaster: boolean;
}
type Handler = (call: Call) => number | Blocked;

const own = ({ terminal, task, fromMaster }: Call): boolean => fromMaster || task.process.terminal === terminal;

/** Changes by a background group wait until it is in the foreground (SIGTTOU). */
const inForeground =
	(handler: Handler): Handler =>
	(call) => {
		const checked = call.terminal.check(call.task, SIGTTOU);
		return checked !== 0 ? checked : handler(call);
	};

const getTermios =
	(size: number): Handler =>
	({ terminal, memory }) =>
		memory.write(encodeTermios(terminal.discipline.termios, size)) ? 0 : -ERRNO.EFAULT;

const setTermios = (size: number): Handler =>
	inForeground(({ terminal, memory, request }) => {
		const bytes = memory.read(size);
		if (!bytes) return -ERRNO.EFAULT;
		if (request === TCSETSF) terminal.flushInput();
		terminal.discipline.setTermios(decodeTermios(bytes));
		return 0;
	});

const flush: Handler = inForeground(({ terminal, memory }) => {
	if (memory.argument < 0 || memory.argument > 2) return -ERRNO.EINVAL;
	if (memory.argument !== 1) terminal.flushInput();
	return 0;
});

const TCOOFF = 0;
const TCOON = 1;
const TCIOFF = 2;
const TCION = 3;
const suspend: Handler = inForeground(({ terminal, memory }) => {
	const { discipline } = terminal;
	switch (memory.argument) {
		case TCOOFF:
			discipline.stop();
			return 0;
		case TCOON:
			discipline.start();
			return 0;
		case TCIOFF:
		case TCION: {
			const key = discipline.termios.cc[memory.argument === TCIOFF ? VSTOP : VSTART]!;
			if (key && terminal.room() > 0) terminal.show(Uint8Array.of(key));
			return 0;
		}
	}
	return -ERRNO.EINVAL;
});

const getSize: Handler = ({ terminal, memory }) => {
	const { rows, cols, pixels } = terminal.windowSize;
	const bytes = new Uint8Array(new Uint16Array([rows, cols, ...pixels]).buffer);
	return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
};
const setSize: Handler = ({ terminal, memory }) => {
	const bytes = memory.read(8);
	if (!bytes) return -ERRNO.EFAULT;
	const [rows, cols, x, y] = new Uint16Array(bytes.slice().buffer);
	terminal.resize({ rows: rows!, cols: cols! }, [x!, y!]);
	return 0;
};

const getGroup: Handler = (call) => {
	const { terminal, task, memory } = call;
	if (!own(call)) return -ERRNO.ENOTTY;
	return writeInt(memory, task.kernel.groupIn(terminal.foreground, task.namespaces.pid));
};
const setGroup: Handler = (call) => {
	const { terminal, task, memory } = call;
	const checked = terminal.check(task, SIGTTOU);
	if (checked === -ERRNO.EIO) return -ERRNO.ENOTTY;
	if (checked !== 0) return checked;
	if (task.process.terminal !== terminal || terminal.session !== task.process.sid) return -ERRNO.ENOTTY;
	const wanted = readInt(memory);
	if (wanted === undefined) return -ERRNO.EFAULT;
	return setForeground(terminal, task, wanted);
};
/** tcsetpgrp(3), with the checks on the terminal done. `wanted` is a number of the caller's pid namespace. */
export function setForeground(terminal: Terminal, task: Task, wanted: number): number {
	if (wanted < 0) return -ERRNO.EINVAL;
	const pgid = task.kernel.groupFrom(wanted, task.namespaces.pid);
	if (!pgid) return -ERRNO.ESRCH;
	for (const process of task.kernel.processes())
		if (process.pgid === pgid && process.sid !== task.process.sid) return -ERRNO.EPERM;
	terminal.foreground = pgid;
	return 0;
}

const getSession: Handler = (call) => {
	const { terminal, task, memory } = call;
	if (!own(call) || !terminal.session) return -ERRNO.ENOTTY;
	return writeInt(memory, task.kernel.groupIn(terminal.session, task.namespaces.pid));
};
const takeControl: Handler = ({ terminal, task, memory, file, fromMaster }) =>
	fromMaster ? -ERRNO.EIO : setControlling(terminal, file, task, memory.argument === 1);
/** TIOCSCTTY. `steal` takes it from another session, as root may. */
export function setControlling(terminal: Terminal, file: FileDescription, task: Task, steal: boolean): number {
	const { process } = task;
	const leads = process.pid === process.sid;
	if (leads && terminal.session === process.sid) return 0;
	if (!leads || process.terminal) return -ERRNO.EPERM;
	const admin = capable(task.credentials, CAP_SYS_ADMIN);
	if (terminal.session) {
		if (!steal || !admin) return -ERRNO.EPERM;
		for (const other of task.kernel.processes()) if (other.terminal === terminal) other.terminal = undefined;
	}
	if (!reads(file.flags) && !admin) return -ERRNO.EPERM;
	terminal.control(process);
	return 0;
}
const giveUp: Handler = ({ terminal, task }) => {
	if (task.process.terminal !== terminal) return -ERRNO.ENOTTY;
	terminal.disown(task.process);
	return 0;
};
const hangUp: Handler = ({ terminal, task }) => {
	if (!capable(task.credentials, CAP_SYS_ADMIN)) return -ERRNO.EPERM;
	terminal.vhangup();
	return 0;
};
const exclusive =
	(on: boolean): Handler =>
	({ terminal }) => {
		terminal.exclusive = on;
		return 0;
	};
/** Breaks mean nothing on a line without wires. */
const nothing: Handler = () => 0;

const N_TTY = 0;
const handlers = new Map<number, Handler>([
	[TCGETS, getTermios(TERMIOS_SIZE)],
	[TCGETS2, getTermios(TERMIOS2_SIZE)],
	[TCSETS, setTermios(TERMIOS_SIZE)],
	[TCSETSW, setTermios(TERMIOS_SIZE)],
	[TCSETSF, setTermios(TERMIOS_SIZE)],
	[TCSETS2, setTermios(TERMIOS2_SIZE)],
	[TCSETS2 + 1, setTermios(TERMIOS2_SIZE)],
	[TCSETS2 + 2, setTermios(TERMIOS2_SIZE)],
	[TCFLSH, flush],
	[TCXONC, suspend],
	[TCSBRK, nothing],
	[TCSBRKP, nothing],
	[TIOCSBRK, nothing],
	[TIOCCBRK, nothing],
	[TIOCGWINSZ, getSize],
	[TIOCSWINSZ, setSize],
	[TIOCGPGRP, getGroup],
	[TIOCSPGRP, setGroup],
	[TIOCGSID, getSession],
	[TIOCSCTTY, takeControl],
	[TIOCNOTTY, giveUp],
	[TIOCVHANGUP, hangUp],
	[TIOCEXCL, exclusive(true)],
	[TIOCNXCL, exclusive(false)],
	[TIOCOUTQ, ({ memory }) => writeInt(memory, 0)],
	[FIONREAD, ({ terminal, memory }) => writeInt(memory, terminal.discipline.pending)],
	[TIOCGETD, ({ memory }) => writeInt(memory, N_TTY)],
	[TIOCSETD, ({ memory }) => (readInt(memory) === N_TTY ? 0 : -ERRNO.EINVAL)],
	// As a kernel with dev.tty.legacy_tiocsti=0.
	[TIOCSTI, () => -ERRNO.EIO],
]);

export function ioctlTerminal(
	terminal: Terminal,
	file: FileDescription,
	task: Task,
	request: number,
	memory: IoctlMemory,
	fromMaster = false,
): number | Blocked {
	const handler = handlers.get(request);
	return handler ? handler({ terminal, file, task, memory, request, fromMaster }) : -ERRNO.ENOTTY;
}
