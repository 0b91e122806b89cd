// PID 1 of the host: mounts what every Linux has, starts containerd and dockerd, brings back a daemon that was killed,
// and reaps what nobody else waits for. It is no systemd; the restart rule is that of Docker's own unit files.

import { MS, O, SIGNALS, WAIT } from "../lib/linux";
import type { NativeMain, Sys } from "../sys";
import { SysError, shellCode, termSignal } from "../sys";
import { DISK } from "./root";

const mounts: Array<[source: string, target: string, type: string, flags: number, data: string]> = [
	["proc", "/proc", "proc", MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.RELATIME, ""],
	["sysfs", "/sys", "sysfs", MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.RELATIME, ""],
	["devtmpfs", "/dev", "devtmpfs", MS.NOSUID, "mode=755"],
	["devpts", "/dev/pts", "devpts", MS.NOSUID | MS.NOEXEC, "gid=5,mode=620,ptmxmode=666"],
	["tmpfs", "/dev/shm", "tmpfs", MS.NOSUID | MS.NODEV, ""],
	["cgroup2", "/sys/fs/cgroup", "cgroup2", MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.RELATIME, ""],
	["tmpfs", "/run", "tmpfs", MS.NOSUID | MS.NODEV, "mode=755"],
	["tmpfs", "/tmp", "tmpfs", MS.NOSUID | MS.NODEV, "mode=1777"],
];

/** A daemon and the socket that shows it is ready. */
interface Service {
	argv: string[];
	socket: string;
	log: string;
}
const services: Service[] = [
	{ argv: ["/usr/bin/containerd"], socket: "/run/containerd/containerd.sock", log: "/var/log/containerd.log" },
	{ argv: ["/usr/bin/dockerd"], socket: "/run/docker.sock", log: "/var/log/dockerd.log" },
];
const environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"];
const RESTART_DELAY = 2000;

export const init =
	(ready: (pid: number) => void): NativeMain =>
	async (sys) => {
		// no signal needs ignoring: PID 1 is shielded, and what it ignored its children would inherit, the console's shell too
		for (const [source, target, type, flags, data] of mounts) {
			await sys.mkdir(target, 0o755).catch(existing);
			await sys.mount(source, target, type, flags, data);
		}
		await mountDisk(sys);
		// as systemd has it, so that containers may share mounts with the host (-v …:rshared)
		await sys.mount("", "/", "", MS.SHARED | MS.REC, "");
		const running = new Map<number, Service>();
		for (const service of services) {
			running.set(await start(sys, service), service);
			await answers(sys, service);
		}
		ready(sys.getpid());
		for (;;) {
			const { pid, status } = await sys.wait4(-1).catch(async (error) => {
				if (!(error instanceof SysError && error.errno === "ECHILD")) throw error;
				await sys.nanosleep(1000);
				return { pid: 0, status: 0 };
			});
			const service = running.get(pid);
			if (!service) continue;
			running.delete(pid);
			// stopped on purpose (systemctl stop sends SIGTERM): it stays down; anything else: it comes back
			if (shellCode(status) === 0 || termSignal(status) === SIGNALS.SIGTERM) continue;
			void (async () => {
				await sys.nanosleep(RESTART_DELAY);
				running.set(await start(sys, service), service);
			})();
		}
	};

/** /var/lib is a directory of the disk itself, not of the overlay that the root is. */
async function mountDisk(sys: Sys): Promise<void> {
	await sys.mount("/dev/vda", "/mnt", "drydock", MS.RELATIME, "");
	await sys.mount(`/mnt/${DISK.lib}`, "/var/lib", "", MS.BIND, "");
	await sys.umount2("/mnt", 0);
}

const existing = (error: unknown): void => {
	if (!(error instanceof SysError && error.errno === "EEXIST")) throw error;
};

async function start(sys: Sys, service: Service): Promise<number> {
	const input = await sys.open("/dev/null", O.RDONLY | O.CLOEXEC);
	const log = await sys.open(service.log, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o640);
	const pid = await sys.spawn(service.argv[0]!, service.argv, environment, { fds: [input, log, log], cwd: "/", setsid: true });
	await sys.close(input);
	await sys.close(log);
	return pid;
}

/** Waits until somebody listens at the socket. @throws SysError ETIMEDOUT after half a minute */
async function answers(sys: Sys, { socket: path }: Service): Promise<void> {
	const deadline = sys.monotonic() + 30_000;
	for (;;) {
		const fd = await sys.socket("unix", "stream");
		const error = await sys.connect(fd, { family: "unix", path }).then(
			() => undefined,
			(reason: SysError) => reason,
		);
		await sys.close(fd);
		if (!error) return;
		if (sys.monotonic() > deadline) throw new SysError("ETIMEDOUT", "connect", path);
		const exited = await sys.wait4(-1, WAIT.NOHANG);
		if (exited.pid > 0)
			throw new SysError("ECONNREFUSED", "connect", `${path}: its daemon ended with ${shellCode(exited.status)}`);
		await sys.nanosleep(5);
	}
}
