// One command line in the engine: the same namespaces and mounts as native.sh makes, by the same calls, in the place of a shim.

import { HostInput, HostOutput } from "../../../../engine/boot/streams";
import { MemFs } from "../../../../engine/fs/memfs/memfs";
import type { FileDescription } from "../../../../engine/kernel/file/description";
import { fileSystemTypes } from "../../../../engine/kernel/pseudo/index";
import { NetlinkClient } from "../../../../engine/lib/netlink/client";
import { type NativeMain, type Sys, shellCode } from "../../../../engine/sys";
import { type TestMachine, testMachine } from "../../../engine/kernel/proc/machine";
import { suiteCpu } from "../../cpu";
import { environment, inside, PATIENCE, type Side } from "./side";
import { HostTree } from "./tree";

const NEW = { mnt: 0x20000, uts: 0x4000000, ipc: 0x8000000, pid: 0x20000000, net: 0x40000000 };
const MS = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, rec: 1 << 14, private: 1 << 18 };

const MNT_DETACH = 2;
const RLIMIT = { STACK: 3, CORE: 4, NOFILE: 7 };
/** All but CAP_SYS_RESOURCE, which this machine's root may lack. */
const HELD = (1n << 41n) - 1n - (1n << 24n);

async function loopbackUp(sys: Sys): Promise<void> {
	const RTM_NEWLINK = 16;
	const IFF_UP = 1;
	// struct ifinfomsg: family, type, index, flags, change (man 7 rtnetlink)
	const link = new DataView(new ArrayBuffer(16));
	for (const at of [8, 12]) link.setUint32(at, IFF_UP, true);
	link.setInt32(4, 1, true);
	const client = await NetlinkClient.open(sys);
	await client.change(RTM_NEWLINK, new Uint8Array(link.buffer));
	await client.close();
}
/** PID 1's way to its bash. */
const become =
	(script: string) =>
	async (sys: Sys): Promise<number> => {
		await sys.mount("none", "/", "none", MS.rec | MS.private, "");
		await sys.mount("tmpfs", "/m", "tmpfs", 0, "");
		for (const name of ["u", "w", "r"]) await sys.mkdir(`/m/${name}`, 0o755);
		await sys.mount("overlay", "/m/r", "overlay", 0, "lowerdir=/lower,upperdir=/m/u,workdir=/m/w");
		await sys.mount("devpts", "/m/r/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620,gid=5");
		await sys.mount("shm", "/m/r/dev/shm", "tmpfs", 0, "mode=1777");
		await sys.mount("sysfs", "/m/r/sys", "sysfs", MS.ro, "");
		await sys.mount("proc", "/m/r/proc", "proc", MS.nosuid | MS.nodev | MS.noexec, "");
		await sys.sethostname("box");
		await sys.capset({ effective: HELD, permitted: HELD, inheritable: 0n, bounding: HELD, ambient: 0n });
		await sys.setrlimit(RLIMIT.STACK, 8 << 20, 8 << 20);
		await sys.setrlimit(RLIMIT.CORE, 0, 0);
		await sys.setrlimit(RLIMIT.NOFILE, 1024, 4096);
		await loopbackUp(sys);
		await sys.chdir("/m/r");
		await sys.pivotRoot(".", ".");
		await sys.umount2(".", MNT_DETACH);
		await sys.chdir("/");
		return sys.execve("/bin/bash", ["/bin/bash", "-c", inside(script)], [...environment]);
	};
/** As a shim does: pipes of the kernel between the container and what is outside. */
const apart =
	(script: string): NativeMain =>
	async (sys) => {
		const pipes = [await sys.pipe2(0), await sys.pipe2(0), await sys.pipe2(0)] as const;
		const ends = [pipes[0][0], pipes[1][1], pipes[2][1]];
		await sys.unshare(NEW.mnt | NEW.net | NEW.uts | NEW.ipc);
		const pid = await sys.clone({
			flags: NEW.pid,
			async main(child) {
				for (const [fd, end] of ends.entries()) await child.dup3(end, fd, 0);
				for (const fd of pipes.flat()) await child.close(fd);
				return become(script)(child);
			},
		});
		for (const fd of ends) await sys.close(fd);
		void pump(sys, 0, pipes[0][1]);
		await Promise.all([pump(sys, pipes[1][0], 1), pump(sys, pipes[2][0], 2)]);
		return shellCode((await sys.wait4(pid)).status);
	};
async function pump(sys: Sys, from: number, to: number): Promise<void> {
	try {
		for (;;) {
			const bytes = await sys.read(from, 1 << 16);
			if (bytes.length === 0) break;
			for (let done = 0; done < bytes.length; ) done += await sys.write(to, bytes.subarray(done));
		}
	} catch {
		// Whoever should read is gone.
	}
	await sys.close(to);
}

export interface EngineSide {
	run: Side;
	readonly machine: TestMachine;
	close(): Promise<void>;
}

export async function engineSide(root: string): Promise<EngineSide> {
	let device = 20;
	const context = { now: () => BigInt(Date.now()) * 1_000_000n, newDevice: () => ++device };
	const rootFs = new MemFs(context, { type: "ext4", mode: 0o755 });
	for (const name of ["lower", "m", "proc"]) rootFs.root.make(name, { mode: 0o40755, uid: 0, gid: 0 });
	const tree = new HostTree(root, context.newDevice());
	const types = [...fileSystemTypes(), { name: "hosttree", nodev: true, create: () => tree }];
	const cpu = suiteCpu();
	const machine = testMachine({ rootFs, cpu, hostname: "box", fileSystemTypes: types });
	const { kernel } = machine;
	await machine.run(async (sys) => {
		await sys.mount("none", "/lower", "hosttree", 0, "");
		return 0;
	});
	const run: Side = (script, hear) => {
		const input = new HostInput();
		return {
			type: (text) => input.push(Buffer.from(text, "latin1")),
			end: () => input.end(),
			ended: new Promise((resolve, reject) => {
				let code = -1;
				const timer = setTimeout(() => {
					for (const process of [...kernel.machine.processes()]) if (process.pid > 1) kernel.kill(process, 9);
				}, PATIENCE);
				// Whoever holds an end of a pipe keeps it open: all is heard when both are closed and PID 1 has ended.
				let open = 3;
				const closed = (): void => {
					if (--open > 0) return;
					clearTimeout(timer);
					resolve(code);
				};
				const heard = (stream: "stdout" | "stderr"): FileDescription => {
					const take = (bytes: Uint8Array, taken: () => void): void => {
						hear(stream, Buffer.from(bytes).toString("latin1"));
						taken();
					};
					return kernel.pipeEnd(new HostOutput(take, closed), 1);
				};
				const started = kernel.spawn({
					main: apart(script),
					argv: ["apart"],
					fds: [kernel.pipeEnd(input, 0), heard("stdout"), heard("stderr")],
					setsid: true,
					onExit(status) {
						code = shellCode(status);
						closed();
					},
				});
				if (typeof started === "number") reject(new Error(`spawn: ${started}`));
			}),
		};
	};
	return { machine, run, close: () => machine.shutdown() };
}
