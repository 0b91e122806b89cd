// The machine's way to a daemon that a site lends. The surroundings make the connections, and the host's agent hands them on at a socket:
// so a program connects as to anything else, and when it is killed, its connection ends with it.
//
//     program → agent   the site's address, LF
//     agent → program   "ok" LF, then the daemon's bytes; or why there is no connection, LF, and the end

import type { SiteDial } from "../cli/client/reach";
import type { ContextMetadata } from "../cli/context/store";
import { hex, utf8 } from "../lib/bytes";
import { withReader } from "../lib/http/responder";
import { ByteReader } from "../lib/reader";
import { sha256 } from "../lib/sha256";
import { acceptAll, dialUnix, listenUnix, peerOf } from "../lib/socket";
import type { Duplex } from "../lib/stream";
import type { Connect } from "../port";
import type { Sys } from "../sys";
import { type EventBody, LENT_DAEMON, type Tracer } from "../trace/event";
import { overheard } from "./overhear";
import { relay } from "./relay";
import type { OwnFile } from "./root";

const SOCKET = "/run/site.sock";
const LONGEST = 4096;

/** Listens; connections are served as they come, and the trace is told what goes over them. */
export async function serveSite(sys: Sys, connect: Connect, trace: Tracer): Promise<void> {
	let requests = 0;
	void acceptAll(sys, await listenUnix(sys, SOCKET), async (stream, fd) => {
		const peer = await peerOf(sys, fd);
		const tell = (event: EventBody): void =>
			trace.emit("api", {
				...event,
				daemon: LENT_DAEMON,
				...(event.type === "http.request" && peer ? { peer } : {}),
			} as EventBody);
		await serve(stream, async (url) => overheard(await connect(url), tell, () => ++requests));
	});
}
async function serve(stream: Duplex, connect: Connect): Promise<void> {
	const reader = new ByteReader(stream);
	const url = await reader.line(LONGEST);
	if (url === null) return;
	const outside = await connect(url).catch((error: Error) => error);
	if (outside instanceof Error) return stream.write(utf8(`${outside.message.replaceAll("\n", " ")}\n`));
	await stream.write(utf8("ok\n")).catch(() => outside.destroy());
	await relay(outside, withReader(stream, reader));
}

export const dialSite: SiteDial = async (sys, url) => {
	const stream = await dialUnix(sys, SOCKET).catch(() => {
		throw new Error("this machine has no way to a site that lends a daemon");
	});
	await stream.write(utf8(`${url}\n`));
	const reader = new ByteReader(stream);
	const answer = await reader.line(LONGEST);
	if (answer === "ok") return withReader(stream, reader);
	await stream.close();
	throw new Error(answer ?? "the connection ended");
};

/** The context by which the host's docker knows the lent daemon, where docker would have written it. It can be removed as any other. */
export function lentContext(url: string): OwnFile {
	const meta: ContextMetadata = {
		Name: LENT_DAEMON,
		Metadata: { Description: "A real Docker daemon, lent by this site" },
		Endpoints: { docker: { Host: url, SkipTLSVerify: false } },
	};
	const path = `/root/.docker/contexts/meta/${hex(sha256(utf8(meta.Name)))}/meta.json`;
	return { path, content: utf8(JSON.stringify(meta)) };
}
