// A terminal whose far end is outside the machine: the page's console, or the Node host's own terminal.
//
// It is a virtual console (/dev/tty1, tty2, …; the first is /dev/console too), so `ps` and `tty` name it. What programs show is
// kept until the far end takes it, at most 64 KiB: then who writes waits, so that `cat /dev/zero` cannot eat the memory.

import { makedev } from "../../../fs/vfs/mode";
import { type MountNamespace, type Place, rootDentry } from "../../../fs/vfs/mount";
import type { WinSize } from "../../../sys";
import type { Kernel } from "../../task";
import { FileDescription } from "../description";
import { O_RDWR } from "../flags";
import { ByteQueue } from "../queue";
import { TerminalFile } from "./file";
import { Terminal } from "./terminal";
import { IUTF8 } from "./termios";

const CAPACITY = 65536;
const TTY_MAJOR = 4;

export interface Console {
	/** "tty1": its node is /dev/tty1. */
	readonly name: string;
	readonly terminal: Terminal;
	/**
	 * Who shows the bytes. It is called with pieces of at most 64 KiB, never again before the promise that it returned is
	 * settled. What was shown before it was set comes first.
	 */
	onOutput: ((bytes: Uint8Array) => void | Promise<void>) | undefined;
	/** Bytes that were typed. Resolves once the machine has room for more. */
	input(bytes: Uint8Array): Promise<void>;
	resize(size: WinSize): void;
	/** The far end is gone: SIGHUP. */
	hangup(): void;
	/**
	 * A fresh description of the program's side, for descriptors 0, 1 and 2 of a shell: put it into a table (which holds it).
	 * `namespace` has a devtmpfs mounted, whose node it then is: ttyname(3) finds its way by it.
	 */
	open(namespace?: MountNamespace): FileDescription;
}

const consoles = new WeakMap<Kernel, Map<number, TerminalConsole>>();

/** Makes the machine's next console. */
export function createPty(kernel: Kernel, size: WinSize = { rows: 24, cols: 80 }): Console {
	const made = consolesOf(kernel);
	let number = 1;
	while (made.has(number)) number++;
	const result = new TerminalConsole(kernel, number, size);
	made.set(number, result);
	return result;
}
const consolesOf = (kernel: Kernel): Map<number, TerminalConsole> => {
	let made = consoles.get(kernel);
	if (!made) {
		made = new Map();
		consoles.set(kernel, made);
	}
	return made;
};
/** The terminal of /dev/ttyN; 0 is the first there is, which /dev/console means too. */
export function consoleTerminal(kernel: Kernel, number: number): Terminal | undefined {
	const made = consolesOf(kernel);
	return (number === 0 ? made.values().next().value : made.get(number))?.terminal;
}

class TerminalConsole implements Console {
	readonly terminal: Terminal;
	readonly name: string;
	private readonly shown = new ByteQueue();
	private listener: Console["onOutput"];
	/** The listener has a piece, or a microtask is about to give it one. */
	private busy = false;

	constructor(kernel: Kernel, number: number, size: WinSize) {
		this.name = `tty${number}`;
		this.terminal = new Terminal(kernel, makedev(TTY_MAJOR, number), this.name, {
			room: () => CAPACITY - this.shown.length,
			show: (bytes) => {
				this.shown.push(bytes);
				this.schedule();
			},
		});
		this.terminal.resize(size);
		const { termios } = this.terminal.discipline;
		this.terminal.discipline.setTermios({ ...termios, iflag: termios.iflag | IUTF8 });
	}
	get onOutput(): Console["onOutput"] {
		return this.listener;
	}
	set onOutput(listener: Console["onOutput"]) {
		this.listener = listener;
		this.schedule();
	}
	/** Later in the same turn, so that many small writes make one piece. */
	private schedule(): void {
		if (this.busy || !this.listener || this.shown.length === 0) return;
		this.busy = true;
		queueMicrotask(() => void this.deliver());
	}
	private async deliver(): Promise<void> {
		while (this.listener && this.shown.length > 0) {
			const bytes = new Uint8Array(this.shown.length);
			this.shown.take(bytes);
			const shown = this.listener(bytes);
			if (shown) await shown;
			this.terminal.drained();
		}
		this.busy = false;
	}
	async input(bytes: Uint8Array): Promise<void> {
		for (let done = 0; done < bytes.length; ) {
			const taken = this.terminal.receive(bytes.subarray(done));
			done += taken;
			if (taken === 0) await new Promise<void>((resolve) => this.terminal.typists.add(resolve));
		}
	}
	resize(size: WinSize): void {
		this.terminal.resize(size);
	}
	hangup(): void {
		this.terminal.vhangup();
	}
	open(namespace?: MountNamespace): FileDescription {
		const place = namespace && this.node(namespace);
		return new FileDescription(new TerminalFile(this.terminal), O_RDWR, place, place?.dentry.inode);
	}
	private node(namespace: MountNamespace): Place | undefined {
		for (const mount of namespace.mounts) {
			if (mount.fs.type !== "devtmpfs") continue;
			const dentry = rootDentry(mount.fs).lookup(this.name);
			if (typeof dentry !== "number") return { mount, dentry };
		}
		return undefined;
	}
}
