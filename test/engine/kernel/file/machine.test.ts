// Files, terminals, sockets and the pseudo file systems as programs of a running machine use them.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPty } from "../../../../engine/kernel/file/tty/console";
import { fileSystemTypes } from "../../../../engine/kernel/pseudo/index";
import { exitStatus, type NativeMain, type Sys } from "../../../../engine/sys";
import { type TestMachine, testMachine } from "../proc/machine";

const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 0o100, NONBLOCK: 0o4000 };
const S_IFIFO = 0o10000;
const POLLIN = 1;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let machine: TestMachine;
beforeEach(() => {
	machine = testMachine({ fileSystemTypes: fileSystemTypes() });
});
afterEach(() => machine.shutdown());
const run = async (main: NativeMain): Promise<void> => {
	expect(exitStatus(await machine.run(main))).toBe(0);
};
async function readFile(sys: Sys, path: string): Promise<string> {
	const fd = await sys.open(path, O.RDONLY);
	let text = "";
	for (;;) {
		const piece = await sys.read(fd, 4096);
		if (piece.length === 0) break;
		text += decode(piece);
	}
	await sys.close(fd);
	return text;
}
async function writeFile(sys: Sys, path: string, text: string): Promise<void> {
	const fd = await sys.open(path, O.WRONLY);
	await sys.write(fd, encode(text));
	await sys.close(fd);
}
async function mountAll(sys: Sys): Promise<void> {
	for (const name of ["proc", "sys", "dev", "tmp"]) await sys.mkdir(`/${name}`, 0o755);
	await sys.mount("proc", "/proc", "proc", 0, "");
	await sys.mount("sysfs", "/sys", "sysfs", 0, "");
	await sys.mount("devtmpfs", "/dev", "devtmpfs", 0, "");
	await sys.mount("devpts", "/dev/pts", "devpts", 0, "gid=5,mode=620,ptmxmode=666");
	await sys.mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, "");
}

describe("pipes and FIFOs between processes", () => {
	test("a write larger than the pipe goes through whole, as the reader takes it", () =>
		run(async (sys) => {
			const [read, write] = await sys.pipe2(0);
			const child = await sys.clone({
				flags: 0,
				main: async (child) => {
					await child.close(read);
					const sent = await child.write(write, new Uint8Array(300_000).fill(5));
					return sent === 300_000 ? 0 : 1;
				},
			});
			await sys.close(write);
			let total = 0;
			for (;;) {
				const piece = await sys.read(read, 10_000);
				if (piece.length === 0) break;
				total += piece.length;
			}
			expect(total).toBe(300_000);
			return exitStatus((await sys.wait4(child)).status)!;
		}));
	test("opening a FIFO waits for the other side; without waiting a lone writer gets ENXIO", () =>
		run(async (sys) => {
			await sys.mknod("/fifo", S_IFIFO | 0o644, 0);
			await expect(sys.open("/fifo", O.WRONLY | O.NONBLOCK)).rejects.toMatchObject({ errno: "ENXIO" });
			const order: string[] = [];
			const opened = sys.open("/fifo", O.RDONLY).then((fd) => {
				order.push("reader");
				return fd;
			});
			await sys.nanosleep(20);
			order.push("writer");
			const write = await sys.open("/fifo", O.WRONLY);
			const read = await opened;
			expect(order).toEqual(["writer", "reader"]);
			await sys.write(write, encode("through"));
			await sys.close(write);
			expect(decode(await sys.read(read, 100))).toBe("through");
			expect((await sys.read(read, 100)).length).toBe(0);
			return 0;
		}));
	test("poll waits no longer than its timeout, and less when something comes", () =>
		run(async (sys) => {
			const [read, write] = await sys.pipe2(0);
			const before = sys.monotonic();
			expect(await sys.poll([{ fd: read, events: POLLIN }], 30)).toEqual([{ fd: read, events: POLLIN, revents: 0 }]);
			expect(sys.monotonic() - before).toBeGreaterThanOrEqual(29);
			const waiting = sys.poll([{ fd: read, events: POLLIN }], 10_000);
			await sys.write(write, encode("x"));
			expect((await waiting)[0]!.revents).toBe(POLLIN);
			return 0;
		}));
});

describe("UNIX sockets", () => {
	test("a descriptor that is sent works in the receiver after the sender has closed it", () =>
		run(async (sys) => {
			const listener = await sys.socket("unix", "stream");
			await sys.bind(listener, { family: "unix", path: "/socket" });
			await expect(sys.bind(await sys.socket("unix", "stream"), { family: "unix", path: "/socket" })).rejects.toMatchObject({
				errno: "EADDRINUSE",
			});
			await sys.listen(listener, 5);
			const client = await sys.socket("unix", "stream");
			await sys.connect(client, { family: "unix", path: "/socket" });
			const server = await sys.accept(listener);
			const [read, write] = await sys.pipe2(0);
			await sys.sendmsg(client, encode("take this"), [write]);
			await sys.close(write);
			const message = await sys.recvmsg(server, 100);
			expect(decode(message.bytes)).toBe("take this");
			expect(message.fds).toHaveLength(1);
			await sys.write(message.fds[0]!, encode("hello"));
			await sys.close(message.fds[0]!);
			expect(decode(await sys.read(read, 100))).toBe("hello");
			expect((await sys.read(read, 100)).length).toBe(0);
			await sys.shutdown(client, "write");
			expect((await sys.recvmsg(server, 10)).bytes.length).toBe(0);
			return 0;
		}));
	test("a file that is no socket, and a socket that nobody listens on, refuse", () =>
		run(async (sys) => {
			await sys.close(await sys.open("/plain", O.CREAT | O.WRONLY, 0o644));
			const connect = async (path: string) => sys.connect(await sys.socket("unix", "stream"), { family: "unix", path });
			await expect(connect("/plain")).rejects.toMatchObject({ errno: "ECONNREFUSED" });
			await expect(connect("/missing")).rejects.toMatchObject({ errno: "ENOENT" });
			const bound = await sys.socket("unix", "stream");
			await sys.bind(bound, { family: "unix", path: "/bound" });
			await expect(connect("/bound")).rejects.toMatchObject({ errno: "ECONNREFUSED" });
			return 0;
		}));
});

describe("internet sockets over loopback", () => {
	test("connect is refused, unreachable or accepted; ports are taken once", () =>
		run(async (sys) => {
			const connect = async (address: string, port: number) =>
				sys.connect(await sys.socket("inet", "stream"), { family: "inet", address, port });
			await expect(connect("127.0.0.1", 81)).rejects.toMatchObject({ errno: "ECONNREFUSED" });
			await expect(connect("192.0.2.1", 81)).rejects.toMatchObject({ errno: "ENETUNREACH" });
			const listener = await sys.socket("inet", "stream");
			await sys.bind(listener, { family: "inet", address: "0.0.0.0", port: 8080 });
			await sys.listen(listener, 1);
			await expect(
				sys.bind(await sys.socket("inet", "stream"), { family: "inet", address: "127.0.0.1", port: 8080 }),
			).rejects.toMatchObject({ errno: "EADDRINUSE" });
			await connect("127.0.0.1", 8080);
			const server = await sys.accept(listener);
			expect(await sys.getsockname(server)).toEqual({ family: "inet", address: "127.0.0.1", port: 8080 });
			return 0;
		}));
});

describe("terminals", () => {
	test("a pty: its number, its path, its size, and a line through the discipline", () =>
		run(async (sys) => {
			await mountAll(sys);
			const { fd, path, number } = await sys.openpt("/dev/ptmx");
			expect([path, number]).toEqual(["/dev/pts/0", 0]);
			expect((await sys.readdir("/dev/pts")).map(({ name }) => name)).toEqual(["0", "ptmx"]);
			expect(await sys.stat(path)).toMatchObject({ mode: 0o20620, gid: 5 });
			const slave = await sys.open(path, O.RDWR);
			expect(await sys.isatty(slave)).toBe(true);
			await sys.setwinsize(fd, { rows: 30, cols: 100 });
			expect(await sys.getwinsize(slave)).toEqual({ rows: 30, cols: 100 });
			await sys.write(fd, encode("lx\x7fs\n"));
			expect(decode(await sys.read(slave, 100))).toBe("ls\n");
			expect(decode(await sys.read(fd, 100))).toBe("lx\b \bs\r\n");
			await sys.close(slave);
			await expect(sys.read(fd, 100)).rejects.toMatchObject({ errno: "EIO" });
			await sys.close(fd);
			expect((await sys.readdir("/dev/pts")).map(({ name }) => name)).toEqual(["ptmx"]);
			return 0;
		}));
	test("a console that shows slowly holds back who writes, and loses nothing", async () => {
		const kernel = machine.kernel.machine;
		const console = createPty(kernel);
		let shown = 0;
		let most = 0;
		const file = console.open().hold();
		console.onOutput = async (bytes) => {
			most = Math.max(most, bytes.length);
			shown += bytes.length;
			await new Promise((resolve) => setTimeout(resolve, 1));
		};
		await run(async (sys) => {
			const task = kernel.findTask(sys.getpid(), kernel.initial.pid)!;
			const fd = task.files.add(file, false, 100);
			for (let i = 0; i < 10; i++) expect(await sys.write(fd, new Uint8Array(100_000).fill(46))).toBe(100_000);
			return 0;
		});
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(shown).toBe(1_000_000);
		expect(most).toBeLessThanOrEqual(65536);
	});
});

describe("pseudo file systems", () => {
	test("proc shows the reader itself, its descriptors, mounts and namespaces", () =>
		run(async (sys) => {
			await mountAll(sys);
			const pid = sys.getpid();
			expect(await sys.readlink("/proc/self")).toBe(String(pid));
			expect(await readFile(sys, "/proc/self/status")).toContain(`\nPid:\t${pid}\n`);
			expect((await readFile(sys, "/proc/self/stat")).split(" ")).toHaveLength(52);
			expect(await readFile(sys, "/proc/mounts")).toContain(
				"devpts /dev/pts devpts rw,relatime,gid=5,mode=620,ptmxmode=666 0 0\n",
			);
			const fd = await sys.open("/tmp/open", O.CREAT | O.RDWR, 0o644);
			await sys.write(fd, encode("kept"));
			expect(await sys.readlink(`/proc/self/fd/${fd}`)).toBe("/tmp/open");
			await sys.unlink("/tmp/open");
			expect(await sys.readlink(`/proc/self/fd/${fd}`)).toBe("/tmp/open (deleted)");
			expect(await readFile(sys, `/proc/self/fd/${fd}`)).toBe("kept");
			expect(await sys.readlink("/proc/self/ns/uts")).toBe("uts:[4026531838]");
			await sys.unshare(0x04000000);
			expect(await sys.readlink("/proc/self/ns/uts")).not.toBe("uts:[4026531838]");
			await writeFile(sys, "/proc/sys/kernel/hostname", "inside\n");
			expect((await sys.uname()).nodename).toBe("inside");
			await expect(sys.open("/proc/999", O.RDONLY)).rejects.toMatchObject({ errno: "ENOENT" });
			return 0;
		}));
	test("devices do what man 4 says", () =>
		run(async (sys) => {
			await mountAll(sys);
			const zero = await sys.open("/dev/zero", O.RDWR);
			expect(await sys.read(zero, 4)).toEqual(new Uint8Array(4));
			const full = await sys.open("/dev/full", O.RDWR);
			await expect(sys.write(full, encode("x"))).rejects.toMatchObject({ errno: "ENOSPC" });
			const nothing = await sys.open("/dev/null", O.RDWR);
			expect([(await sys.read(nothing, 4)).length, await sys.write(nothing, encode("abc"))]).toEqual([0, 3]);
			await expect(sys.open("/dev/tty", O.RDWR)).rejects.toMatchObject({ errno: "ENXIO" });
			return 0;
		}));
	test("cgroup2: a group is made, limited, entered and removed", () =>
		run(async (sys) => {
			await mountAll(sys);
			const root = "/sys/fs/cgroup";
			await sys.mkdir(`${root}/box`, 0o755);
			await expect(sys.open(`${root}/box/pids.max`, O.RDONLY)).rejects.toMatchObject({ errno: "ENOENT" });
			await writeFile(sys, `${root}/cgroup.subtree_control`, "+pids +memory");
			expect(await readFile(sys, `${root}/box/pids.max`)).toBe("max\n");
			await writeFile(sys, `${root}/box/pids.max`, "1");
			await writeFile(sys, `${root}/box/cgroup.procs`, String(sys.getpid()));
			expect(await readFile(sys, "/proc/self/cgroup")).toBe("0::/box\n");
			expect(await readFile(sys, `${root}/box/cgroup.events`)).toBe("populated 1\nfrozen 0\n");
			await expect(sys.clone({ flags: 0, main: async () => 0 })).rejects.toMatchObject({ errno: "EAGAIN" });
			expect(await readFile(sys, `${root}/box/pids.events`)).toBe("max 1\n");
			await expect(sys.rmdir(`${root}/box`)).rejects.toMatchObject({ errno: "EBUSY" });
			await writeFile(sys, `${root}/cgroup.procs`, "0");
			await sys.rmdir(`${root}/box`);
			await expect(writeFile(sys, `${root}/cgroup.subtree_control`, "+rdma")).rejects.toMatchObject({ errno: "EINVAL" });
			return 0;
		}));
	test("mounts: an unknown type, a full tmpfs, a busy one", () =>
		run(async (sys) => {
			await sys.mkdir("/m", 0o755);
			await expect(sys.mount("x", "/m", "nofs", 0, "")).rejects.toMatchObject({ errno: "ENODEV" });
			await sys.mount("x", "/m", "tmpfs", 0, "size=64k");
			const fd = await sys.open("/m/f", O.CREAT | O.WRONLY, 0o644);
			await expect(sys.write(fd, new Uint8Array(100_000))).rejects.toMatchObject({ errno: "ENOSPC" });
			await expect(sys.umount2("/m", 0)).rejects.toMatchObject({ errno: "EBUSY" });
			await sys.close(fd);
			await sys.umount2("/m", 0);
			expect(await sys.readdir("/m")).toEqual([]);
			return 0;
		}));
});
