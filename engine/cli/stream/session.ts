// A session with a process in a container: our standard streams joined with the raw connection of attach or exec.

import type { Duplex } from "../../lib/stream";
import type { Cli } from "../cli";
import { demultiplex } from "./demux";
import { DEFAULT_DETACH_KEYS, Detached, DetachWatcher, parseDetachKeys } from "./detach-keys";
import { makeRaw } from "./terminal";

export interface SessionOptions {
	tty: boolean;
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	/** As the user wrote them; "" for the usual ones. */
	detachKeys: string;
}

/**
 * Resolves when the output has ended.
 * @throws Detached when the detach keys were pressed
 */
export async function runSession(cli: Cli, stream: Duplex, options: SessionOptions): Promise<void> {
	const keys = options.detachKeys === "" ? DEFAULT_DETACH_KEYS : parseDetachKeys(options.detachKeys);
	const restore = options.stdin && options.tty ? await makeRaw(cli) : async () => {};
	try {
		const output = copyOutput(cli, stream, options);
		if (!options.stdin) {
			await stream.closeWrite().catch(() => {});
			await output;
			return;
		}
		const input = copyInput(cli, stream, options.tty ? new DetachWatcher(keys) : undefined);
		// the end of input is not the end: output may follow. Detaching is.
		const detached = input.then(() => new Promise<never>(() => {}));
		await (options.stdout || options.stderr ? Promise.race([output, detached]) : Promise.race([output, input]));
	} finally {
		await restore();
		await stream.close();
	}
}

async function copyInput(cli: Cli, stream: Duplex, watcher: DetachWatcher | undefined): Promise<void> {
	try {
		for (;;) {
			const bytes = await cli.sys.read(0, 32 * 1024);
			if (bytes.length === 0) break;
			await stream.write(watcher ? watcher.filter(bytes) : bytes);
		}
	} catch (error) {
		// the process may have gone: its output says the rest
		if (error instanceof Detached) throw error;
	}
	await stream.closeWrite().catch(() => {});
}

async function copyOutput(cli: Cli, stream: Duplex, options: SessionOptions): Promise<void> {
	const none = async () => {};
	const stdout = options.stdout ? (bytes: Uint8Array) => cli.out.write(bytes) : none;
	if (options.tty) {
		for await (const bytes of pieces(stream)) await stdout(bytes);
		return;
	}
	await demultiplex(pieces(stream), { stdout, stderr: options.stderr ? (bytes) => cli.err.write(bytes) : none });
}

async function* pieces(stream: Duplex): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await stream.read();
		if (bytes === null) return;
		yield bytes;
	}
}

/** @throws Error when a terminal is asked for and input is none */
export function checkTerminal(cli: Cli, attachStdin: boolean, tty: boolean): void {
	if (attachStdin && tty && !cli.stdinTerminal) throw new Error("the input device is not a TTY");
}
