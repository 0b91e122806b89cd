// docker-proxy: carries connections to a published port of the host to the container. dockerd starts one for each port and address
// of the host; it is for those whom the firewall's translation does not reach, such as the host's own 127.0.0.1.
//
//     docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80 -use-listen-fd
//
// Descriptor 3 takes "0\n" when it runs, or "1\n" and what went wrong; 4 is the host's socket (-use-listen-fd).

import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { isErrno, writeAll } from "../lib/files";
import { O, POLL, PR, SIGNALS } from "../lib/linux";
import { acceptAll, duplexOf } from "../lib/socket";
import type { Duplex } from "../lib/stream";
import type { NativeMain, SocketAddress, Sys } from "../sys";

const REPORT = 3;
const LISTENING = 4;
const ROOM = 1 << 16;
const BACKLOG = 4096;
/** A datagram's sender that was silent for so long is forgotten. Milliseconds. */
const SILENCE = 90_000;

interface Settings {
	proto: "tcp" | "udp";
	host: SocketAddress;
	container: SocketAddress;
	listenFd: boolean;
}

export const dockerProxy: NativeMain = async (sys, argv) => {
	if (/^--?v$/.test(argv[1] ?? "")) {
		await writeAll(sys, 1, utf8("docker-proxy (commit drydock) version 29.1.0\n"));
		return 0;
	}
	// It ends with the dockerd that started it.
	await sys.prctl(PR.SET_PDEATHSIG, SIGNALS.SIGTERM);
	await sys.sigaction(SIGNALS.SIGPIPE, () => {});
	let settings: Settings;
	let socket: number;
	try {
		settings = parse(argv.slice(1));
		socket = settings.listenFd ? LISTENING : await listen(sys, settings);
	} catch (error) {
		await writeAll(sys, REPORT, utf8(`1\n${messageOf(error)}`)).catch(() => {});
		return 1;
	}
	const stop = (): void => void sys.exit(0);
	await sys.sigaction(SIGNALS.SIGTERM, stop);
	await sys.sigaction(SIGNALS.SIGINT, stop);
	await writeAll(sys, REPORT, utf8("0\n"));
	await sys.close(REPORT);
	if (settings.proto === "tcp") await acceptAll(sys, socket, (outside) => relay(sys, outside, settings.container));
	else await relayDatagrams(sys, socket, settings.container);
	return 0;
};

/** @throws Error for what is no option, or a value that is none */
function parse(args: readonly string[]): Settings {
	const values = new Map<string, string>([["proto", "tcp"]]);
	let listenFd = false;
	for (let at = 0; at < args.length; at++) {
		const name = args[at]!.replace(/^--?/, "");
		if (name === "use-listen-fd") listenFd = true;
		else values.set(name, args[++at] ?? "");
	}
	const address = (side: "host" | "container"): SocketAddress => {
		const ip = values.get(`${side}-ip`) ?? "";
		return { family: ip.includes(":") ? "inet6" : "inet", address: ip, port: Number(values.get(`${side}-port`)) };
	};
	const proto = values.get("proto");
	if (proto !== "tcp" && proto !== "udp") throw new Error(`unsupported protocol ${proto}`);
	return { proto, host: address("host"), container: address("container"), listenFd };
}

async function listen(sys: Sys, { proto, host }: Settings): Promise<number> {
	const fd = await sys.socket(familyOf(host), proto === "tcp" ? "stream" : "dgram", O.CLOEXEC);
	await sys.bind(fd, host);
	if (proto === "tcp") await sys.listen(fd, BACKLOG);
	return fd;
}
const familyOf = ({ family }: SocketAddress) => (family === "inet6" ? "inet6" : "inet");

/** Both ways until both have ended; a container that does not answer closes the connection. */
async function relay(sys: Sys, outside: Duplex, container: SocketAddress): Promise<void> {
	const fd = await sys.socket(familyOf(container), "stream", O.CLOEXEC);
	try {
		await sys.connect(fd, container);
	} catch {
		await sys.close(fd);
		return;
	}
	const inside = duplexOf(sys, fd);
	await Promise.all([pump(outside, inside), pump(inside, outside)]).catch(() => {});
	await inside.close();
}
async function pump(from: Duplex, to: Duplex): Promise<void> {
	for (let bytes = await from.read(); bytes; bytes = await from.read()) await to.write(bytes);
	await to.closeWrite();
}

/** A socket towards the container for each sender: what comes back on it is the sender's. */
async function relayDatagrams(sys: Sys, socket: number, container: SocketAddress): Promise<void> {
	const senders = new Map<string, Promise<number>>();
	for (;;) {
		const { bytes, from } = await sys.recvfrom(socket, ROOM);
		if (!from) continue;
		const key = JSON.stringify(from);
		let inside = senders.get(key);
		if (!inside) {
			inside = dialContainer(sys, container);
			senders.set(key, inside);
			void answers(sys, socket, inside, from).finally(() => senders.delete(key));
		}
		await sys.write(await inside, bytes).catch(ignoreRefused);
	}
}
async function dialContainer(sys: Sys, container: SocketAddress): Promise<number> {
	const fd = await sys.socket(familyOf(container), "dgram", O.CLOEXEC);
	await sys.connect(fd, container);
	return fd;
}
async function answers(sys: Sys, socket: number, inside: Promise<number>, to: SocketAddress): Promise<void> {
	const fd = await inside;
	try {
		for (;;) {
			const [ready] = await sys.poll([{ fd, events: POLL.IN }], SILENCE);
			if (!ready?.revents) return;
			const bytes = await sys.read(fd, ROOM).catch(ignoreRefused);
			if (bytes) await sys.sendto(socket, bytes, to);
		}
	} finally {
		await sys.close(fd);
	}
}
/** Nobody listens in the container: as if the datagram was lost. */
function ignoreRefused(error: unknown): undefined {
	if (!isErrno(error, "ECONNREFUSED")) throw error;
	return undefined;
}
