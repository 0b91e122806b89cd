// The host's agent: a process through which the page and the terminal reach into the machine by ordinary system calls, as a
// virtual machine's guest agent does. It reads files, lists directories and connects to sockets; it changes nothing. And where the
// surroundings know the way to a site that lends a daemon, it is the way there for the machine's programs.

import type { FileEntry, PortRequest, PortResponse } from "../host/browser/facade";
import { concat, text, utf8 } from "../lib/bytes";
import { invalidParameter } from "../lib/errors";
import { request } from "../lib/http/client";
import { O, S_IF, SIGNALS } from "../lib/linux";
import { connectUnix, duplexOf, hungUp } from "../lib/socket";
import type { Duplex } from "../lib/stream";
import type { Connect } from "../port";
import { type NativeMain, type SocketAddress, type Stat, type Sys, SysError } from "../sys";
import { OWN_CLIENT, type Tracer } from "../trace/event";
import type { Inside } from "./relay";
import { serveSite } from "./site";

const DOCKER_SOCKET = "/var/run/docker.sock";
const CHUNK = 1 << 18;

export class Agent {
	private sys: Sys | undefined;
	private readonly waiting: Array<(sys: Sys) => void> = [];

	/** @param lender the way to a daemon that a site lends, and who is told what goes over it */
	constructor(private readonly lender?: { connect: Connect; trace: Tracer }) {}

	/** The process itself: it lives as long as the machine. */
	readonly main: NativeMain = async (sys) => {
		// a connection that the other side closed is an error of that connection
		await sys.sigaction(SIGNALS.SIGPIPE, "ignore");
		if (this.lender) await serveSite(sys, this.lender.connect, this.lender.trace);
		this.sys = sys;
		for (const resolve of this.waiting.splice(0)) resolve(sys);
		return new Promise<number>(() => {});
	};
	private calls(): Promise<Sys> {
		return this.sys ? Promise.resolve(this.sys) : new Promise((resolve) => this.waiting.push(resolve));
	}

	async connect(path: string): Promise<Inside> {
		const sys = await this.calls();
		const fd = await connectUnix(sys, path);
		return { ...duplexOf(sys, fd), hungUp: () => hungUp(sys, fd) };
	}

	/** To a port of the host. @throws SysError ECONNREFUSED */
	async dial(address: string, port: number): Promise<Duplex> {
		const sys = await this.calls();
		const family = address.includes(":") ? "inet6" : "inet";
		const fd = await sys.socket(family, "stream", O.CLOEXEC);
		try {
			await sys.connect(fd, { family, address, port } as SocketAddress);
			return duplexOf(sys, fd);
		} catch (error) {
			await sys.close(fd);
			throw error;
		}
	}
	/** @throws SysError ECONNREFUSED where nobody listens; EngineError for a request that is none */
	async fetchPort(port: number, { method = "GET", path = "/", headers = {}, body }: PortRequest): Promise<PortResponse> {
		if (!/^[A-Z]+$/.test(method) || !/^\/\S*$/.test(path)) throw invalidParameter(`no request: ${method} ${path}`);
		const stream = await this.dial("127.0.0.1", port);
		try {
			const answer = await request(stream, { method, target: path, headers: { host: `localhost:${port}`, ...headers }, body });
			return { status: answer.status, headers: answer.headers, body: await answer.body.bytes() };
		} finally {
			await stream.close();
		}
	}

	async docker(
		method: string,
		path: string,
		body?: unknown,
	): Promise<{ status: number; headers: Record<string, string>; body: string }> {
		if (!/^[A-Z]+$/.test(method) || !path.startsWith("/")) throw invalidParameter(`no request: ${method} ${path}`);
		const stream = await this.connect(DOCKER_SOCKET);
		try {
			const payload = body === undefined ? undefined : utf8(JSON.stringify(body));
			const headers: Record<string, string> = payload ? { "content-type": "application/json" } : {};
			const answer = await request(stream, {
				method,
				target: path,
				headers: { host: "docker", "user-agent": OWN_CLIENT, ...headers },
				body: payload,
			});
			return { status: answer.status, headers: answer.headers, body: await answer.body.text() };
		} finally {
			await stream.close();
		}
	}

	/** At most `limit` bytes of a file. @throws SysError */
	async readFile(path: string, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
		const sys = await this.calls();
		const fd = await sys.open(path, O.RDONLY | O.CLOEXEC | O.NONBLOCK);
		try {
			const parts: Uint8Array[] = [];
			for (let left = limit; left > 0; ) {
				const part = await sys.read(fd, Math.min(left, CHUNK));
				if (part.length === 0) break;
				parts.push(part);
				left -= part.length;
			}
			return concat(parts);
		} finally {
			await sys.close(fd);
		}
	}

	/** Many small files, one after the other; undefined for one that cannot be read. */
	async readFiles(paths: readonly string[]): Promise<Array<Uint8Array | undefined>> {
		const files: Array<Uint8Array | undefined> = [];
		for (const path of paths) files.push(await this.readFile(path).catch(() => undefined));
		return files;
	}

	/** A directory's entries, sorted by name. @throws SysError */
	async list(path: string): Promise<FileEntry[]> {
		const sys = await this.calls();
		const entries: FileEntry[] = [];
		for (const { name } of await sys.readdir(path)) {
			const child = `${path === "/" ? "" : path}/${name}`;
			// what went away between the two calls is not there any more
			const stat = await sys.lstat(child).catch((error) => gone(error));
			if (!stat) continue;
			const entry = describe(name, stat);
			if (entry.type === "symlink") entry.target = await sys.readlink(child).catch(() => undefined);
			if (entry.type === "directory") entry.opaque = await isOpaque(sys, child);
			entries.push(entry);
		}
		return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	}
}

function gone(error: unknown): undefined {
	if (error instanceof SysError && error.errno === "ENOENT") return undefined;
	throw error;
}

async function isOpaque(sys: Sys, path: string): Promise<boolean> {
	const value = await sys.lgetxattr(path, "trusted.overlay.opaque").catch(() => undefined);
	return value !== undefined && text(value) === "y";
}

const TYPES: Record<number, FileEntry["type"]> = {
	[S_IF.REG]: "file",
	[S_IF.DIR]: "directory",
	[S_IF.LNK]: "symlink",
	[S_IF.CHR]: "character",
	[S_IF.BLK]: "block",
	[S_IF.IFO]: "fifo",
	[S_IF.SOCK]: "socket",
};

const describe = (name: string, stat: Stat): FileEntry => ({
	name,
	type: TYPES[stat.mode & S_IF.MT] ?? "file",
	mode: stat.mode & 0o7777,
	uid: stat.uid,
	gid: stat.gid,
	size: stat.size,
	mtime: Number(stat.mtime / 1_000_000n),
	ino: stat.ino,
	rdev: stat.rdev,
});
