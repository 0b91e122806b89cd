// dockerd as a program: the Engine API on /var/run/docker.sock, or where -H says, in front of containerd.

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
import { type Command, type Listen, parseArguments, UsageError } from "./arguments";
import { fetchUrl } from "./build/fetch";
import { CONFIGURATION_FILE, type Configuration, readConfiguration } from "./configuration";
import { ContainerStore } from "./container/store";
import { containerdClient } from "./containerd";
import { type Daemon, DOCKER_ROOT } from "./daemon/daemon";
import { restoreContainers } from "./daemon/restore";
import { Rootfs } from "./daemon/rootfs";
import { Events } from "./events";
import { ExecStore } from "./exec/store";
import { ContentReader } from "./image/content";
import { KnownImages } from "./image/known";
import { serveRequest } from "./router/server";
import { now } from "./time";
import { Volumes } from "./volume/volumes";

export interface DockerdDeps {
	trace: Tracer;
	fetch: Fetch;
}

export const dockerd =
	({ trace, fetch }: DockerdDeps): NativeMain =>
	async (sys, argv) => {
		try {
			const command = parseArguments(argv.slice(1));
			if (command.kind === "serve") return await serve(sys, command, trace, fetch);
			await writeAll(sys, 1, utf8(command.words));
			return 0;
		} catch (error) {
			const [code, words] = farewell(error);
			await writeAll(sys, 2, utf8(`${words}\n`));
			return code;
		}
	};

/** Another daemon has the PID file. */
class AlreadyRunning extends Error {}

function farewell(error: unknown): [code: number, words: string] {
	if (error instanceof UsageError) return [125, `${error.message}\nSee 'dockerd --help'.`];
	if (error instanceof AlreadyRunning) return [1, error.message];
	return [1, `failed to start daemon: ${messageOf(error)}`];
}

async function serve(sys: Sys, { hosts, pidFile }: Command & { kind: "serve" }, trace: Tracer, fetch: Fetch): Promise<number> {
	await makeDirectories(sys, DOCKER_ROOT, 0o710);
	await makeDirectories(sys, "/var/run");
	await claim(sys, pidFile);
	const daemon = await openDaemon(sys, trace, fetch, await configured(sys));
	await restoreContainers(daemon);
	const listening = await Promise.all(hosts.map((host) => listen(sys, host)));
	// A client that is gone is an error of its write, not our end. (A handler, since ignoring would be inherited.)
	await sys.sigaction(SIGNALS.SIGPIPE, () => {});
	await sys.sigaction(SIGNALS.SIGHUP, () => void reload(daemon));
	const stop = (): void => void sys.exit(0);
	await sys.sigaction(SIGNALS.SIGTERM, stop);
	await sys.sigaction(SIGNALS.SIGINT, stop);
	const numbers = { last: 0 };
	await Promise.all(
		listening.map((socket) =>
			acceptAll(sys, socket, async (stream, fd) => {
				const peer = await peerOf(sys, fd);
				await serveConnection(stream, (request, responder) => serveRequest(daemon, request, responder, peer), numbers);
			}),
		),
	);
	return 0;
}

/** One daemon at a time. @throws AlreadyRunning when the one that wrote the file is still alive */
async function claim(sys: Sys, pidFile: string): Promise<void> {
	const pid = Number(await readText(sys, pidFile).catch(() => ""));
	const alive =
		pid > 0 &&
		pid !== sys.getpid() &&
		(await sys.kill(pid, 0).then(
			() => true,
			() => false,
		));
	if (alive) {
		const why = `process with PID ${pid} is still running`;
		throw new AlreadyRunning(`failed to start daemon, ensure docker is not running or delete ${pidFile}: ${why}`);
	}
	await writeFile(sys, pidFile, `${sys.getpid()}`);
}

async function listen(sys: Sys, host: Listen): Promise<number> {
	if ("unix" in host) {
		const socket = await listenUnix(sys, host.unix);
		await sys.chmod(host.unix, 0o660);
		return socket;
	}
	const socket = await sys.socket("inet", "stream");
	await sys.bind(socket, { family: "inet", address: host.address, port: host.port });
	await sys.listen(socket, 128);
	const warning = "Binding to IP address without --tlsverify gives root on this machine to everyone who can reach it.";
	await writeAll(sys, 2, utf8(`level=warning msg="${warning}" host="tcp://${host.address}:${host.port}"\n`));
	return socket;
}

/** The configuration file; what of it changes nothing is said. @throws EngineError invalidParameter */
async function configured(sys: Sys): Promise<Configuration> {
	const { configuration, ignored } = await readConfiguration(sys);
	const file = JSON.stringify(CONFIGURATION_FILE);
	for (const name of ignored)
		await writeAll(sys, 2, utf8(`level=warning msg="${name} changes nothing on this host" file=${file}\n`));
	return configuration;
}
/** At SIGHUP. A file that cannot be read leaves everything as it is. */
async function reload(daemon: Daemon): Promise<void> {
	try {
		Object.assign(daemon.configuration, await configured(daemon.sys));
		daemon.events.emit("daemon", "reload", daemon.id, { name: (await daemon.sys.uname()).nodename });
	} catch (error) {
		await writeAll(daemon.sys, 2, utf8(`level=error msg=${JSON.stringify(messageOf(error))}\n`));
	}
}

/** Everything that dockerd keeps, read from the disk. */
async function openDaemon(sys: Sys, trace: Tracer, fetch: Fetch, configuration: Configuration): Promise<Daemon> {
	const images = new KnownImages(() => containerd["images.list"]({}));
	const containerd = containerdClient(
		sys,
		() => configuration.registries,
		() => images.forget(),
	);
	const containers = new ContainerStore(sys, `${DOCKER_ROOT}/containers`);
	await containers.load();
	const id = await engineId(sys);
	const { nodename } = await sys.uname();
	return {
		sys,
		trace: signed(trace, nodename),
		configuration,
		containerd,
		images,
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

/** A host may have several daemons, and each numbers its own requests: what they tell of them says whose they are. */
const signed = (trace: Tracer, daemon: string): Tracer => ({
	emit(layer, event) {
		const ofRequest = event.type === "http.request" || event.type === "http.response" || event.type === "http.upgrade";
		trace.emit(layer, ofRequest ? { ...event, daemon } : event);
	},
});

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
