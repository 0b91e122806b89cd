// dockerd as a program: the Engine API on /var/run/docker.sock, in front of containerd.

import { BuildCache } from "../builder/cache/cache";
import { hex, utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { makeDirectories, readText, writeAll, writeFile } from "../lib/files";
import { serveConnection } from "../lib/http/serve";
import { SIGNALS } from "../lib/linux";
import { acceptAll, listenUnix, peerOf } from "../lib/socket";
import { Networks } from "../network/networks";
import type { Fetch } from "../port";
import type { NativeMain, Sys } from "../sys";
import type { Tracer } from "../trace/event";
import { fetchUrl } from "./build/fetch";
import { ContainerStore } from "./container/store";
import { containerdClient } from "./containerd";
import { type Daemon, DOCKER_ROOT } from "./daemon/daemon";
import { restoreContainers } from "./daemon/restore";
import { Rootfs } from "./daemon/rootfs";
import { Events } from "./events";
import { ExecStore } from "./exec/store";
import { ContentReader } from "./image/content";
import { serveRequest } from "./router/server";
import { now } from "./time";
import { Volumes } from "./volume/volumes";

const SOCKET = "/var/run/docker.sock";
const PID_FILE = "/var/run/docker.pid";

export interface DockerdDeps {
	trace: Tracer;
	fetch: Fetch;
}

export const dockerd =
	({ trace, fetch }: DockerdDeps): NativeMain =>
	async (sys) => {
		try {
			await makeDirectories(sys, DOCKER_ROOT, 0o710);
			await makeDirectories(sys, "/var/run");
			await writeFile(sys, PID_FILE, `${sys.getpid()}`);
			const daemon = await openDaemon(sys, trace, fetch);
			await restoreContainers(daemon);
			const listening = await listenUnix(sys, SOCKET);
			await sys.chmod(SOCKET, 0o660);
			// A client that is gone is an error of its write, not our end. (A handler, since ignoring would be inherited.)
			await sys.sigaction(SIGNALS.SIGPIPE, () => {});
			const stop = (): void => void sys.exit(0);
			await sys.sigaction(SIGNALS.SIGTERM, stop);
			await sys.sigaction(SIGNALS.SIGINT, stop);
			const numbers = { last: 0 };
			await acceptAll(sys, listening, async (stream, fd) => {
				const peer = await peerOf(sys, fd);
				await serveConnection(stream, (request, responder) => serveRequest(daemon, request, responder, peer), numbers);
			});
			return 0;
		} catch (error) {
			await writeAll(sys, 2, utf8(`failed to start daemon: ${messageOf(error)}\n`));
			return 1;
		}
	};

/** Everything that dockerd keeps, read from the disk. */
async function openDaemon(sys: Sys, trace: Tracer, fetch: Fetch): Promise<Daemon> {
	const containerd = containerdClient(sys);
	const containers = new ContainerStore(sys, `${DOCKER_ROOT}/containers`);
	await containers.load();
	const id = await engineId(sys);
	return {
		sys,
		trace,
		containerd,
		content: new ContentReader(containerd),
		containers,
		execs: new ExecStore(),
		rootfs: new Rootfs(sys, containerd, `${DOCKER_ROOT}/rootfs/overlayfs`),
		volumes: await Volumes.open(sys, `${DOCKER_ROOT}/volumes`),
		networks: await Networks.open(sys, `${DOCKER_ROOT}/network/files`, id, now(sys)),
		events: new Events(sys),
		buildCache: await BuildCache.open(sys, containerd, `${DOCKER_ROOT}/buildkit`),
		fetchUrl: fetchUrl(sys, fetch),
		id,
	};
}

/** Made once, kept for good: a UUID. */
async function engineId(sys: Sys): Promise<string> {
	const file = `${DOCKER_ROOT}/engine-id`;
	const known = await readText(sys, file).catch(() => "");
	if (known) return known;
	const digits = hex(sys.getrandom(16));
	const id = [
		digits.slice(0, 8),
		digits.slice(8, 12),
		`4${digits.slice(13, 16)}`,
		`8${digits.slice(17, 20)}`,
		digits.slice(20),
	].join("-");
	await writeFile(sys, file, id, 0o600);
	return id;
}
