// `drydock dockerd`: relays connections of the real host to the machine's /var/run/docker.sock, byte for byte; HTTP/2 as HTTP/1.1.

import type { Host } from "../../boot";
import { type Inside, relay } from "../../boot/relay";
import type { HostStream } from "../../port";
import { serveHttp2, sniffed } from "./h2c";
import { listen } from "./listen";

const SOCKET = "/var/run/docker.sock";

/** unix:///PATH or tcp://ADDRESS:PORT. @throws Error for anything else */
export function parseHost(host: string): { unix: string } | { host: string; port: number } {
	const unix = /^unix:\/\/(\/.+)$/.exec(host);
	if (unix) return { unix: unix[1]! };
	const tcp = /^tcp:\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/]+)):(\d+)$/.exec(host);
	if (tcp) return { host: (tcp[1] ?? tcp[2])!, port: Number(tcp[3]) };
	throw new Error(`${host}: an address is unix:///PATH or tcp://ADDRESS:PORT`);
}

/** Serves until SIGINT or SIGTERM. */
export async function runDaemon(start: () => Promise<Host>, hosts: string[]): Promise<number> {
	const addresses = hosts.map(parseHost);
	const host = await start();
	const listening = await Promise.all(
		addresses.map((address) => listen(address, (stream) => void serve(() => host.connect(SOCKET), stream))),
	);
	listening.forEach(({ port }, i) => {
		process.stderr.write(`API listen on ${port === undefined ? hosts[i] : hosts[i]!.replace(/:\d+$/, `:${port}`)}\n`);
	});
	await new Promise<void>((resolve) => {
		process.once("SIGINT", resolve);
		process.once("SIGTERM", resolve);
	});
	await Promise.all(listening.map((server) => server.close()));
	await host.shutdown();
	return 0;
}

/** One connection. @param connect to the daemon */
export async function serve(connect: () => Promise<Inside>, outside: HostStream): Promise<void> {
	try {
		const { stream, http2 } = await sniffed(outside);
		if (http2) serveHttp2(stream, connect);
		else await relay(stream, await connect());
	} catch {
		// no daemon: the client sees its connection closed, as with a proxy whose server is down
		outside.destroy();
	}
}
