// The system calls of sys.ts on the real machine, as far as a client program needs them: files, standard streams, terminals,
// signals and outgoing sockets. Everything else answers ENOSYS. This is how `bin/drydock docker` drives a real daemon.

import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as tty from "node:tty";
import { ERRNO, type ErrnoName } from "../../lib/errno";
import { S_IF } from "../../lib/linux";
import {
	type DirEntry,
	type NativeMain,
	type SocketAddress,
	type SocketFamily,
	type Stat,
	type Sys,
	SysError,
	type Termios,
} from "../../sys";
import { plain } from "./bytes";

/** Descriptors of sockets begin here, so that they never meet those of files. */
const FIRST_SOCKET = 1 << 20;

/** Runs a native program as this process: what it leaves open does not keep the process from ending. */
export async function runNative(main: NativeMain, argv: string[], env: string[]): Promise<number> {
	const { sys, release } = nodeProcess();
	try {
		return await main(sys, argv, env);
	} finally {
		release();
	}
}

/** One program's view of the machine. */
export const nodeSys = (): Sys => nodeProcess().sys;

function nodeProcess(): { sys: Sys; release: () => void } {
	const sockets = new Map<number, SocketDescriptor>();
	const handlers = new Map<NodeJS.Signals, () => void>();
	let nextSocket = FIRST_SOCKET;
	const stdin = new InputQueue(() => process.stdin);

	const socketOf = (fd: number, call: string): SocketDescriptor => {
		const found = sockets.get(fd);
		if (!found) throw new SysError("EBADF", call);
		return found;
	};

	const calls: Partial<Sys> = {
		open: (path, flags, mode) => guard("open", path, () => openFile(path, flags, mode)),
		async read(fd, count) {
			const socket = sockets.get(fd);
			if (socket) return socket.input().read(count);
			if (fd === 0 && (tty.isatty(0) || !isFile(0))) return stdin.read(count);
			return guard("read", "", async () => {
				const into = new Uint8Array(count);
				const length = await asyncRead(fd, into, null);
				return into.subarray(0, length);
			});
		},
		async write(fd, bytes) {
			const socket = sockets.get(fd);
			if (socket) return socket.write(bytes);
			return guard("write", "", () => writeRetrying(fd, bytes));
		},
		sendto: async (fd, bytes) => socketOf(fd, "sendto").write(bytes),
		pread: (fd, count, offset) =>
			guard("pread", "", async () => {
				const into = new Uint8Array(count);
				return into.subarray(0, await asyncRead(fd, into, offset));
			}),
		pwrite: (fd, bytes, offset) => guard("pwrite", "", async () => fs.writeSync(fd, bytes, 0, bytes.length, offset)),
		async close(fd) {
			const socket = sockets.get(fd);
			if (socket) {
				sockets.delete(fd);
				socket.stream?.destroy();
				return;
			}
			await guard("close", "", async () => fs.closeSync(fd));
		},
		stat: (path) => guard("stat", path, async () => statOf(fs.statSync(path, { bigint: true }))),
		lstat: (path) => guard("lstat", path, async () => statOf(fs.lstatSync(path, { bigint: true }))),
		fstat: (fd) => guard("fstat", "", async () => statOf(fs.fstatSync(fd, { bigint: true }))),
		readdir: (path) => guard("readdir", path, async () => fs.readdirSync(path, { withFileTypes: true }).map(entryOf)),
		access: (path, mode) => guard("access", path, async () => fs.accessSync(path, mode)),
		mkdir: (path, mode) => guard("mkdir", path, async () => void fs.mkdirSync(path, { mode })),
		rmdir: (path) => guard("rmdir", path, async () => fs.rmdirSync(path)),
		unlink: (path) => guard("unlink", path, async () => fs.unlinkSync(path)),
		rename: (from, to) => guard("rename", from, async () => fs.renameSync(from, to)),
		link: (from, to) => guard("link", from, async () => fs.linkSync(from, to)),
		symlink: (target, path) => guard("symlink", path, async () => fs.symlinkSync(target, path)),
		readlink: (path) => guard("readlink", path, async () => fs.readlinkSync(path)),
		chmod: (path, mode) => guard("chmod", path, async () => fs.chmodSync(path, mode)),
		chown: (path, uid, gid) => guard("chown", path, async () => fs.chownSync(path, uid, gid)),
		lchown: (path, uid, gid) => guard("lchown", path, async () => fs.lchownSync(path, uid, gid)),
		utimens: (path, atime, mtime, nofollow) =>
			guard("utimensat", path, async () =>
				(nofollow ? fs.lutimesSync : fs.utimesSync)(path, Number(atime) / 1e9, Number(mtime) / 1e9),
			),
		truncate: (path, size) => guard("truncate", path, async () => fs.truncateSync(path, size)),
		ftruncate: (fd, size) => guard("ftruncate", "", async () => fs.ftruncateSync(fd, size)),
		fsync: (fd) => guard("fsync", "", async () => fs.fsyncSync(fd)),
		umask: async (mask) => process.umask(mask),
		chdir: (path) => guard("chdir", path, async () => process.chdir(path)),
		getcwd: async () => process.cwd(),

		isatty: async (fd) => tty.isatty(fd),
		async tcgetattr(fd) {
			if (!tty.isatty(fd)) throw new SysError("ENOTTY", "tcgetattr");
			return parseStty(stty(fd, "-g"));
		},
		async tcsetattr(fd, termios) {
			if (!tty.isatty(fd)) throw new SysError("ENOTTY", "tcsetattr");
			stty(fd, formatStty(termios));
		},
		async getwinsize(fd) {
			if (!tty.isatty(fd)) throw new SysError("ENOTTY", "ioctl");
			const size = windowSizeOf(fd);
			return { rows: size[1], cols: size[0] };
		},

		async socket(family, type) {
			if (type !== "stream") throw new SysError("ENOSYS", "socket");
			if (family === "netlink") throw new SysError("EAFNOSUPPORT", "socket");
			sockets.set(nextSocket, new SocketDescriptor(family));
			return nextSocket++;
		},
		connect: (fd, address) => socketOf(fd, "connect").connect(address),
		async shutdown(fd, how) {
			const { stream } = socketOf(fd, "shutdown");
			if (how === "write") stream?.end();
			else stream?.destroy();
		},

		getpid: () => process.pid,
		getppid: async () => process.ppid,
		getuid: () => process.getuid?.() ?? 0,
		getgid: () => process.getgid?.() ?? 0,
		exit: (code) => process.exit(code),
		kill: (pid, signal) => guard("kill", "", async () => void process.kill(pid, signal)),
		async sigaction(signal, action) {
			const name = Object.entries(os.constants.signals).find(([, value]) => value === signal)?.[0] as NodeJS.Signals | undefined;
			if (!name || name === "SIGKILL" || name === "SIGSTOP") throw new SysError("EINVAL", "sigaction");
			// Node has listeners of its own: by SIGWINCH it learns the terminal's size
			const before = handlers.get(name);
			if (before) process.off(name, before);
			handlers.delete(name);
			if (action === "default") return;
			handlers.set(name, action === "ignore" ? () => {} : action);
			process.on(name, handlers.get(name)!);
		},
		nanosleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
		uname: async () => ({
			sysname: os.type(),
			nodename: os.hostname(),
			release: os.release(),
			version: os.version(),
			machine: os.machine(),
		}),
		now: () => BigInt(Date.now()) * 1_000_000n,
		monotonic: () => performance.now(),
		getrandom: (count) => randomFillSync(new Uint8Array(count)),
	};
	const release = (): void => {
		for (const socket of sockets.values()) socket.stream?.destroy();
		stdin.release();
	};
	const sys = new Proxy(calls as Sys, {
		get: (target, name: string) =>
			Reflect.get(target, name) ??
			// "then" is asked for by await: what is no call must not look like one
			(name === "then" || typeof name !== "string"
				? undefined
				: async () => {
						throw new SysError("ENOSYS", name);
					}),
	});
	return { sys, release };
}

/** Node's errors as SysError. */
async function guard<T>(call: string, detail: string, act: () => T | Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		throw asSysError(error, call, detail);
	}
}
function asSysError(error: unknown, call: string, detail = ""): SysError {
	const code = (error as { code?: string }).code ?? "EIO";
	if (code === "ENOTFOUND") return new SysError("EHOSTUNREACH", call, detail);
	return new SysError(code in ERRNO ? (code as ErrnoName) : "EIO", call, detail);
}

const isFile = (fd: number): boolean => {
	try {
		return fs.fstatSync(fd).isFile();
	} catch {
		return true;
	}
};

const openFile = (path: string, flags: number, mode = 0o666): number => fs.openSync(path, flags, mode);

const asyncRead = (fd: number, into: Uint8Array, position: number | null): Promise<number> =>
	new Promise((resolve, reject) =>
		fs.read(fd, into, 0, into.length, position, (error, length) => (error ? reject(error) : resolve(length))),
	);

/** A pipe or terminal in non-blocking mode may be full: tries again rather than fail. */
async function writeRetrying(fd: number, bytes: Uint8Array): Promise<number> {
	for (;;) {
		try {
			return fs.writeSync(fd, bytes);
		} catch (error) {
			if ((error as { code?: string }).code !== "EAGAIN") throw error;
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	}
}

/** stty(1) is the way to the whole of termios: Node itself knows raw and cooked only. */
const stty = (fd: number, argument: string): string =>
	execFileSync("stty", [argument], { stdio: [fd, "pipe", "ignore"], encoding: "utf8" });

/** `stty -g`: iflag, oflag, cflag, lflag and the characters, in hexadecimal, joined by colons. */
function parseStty(saved: string): Termios {
	const [iflag = 0, oflag = 0, cflag = 0, lflag = 0, ...cc] = saved
		.trim()
		.split(":")
		.map((field) => Number.parseInt(field, 16));
	return { iflag, oflag, cflag, lflag, cc: Uint8Array.from(cc) };
}
const formatStty = ({ iflag, oflag, cflag, lflag, cc }: Termios): string =>
	[iflag, oflag, cflag, lflag, ...cc].map((field) => field.toString(16)).join(":");

function windowSizeOf(fd: number): [number, number] {
	const stream = fd === 0 ? new tty.WriteStream(0) : fd === 2 ? process.stderr : process.stdout;
	return (stream as tty.WriteStream).getWindowSize();
}

function statOf(stats: fs.BigIntStats): Stat {
	return {
		dev: Number(stats.dev),
		ino: Number(stats.ino),
		mode: Number(stats.mode),
		nlink: Number(stats.nlink),
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		rdev: Number(stats.rdev),
		size: Number(stats.size),
		blksize: Number(stats.blksize),
		blocks: Number(stats.blocks),
		atime: stats.atimeNs,
		mtime: stats.mtimeNs,
		ctime: stats.ctimeNs,
	};
}

const KINDS: Array<[keyof fs.Dirent & `is${string}`, number]> = [
	["isFIFO", S_IF.IFO],
	["isCharacterDevice", S_IF.CHR],
	["isDirectory", S_IF.DIR],
	["isBlockDevice", S_IF.BLK],
	["isFile", S_IF.REG],
	["isSymbolicLink", S_IF.LNK],
	["isSocket", S_IF.SOCK],
];
function entryOf(entry: fs.Dirent): DirEntry {
	const kind = KINDS.find(([test]) => (entry[test] as () => boolean)())?.[1] ?? 0;
	return { name: entry.name, ino: 0, type: kind >> 12 };
}

/** Bytes of a Node stream, asked for one read at a time. */
class InputQueue {
	private readonly chunks: Uint8Array[] = [];
	private waiting: (() => void) | undefined;
	private ended = false;
	private failure: SysError | undefined;
	private source: NodeJS.ReadableStream | undefined;

	constructor(private readonly open: () => NodeJS.ReadableStream) {}

	async read(count: number): Promise<Uint8Array> {
		this.start();
		while (this.chunks.length === 0) {
			if (this.failure) throw this.failure;
			if (this.ended) return new Uint8Array(0);
			this.source?.resume();
			await new Promise<void>((resolve) => {
				this.waiting = resolve;
			});
		}
		const first = this.chunks[0]!;
		if (first.length <= count) {
			this.chunks.shift();
			return first;
		}
		this.chunks[0] = first.subarray(count);
		return first.subarray(0, count);
	}

	/** Nobody reads any more. */
	release(): void {
		this.source?.pause();
		(this.source as { unref?: () => void } | undefined)?.unref?.();
	}

	private start(): void {
		if (this.source) return;
		this.source = this.open();
		const wake = () => this.waiting?.();
		this.source.on("data", (chunk: Buffer) => {
			this.chunks.push(plain(chunk));
			this.source?.pause();
			wake();
		});
		for (const event of ["end", "close"])
			this.source.on(event, () => {
				this.ended = true;
				wake();
			});
		this.source.on("error", (error) => {
			this.failure = asSysError(error, "read");
			wake();
		});
	}
}

class SocketDescriptor {
	stream: net.Socket | undefined;
	private queue: InputQueue | undefined;
	constructor(private readonly family: SocketFamily) {}

	connect(address: SocketAddress): Promise<void> {
		if (address.family !== this.family || address.family === "netlink") throw new SysError("EAFNOSUPPORT", "connect");
		const target = address.family === "unix" ? { path: address.path } : { host: address.address, port: address.port };
		return new Promise((resolve, reject) => {
			const stream = net.connect({ ...target, allowHalfOpen: true } as net.NetConnectOpts);
			stream.once("error", (error) => reject(asSysError(error, "connect")));
			stream.once("connect", () => {
				stream.removeAllListeners("error");
				stream.on("error", () => {});
				this.stream = stream;
				this.queue = new InputQueue(() => stream);
				resolve();
			});
		});
	}
	input(): InputQueue {
		if (!this.queue) throw new SysError("ENOTCONN", "read");
		return this.queue;
	}
	write(bytes: Uint8Array): Promise<number> {
		return new Promise((resolve, reject) => {
			if (!this.stream) return reject(new SysError("ENOTCONN", "write"));
			if (this.stream.destroyed || this.stream.writableEnded) return reject(new SysError("EPIPE", "write"));
			this.stream.write(bytes, (error) => (error ? reject(asSysError(error, "write")) : resolve(bytes.length)));
		});
	}
}
