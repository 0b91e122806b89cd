// curl as far as talking to the Engine API by hand needs it: curl [-s] [-i] [-X METHOD] [-H H] [-d DATA] --unix-socket PATH URL.
// It is no full curl: without --unix-socket it reaches http servers of this machine only, and says so.

import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { readFile, writeAll } from "../lib/files";
import { request } from "../lib/http/client";
import { dialUnix, duplexOf } from "../lib/socket";
import type { Duplex } from "../lib/stream";
import type { NativeMain, Sys } from "../sys";
import { SysError } from "../sys";

interface Options {
	silent: boolean;
	showError: boolean;
	include: boolean;
	head: boolean;
	fail: boolean;
	method?: string;
	headers: Record<string, string>;
	data: string[];
	socket?: string;
	output?: string;
	url?: string;
}

/** curl's own exit codes (man 1 curl). */
const EXIT = { usage: 2, malformedUrl: 3, resolve: 6, connect: 7, httpError: 22, write: 23 } as const;

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
		d: (value) => void options.data.push(value),
		o: (value) => {
			options.output = value;
		},
		"unix-socket": (value) => {
			options.socket = value;
		},
	};
	const long: Record<string, string> = { request: "X", header: "H", data: "d", "data-raw": "d", "data-binary": "d", output: "o" };
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
	host: string;
	port: number;
	path: string;
}
function target(url: string | undefined): Target {
	if (!url) throw new Failure(EXIT.usage, "no URL specified");
	const match = /^(?:(\w+):\/\/)?([^/:?#]+)(?::(\d+))?([^#]*)/.exec(url);
	if (!match) throw new Failure(EXIT.malformedUrl, "URL using bad/illegal format or missing URL");
	const [, scheme = "http", host, port, rest = ""] = match;
	if (scheme !== "http") throw new Failure(1, `Protocol "${scheme}" not supported`);
	return { host: host!, port: port ? Number(port) : 80, path: rest.startsWith("/") ? rest : `/${rest}` };
}

async function connect(sys: Sys, options: Options, { host, port }: Target): Promise<Duplex> {
	try {
		if (options.socket) return await dialUnix(sys, options.socket);
		const address = host === "localhost" ? "127.0.0.1" : host;
		if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) throw new Failure(EXIT.resolve, `Could not resolve host: ${host}`);
		const fd = await sys.socket("inet", "stream");
		await sys.connect(fd, { family: "inet", address, port });
		return duplexOf(sys, fd);
	} catch (error) {
		if (!(error instanceof SysError)) throw error;
		throw new Failure(EXIT.connect, `Failed to connect to ${options.socket ?? `${host} port ${port}`}: ${error.errno}`);
	}
}

async function body(sys: Sys, data: string[]): Promise<Uint8Array | undefined> {
	if (data.length === 0) return undefined;
	const parts: string[] = [];
	for (const part of data) parts.push(part.startsWith("@") ? new TextDecoder().decode(await readFile(sys, part.slice(1))) : part);
	return utf8(parts.join("&"));
}

async function transfer(sys: Sys, options: Options): Promise<number> {
	const to = target(options.url);
	const payload = await body(sys, options.data);
	const stream = await connect(sys, options, to);
	const method = options.method ?? (options.head ? "HEAD" : payload ? "POST" : "GET");
	const response = await request(stream, {
		method,
		target: to.path,
		headers: {
			host: to.port === 80 ? to.host : `${to.host}:${to.port}`,
			"user-agent": "curl (drydock)",
			accept: "*/*",
			...(payload ? { "content-type": "application/x-www-form-urlencoded" } : {}),
			...options.headers,
		},
		body: payload,
	});
	if (options.fail && response.status >= 400)
		throw new Failure(EXIT.httpError, `The requested URL returned error: ${response.status}`);
	const out = options.output ? await sys.open(options.output, 0o1101, 0o644) : 1;
	if (options.include || options.head) {
		const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
		await writeAll(sys, out, utf8(`HTTP/1.1 ${response.status} ${response.statusText}\r\n${lines.join("")}\r\n`));
	}
	if (!options.head) for await (const chunk of response.body) await writeAll(sys, out, chunk);
	await stream.close();
	return 0;
}

export const curl: NativeMain = async (sys, argv) => {
	let options: Options | undefined;
	try {
		options = parse(argv.slice(1));
		return await transfer(sys, options);
	} catch (error) {
		const code = error instanceof Failure ? error.code : EXIT.write;
		if (!options?.silent || options.showError) await writeAll(sys, 2, utf8(`curl: (${code}) ${messageOf(error)}\n`));
		return code;
	}
};
