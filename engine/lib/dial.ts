// A connection to a TCP port by name, as a program of the machine makes it: /etc/hosts knows the names, nobody else does.

import type { Sys } from "../sys";
import { text } from "./bytes";
import { readFile } from "./files";
import { duplexOf } from "./socket";
import type { Duplex } from "./stream";

/** An address of this machine or of its networks; undefined for a name that /etc/hosts does not have. */
export async function addressOf(sys: Sys, host: string): Promise<string | undefined> {
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(":")) return host;
	const hosts = await readFile(sys, "/etc/hosts").catch(() => new Uint8Array(0));
	for (const line of text(hosts).split("\n")) {
		const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
		if (names.includes(host) && address && !address.includes(":")) return address;
	}
	return host === "localhost" ? "127.0.0.1" : undefined;
}

/** @throws SysError ECONNREFUSED, ENETUNREACH, ETIMEDOUT … */
export async function dialTcp(sys: Sys, address: string, port: number): Promise<Duplex> {
	const family = address.includes(":") ? "inet6" : "inet";
	const fd = await sys.socket(family, "stream");
	try {
		await sys.connect(fd, { family, address, port });
	} catch (error) {
		await sys.close(fd);
		throw error;
	}
	return duplexOf(sys, fd);
}
