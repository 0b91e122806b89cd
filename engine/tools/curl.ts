// curl as far as talking to the Engine API by hand needs it: curl [-s] [-i] [-X METHOD] [-H H] [-d DATA] --unix-socket PATH URL.
// It is no full curl. This machine's own addresses are reached over its network; what is beyond it by the surroundings' fetch, as
// far as the site's policy lets a page go.

import { concat, utf8 } from "../lib/bytes";
import { addressOf, dialTcp } from "../lib/dial";
import { strerror } from "../lib/errno";
import { messageOf } from "../lib/errors";
import { readAll, readFile, writeAll } from "../lib/files";
import { request } from "../lib/http/client";
import { dialUnix } from "../lib/socket";
import type { Duplex } from "../lib/stream";
import type { Fetch, FetchRequest } from "../port";
import type { NativeMain, Sys } from "../sys";
import { SysError } from "../sys";

/** What is sent, parts with "&" between: as it stands ("raw"), or of a file where it begins with "@", lines joined ("text") or not ("binary"). */
interface Part {
	value: string;
	as: "text" | "raw" | "binary";
}
interface Options {
	silent: boolean;
	showError: boolean;
	include: boolean;
	head: boolean;
	fail: boolean;
	method?: string;
	headers: Record<string, string>;
	data: Part[];
	socket?: string;
	output?: string;
	url?: string;
}

/** curl's own exit codes (man 1 curl). */
const EXIT = { usage: 2, malformedUrl: 3, resolve: 6, connect: 7, httpError: 22, write: 23, read: 26 } as const;

class Failure extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

const flags: Record<string, keyof Options> = {
	s: "silent",
	silent: "silent",
	S: "showError",
	"show-error": "showError",
	i: "include",
	include: "include",
	I: "head",
	head: "head",
	f: "fail",
	fail: "fail",
	N: "silent",
	"no-buffer": "silent",
};

function parse(args: string[]): Options {
	const options: Options = { silent: false, showError: false, include: false, head: false, fail: false, headers: {}, data: [] };
	const valued: Record<string, (value: string) => void> = {
		X: (value) => {
			options.method = value;
		},
		H: (value) => {
			const colon = value.indexOf(":");
			if (colon > 0) options.headers[value.slice(0, colon).toLowerCase()] = value.slice(colon + 1).trim();
		},
		d: (value) => void options.data.push({ value, as: "text" }),
		"data-raw": (value) => void options.data.push({ value, as: "raw" }),
		"data-binary": (value) => void options.data.push({ value, as: "binary" }),
		o: (value) => {
			options.output = value;
		},
		"unix-socket": (value) => {
			options.socket = value;
		},
	};
	const long: Record<string, string> = { request: "X", header: "H", data: "d", output: "o" };
	for (let i = 0; i < args.length; i++) {
		const arg = args[i]!;
		if (arg === "-" || !arg.startsWith("-")) {
			options.url = arg;
			continue;
		}
		const names = arg.startsWith("--") ? [arg.slice(2)] : [...arg.slice(1)];
		for (const [at, given] of names.entries()) {
			const flag = flags[given];
			if (flag) {
				if (given !== "N" && given !== "no-buffer") Object.assign(options, { [flag]: true });
				continue;
			}
			const set = valued[long[given] ?? given];
			if (!set) throw new Failure(EXIT.usage, `option ${arg}: is unknown`);
			const attached = arg.startsWith("--") ? "" : names.slice(at + 1).join("");
			const value = attached || args[++i];
			if (value === undefined) throw new Failure(EXIT.usage, `option ${arg}: requires parameter`);
			set(value);
			break;
		}
	}
	return options;
}

interface Target {
	scheme: string;
	host: string;
	port: number;
	path: string;
}
function target(url: string | undefined): Target {
	if (!url) throw new Failure(EXIT.usage, "no URL specified");
	const match = /^(?:(\w+):\/\/)?([^/:?#]+)(?::(\d+))?([^#]*)/.exec(url);
	if (!match) throw new Failure(EXIT.malformedUrl, "URL using bad/illegal format or missing URL");
	const [, scheme = "http", host, port, rest = ""] = match;
	if (scheme !== "http" && scheme !== "https") throw new Failure(1, `Protocol "${scheme}" not supported`);
	const usual = scheme === "https" ? 443 : 80;
	return { scheme, host: host!, port: port ? Number(port) : usual, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** A connection within the machine, or undefined where the way leads out of it. */
async function connect(sys: Sys, options: Options, { scheme, host, port }: Target): Promise<Duplex | undefined> {
	try {
		if (options.socket) return await dialUnix(sys, options.socket);
		const address = await addressOf(sys, host);
		if (!address || scheme !== "http") return undefined;
		return await dialTcp(sys, address, port);
	} catch (error) {
		if (!(error instanceof SysError)) throw error;
		if (error.errno === "ENETUNREACH") return undefined;
		throw new Failure(EXIT.connect, `Failed to connect to ${options.socket ?? `${host} port ${port}`}: ${strerror(error.errno)}`);
	}
}
interface Answer {
	status: number;
	statusText: string;
	headers: Record<string, string>;
	body: AsyncIterable<Uint8Array>;
}
async function beyond(fetch: Fetch, { scheme, host, port, path }: Target, init: Omit<FetchRequest, "url">): Promise<Answer> {
	const url = `${scheme}://${host}${port === (scheme === "https" ? 443 : 80) ? "" : `:${port}`}${path}`;
	try {
		return { statusText: "", ...(await fetch({ ...init, url })) };
	} catch (error) {
		// A page may reach what its policy names, and servers that allow it (CORS); it is not told which of the two was missing.
		const why = `Network is unreachable (beyond this machine only what the site's policy allows: ${messageOf(error)})`;
		throw new Failure(EXIT.connect, `Failed to connect to ${host} port ${port}: ${why}`);
	}
}

async function body(sys: Sys, data: Part[]): Promise<Uint8Array | undefined> {
	if (data.length === 0) return undefined;
	const parts: Uint8Array[] = [];
	for (const part of data) parts.push(...(parts.length > 0 ? [utf8("&")] : []), await content(sys, part));
	return concat(parts);
}
const LINE_ENDS: ReadonlySet<number> = new Set([0, 10, 13]);
async function content(sys: Sys, { value, as }: Part): Promise<Uint8Array> {
	if (as === "raw" || !value.startsWith("@")) return utf8(value);
	const bytes = value === "@-" ? await readAll(sys, 0) : await readFile(sys, value.slice(1)).catch(unreadable(value.slice(1)));
	return as === "binary" ? bytes : bytes.filter((byte) => !LINE_ENDS.has(byte));
}
const unreadable = (path: string) => (): never => {
	throw new Failure(EXIT.read, `Failed to open ${path}`);
};

async function transfer(sys: Sys, options: Options, fetch: Fetch): Promise<number> {
	const to = target(options.url);
	const payload = await body(sys, options.data);
	const stream = await connect(sys, options, to);
	const method = options.method ?? (options.head ? "HEAD" : payload ? "POST" : "GET");
	const headers = {
		accept: "*/*",
		...(payload ? { "content-type": "application/x-www-form-urlencoded" } : {}),
		...options.headers,
	};
	const own = { host: to.port === 80 ? to.host : `${to.host}:${to.port}`, "user-agent": "curl (drydock)" };
	const response: Answer = stream
		? await request(stream, { method, target: to.path, headers: { ...own, ...headers }, body: payload })
		: await beyond(fetch, to, { method, headers, body: payload });
	if (options.fail && response.status >= 400)
		throw new Failure(EXIT.httpError, `The requested URL returned error: ${response.status}`);
	const out = options.output ? await sys.open(options.output, 0o1101, 0o644) : 1;
	if (options.include || options.head) {
		const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
		await writeAll(sys, out, utf8(`HTTP/1.1 ${response.status} ${response.statusText}\r\n${lines.join("")}\r\n`));
	}
	if (!options.head) for await (const chunk of response.body) await writeAll(sys, out, chunk);
	await stream?.close();
	return 0;
}

export const curl =
	(fetch: Fetch): NativeMain =>
	async (sys, argv) => {
		let options: Options | undefined;
		try {
			options = parse(argv.slice(1));
			return await transfer(sys, options, fetch);
		} catch (error) {
			const code = error instanceof Failure ? error.code : EXIT.write;
			if (!options?.silent || options.showError) await writeAll(sys, 2, utf8(`curl: (${code}) ${messageOf(error)}\n`));
			return code;
		}
	};
