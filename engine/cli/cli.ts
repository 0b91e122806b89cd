// What every command is given: the process it runs in, its streams, its configuration and the way to the daemon.

import { text, utf8 } from "../lib/bytes";
import { readFile, readText, writeAll } from "../lib/files";
import type { Fetch } from "../port";
import { type Sys, SysError, type WinSize } from "../sys";
import type { Client } from "./client/client";
import { StatusError } from "./command/command";
import type { ConfigFile } from "./config";
import type { ContextMetadata, ContextStore } from "./context/store";
import type { RunProgram } from "./credentials/helper";

/** Who read our standard output or error reads no more: as in Go's programs the end by SIGPIPE, which sockets do not bring. */
export class ReaderGone extends Error {
	override readonly name = "ReaderGone";
}
function readerLeft(error: unknown): never {
	throw errnoOf(error) === "EPIPE" ? new ReaderGone() : error;
}

/** Standard output or error. Writes are kept in order. */
export class Output {
	private last: Promise<void> = Promise.resolve();
	constructor(
		private readonly sys: Sys,
		readonly fd: number,
		readonly terminal: boolean,
	) {}
	/** Resolves when the kernel has all of it. */
	write(data: string | Uint8Array): Promise<void> {
		const bytes = typeof data === "string" ? utf8(data) : data;
		const mine = this.last.then(() => writeAll(this.sys, this.fd, bytes)).catch(readerLeft);
		this.last = mine.catch(() => {});
		return mine;
	}
	line(text: string): Promise<void> {
		return this.write(`${text}\n`);
	}
}

export interface CliParts {
	sys: Sys;
	env: Record<string, string>;
	out: Output;
	err: Output;
	stdinTerminal: boolean;
	config: ConfigFile;
	contexts: ContextParts;
	/** For https:// daemons and registries; without it they cannot be reached. */
	fetch?: Fetch;
	/** Where registries really are, as the daemon has it. */
	registries: Record<string, string>;
	/** Runs a program beside this one. */
	run: RunProgram;
	/** The client of the daemon, or why there is none. */
	client: Client | Error;
	debug: boolean;
}
export interface ContextParts {
	store: ContextStore;
	/** The context that this command line means; nobody has looked whether there is one. */
	current: string;
	/** What "default" stands for. @throws Error for an address that is none */
	standard: () => ContextMetadata;
}

export class Cli {
	readonly sys: Sys;
	readonly env: Record<string, string>;
	readonly out: Output;
	readonly err: Output;
	readonly stdinTerminal: boolean;
	readonly config: ConfigFile;
	readonly contexts: ContextParts;
	readonly fetch: Fetch | undefined;
	readonly registries: Record<string, string>;
	readonly run: RunProgram;
	readonly debug: boolean;
	private readonly daemon: Client | Error;
	constructor(parts: CliParts) {
		this.sys = parts.sys;
		this.env = parts.env;
		this.out = parts.out;
		this.err = parts.err;
		this.stdinTerminal = parts.stdinTerminal;
		this.config = parts.config;
		this.contexts = parts.contexts;
		this.fetch = parts.fetch;
		this.registries = parts.registries;
		this.run = parts.run;
		this.daemon = parts.client;
		this.debug = parts.debug;
	}

	/** Commands that need no daemon work without one. @throws StatusError when the address is not to be used */
	get client(): Client {
		if (this.daemon instanceof Error) throw new StatusError(1, `Failed to initialize: ${this.daemon.message}`);
		return this.daemon;
	}
	async close(): Promise<void> {
		if (!(this.daemon instanceof Error)) await this.daemon.close();
	}

	async windowSize(fd: number): Promise<WinSize | undefined> {
		try {
			return await this.sys.getwinsize(fd);
		} catch {
			return undefined;
		}
	}

	/** Milliseconds since 1970. */
	now(): number {
		return Number(this.sys.now() / 1_000_000n);
	}

	readFile(path: string): Promise<Uint8Array> {
		return readFile(this.sys, path);
	}
	readText(path: string): Promise<string> {
		return readText(this.sys, path);
	}

	/** Asks on the terminal; anything but y or yes is no. */
	async confirm(question: string): Promise<boolean> {
		await this.out.write(`${question} [y/N] `);
		const answer = (await this.readLine()).trim().toLowerCase();
		return answer === "y" || answer === "yes";
	}
	async readLine(): Promise<string> {
		const parts: number[] = [];
		for (;;) {
			const byte = await this.sys.read(0, 1);
			if (byte.length === 0 || byte[0] === 0x0a) return text(Uint8Array.from(parts));
			parts.push(byte[0]!);
		}
	}
}

export const errnoOf = (error: unknown): string | undefined => (error instanceof SysError ? error.errno : undefined);
