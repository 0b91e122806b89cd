// A Sys for the docker command: captured output, given input and files, and sockets that lead to a handler in this process.

import type { RunProgram } from "../../../engine/cli/credentials/helper";
import { docker } from "../../../engine/cli/main";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { serveConnection } from "../../../engine/lib/http/serve";
import type { Request, Responder } from "../../../engine/lib/http/types";
import type { Duplex } from "../../../engine/lib/stream";
import { type Stat, type Sys, SysError, type Termios } from "../../../engine/sys";
import { type EventBody, silent } from "../../../engine/trace/event";

/** One direction of a connection. */
class Channel {
	private readonly chunks: Uint8Array[] = [];
	private ended = false;
	private wake: (() => void) | undefined;
	push(bytes: Uint8Array): void {
		this.chunks.push(bytes.slice());
		this.wake?.();
	}
	end(): void {
		this.ended = true;
		this.wake?.();
	}
	async take(): Promise<Uint8Array | null> {
		while (this.chunks.length === 0) {
			if (this.ended) return null;
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		return this.chunks.shift()!;
	}
}

export type Handler = (request: Request, responder: Responder) => Promise<void>;
export interface Given {
	stdin?: Uint8Array | string;
	files?: Record<string, string>;
	env?: Record<string, string>;
	/** Columns of a terminal that all three standard descriptors are; none when left out. */
	terminal?: { rows: number; cols: number };
	/** st_mode of what is no file with a content. */
	modes?: Record<string, number>;
	/** Symbolic links and what they say. */
	links?: Record<string, string>;
	/** Nobody listens on the socket. */
	noDaemon?: boolean;
	/** Programs beside docker: the helpers that keep logins. */
	run?: RunProgram;
}
export interface Outcome {
	code: number;
	out: string;
	err: string;
	files: Record<string, string>;
	events: EventBody[];
	/** The socket that was dialled. */
	dialled: string[];
}

/** Runs `docker ARGV…` against a handler. */
export async function runDocker(argv: string[], handler: Handler, given: Given = {}): Promise<Outcome> {
	const written: Record<number, Uint8Array[]> = { 1: [], 2: [] };
	const files = new Map<string, Uint8Array>(Object.entries(given.files ?? {}).map(([path, content]) => [path, utf8(content)]));
	const open = new Map<number, { path: string; at: number }>();
	const sockets = new Map<number, { input: Channel; output: Channel }>();
	const dialled: string[] = [];
	let next = 10;
	let stdin = typeof given.stdin === "string" ? utf8(given.stdin) : (given.stdin ?? new Uint8Array(0));
	const absolute = (path: string): string => (path.startsWith("/") ? path : `/home/${path}`);
	const fileAt = (call: string, path: string): Uint8Array => {
		const found = files.get(followed(path));
		if (!found) throw new SysError("ENOENT", call, path);
		return found;
	};
	/** Where a path leads; links are named by where they really are. */
	const followed = (path: string): string => {
		const at = absolute(path);
		const link = Object.keys(given.links ?? {}).find((one) => at === one || at.startsWith(`${one}/`));
		if (link === undefined) return at;
		const target = given.links![link]!;
		const parent = link.slice(0, link.lastIndexOf("/"));
		return followed((target.startsWith("/") ? target : `${parent}/${target}`) + at.slice(link.length));
	};
	const statAt = (call: string, path: string): Stat => {
		const of = (mode: number, size = 0) =>
			({ mode, size, uid: 0, gid: 0, mtime: 0n, nlink: 1, dev: 1, ino: 0, rdev: 0 }) as unknown as Stat;
		const kind = given.links?.[absolute(path)] === undefined ? given.modes?.[absolute(path)] : 0o120777;
		if (kind !== undefined) return of(kind);
		const below = absolute(path).replace(/\/*$/, "/");
		if ([...files.keys()].some((one) => one.startsWith(below))) return of(0o040755);
		return of(0o100644, fileAt(call, path).length);
	};
	const calls: Partial<Sys> = {
		async open(path, flags) {
			if (flags & 0o200 && files.has(absolute(path))) throw new SysError("EEXIST", "open", path);
			if (flags & 0o100) files.set(absolute(path), new Uint8Array(0));
			fileAt("open", path);
			open.set(next, { path: followed(path), at: 0 });
			return next++;
		},
		async read(fd, count) {
			const socket = sockets.get(fd);
			if (socket) return (await socket.input.take()) ?? new Uint8Array(0);
			const file = open.get(fd);
			if (file) {
				const bytes = files.get(file.path)!.subarray(file.at, file.at + count);
				file.at += bytes.length;
				return bytes;
			}
			const bytes = stdin.subarray(0, count);
			stdin = stdin.subarray(bytes.length);
			return bytes;
		},
		async write(fd, bytes) {
			const socket = sockets.get(fd);
			const file = open.get(fd);
			if (socket) socket.output.push(bytes);
			else if (file) files.set(file.path, concat([files.get(file.path)!, bytes]));
			else written[fd]!.push(bytes.slice());
			return bytes.length;
		},
		async close(fd) {
			sockets.get(fd)?.output.end();
			sockets.delete(fd);
			open.delete(fd);
		},
		stat: async (path) => statAt("stat", followed(path)),
		async lstat(path) {
			const at = absolute(path);
			const slash = at.lastIndexOf("/");
			return statAt("lstat", (slash > 0 ? followed(at.slice(0, slash)) : "") + at.slice(slash));
		},
		async readdir(path) {
			const prefix = `${followed(path)}/`;
			const all = [...files.keys(), ...Object.keys(given.links ?? {})];
			const names = new Set(all.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length).split("/")[0]!));
			if (names.size === 0) throw new SysError("ENOENT", "readdir", path);
			const isDirectory = (name: string): boolean => all.some((one) => one.startsWith(`${prefix}${name}/`));
			return [...names].map((name) => ({ name, ino: 0, type: isDirectory(name) ? 4 : 8 })) as Awaited<ReturnType<Sys["readdir"]>>;
		},
		rmdir: async () => {},
		chmod: async () => {},
		utimens: async () => {},
		unlink: async (path) => void files.delete(absolute(path)),
		async readlink(path) {
			const target = given.links?.[absolute(path)];
			if (target !== undefined) return target;
			fileAt("readlink", path);
			throw new SysError("EINVAL", "readlink", path);
		},
		async rename(from, to) {
			files.set(absolute(to), fileAt("rename", from));
			files.delete(absolute(from));
		},
		mkdir: async () => {},
		getcwd: async () => "/home",
		isatty: async () => given.terminal !== undefined,
		async getwinsize() {
			if (!given.terminal) throw new SysError("ENOTTY", "ioctl");
			return given.terminal;
		},
		tcgetattr: async (): Promise<Termios> => ({ iflag: 0, oflag: 1, cflag: 0, lflag: 0o12, cc: new Uint8Array(32) }),
		tcsetattr: async () => {},
		sigaction: async () => {},
		nanosleep: async () => {},
		async socket() {
			return next++;
		},
		async connect(fd, address) {
			if (address.family === "netlink") throw new SysError("EAFNOSUPPORT", "connect");
			dialled.push(address.family === "unix" ? address.path : `${address.address}:${address.port}`);
			if (given.noDaemon) throw new SysError("ECONNREFUSED", "connect");
			const up = new Channel();
			const down = new Channel();
			sockets.set(fd, { input: down, output: up });
			const stream: Duplex = {
				read: () => up.take(),
				write: async (bytes) => down.push(bytes),
				closeWrite: async () => down.end(),
				close: async () => {
					down.end();
					up.end();
				},
			};
			void serveConnection(stream, handler).catch(() => down.end());
		},
		async shutdown(fd, how) {
			sockets.get(fd)?.output.end();
			if (how === "both") sockets.get(fd)?.input.end();
		},
		getpid: () => 42,
		now: () => BigInt(Date.UTC(2026, 0, 2, 3, 4, 5)) * 1_000_000n,
		monotonic: () => 0,
		getrandom: (count) => new Uint8Array(count),
	};
	const events: EventBody[] = [];
	const env = Object.entries({ HOME: "/root", ...given.env }).map(([name, value]) => `${name}=${value}`);
	const trace = { ...silent, emit: (_layer: unknown, event: EventBody) => void events.push(event) };
	const code = await docker({ trace, run: given.run })(calls as Sys, ["docker", ...argv], env);
	return {
		code,
		out: text(concat(written[1]!)),
		err: text(concat(written[2]!)),
		files: Object.fromEntries([...files].map(([path, bytes]) => [path, text(bytes)])),
		events,
		dialled,
	};
}

/** What a daemon answers, by "METHOD /path" without the version; every request is kept. */
export class FakeDaemon {
	readonly requests: Array<{ method: string; path: string; query: Record<string, string>; body: string }> = [];
	constructor(
		private readonly routes: Record<string, (request: Request, responder: Responder) => Promise<void>>,
		private readonly apiVersion = "1.55",
	) {}
	readonly handle: Handler = async (request, responder) => {
		if (request.path === "/_ping") return responder.respond(200, { "api-version": this.apiVersion, ostype: "linux" }, "OK");
		const path = request.path.replace(/^\/v[\d.]+/, "");
		const kept = { method: request.method, path, query: Object.fromEntries(request.query.entries), body: "" };
		this.requests.push(kept);
		const route = this.routes[`${request.method} ${path}`];
		if (request.headers["content-type"] === "application/json") kept.body = await request.body.text();
		if (!route) return responder.json(404, { message: `page not found: ${path}` });
		return route(request, responder);
	};
}
export const answers =
	(status: number, value: unknown) =>
	(_request: Request, responder: Responder): Promise<void> =>
		responder.json(status, value);
