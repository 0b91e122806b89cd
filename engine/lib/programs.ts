// Programs run by other programs: found along PATH, and as a step that a stream passes.

import { exitStatus, type Sys, SysError } from "../sys";
import { text } from "./bytes";
import { systemError } from "./errors";
import { readAll, writeAll } from "./files";
import { O, SIGNALS } from "./linux";

/** A daemon's own, whoever started it. */
export const DAEMON_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The file that a name means, or undefined where PATH has none. */
export async function findProgram(sys: Sys, name: string, path: string): Promise<string | undefined> {
	for (const folder of path.split(":").filter(Boolean)) {
		const candidate = `${folder}/${name}`;
		const found = await sys.stat(candidate).catch(() => undefined);
		if (found && found.mode & 0o111) return candidate;
	}
	return undefined;
}

const CHUNK = 1 << 16;

/**
 * What a program makes of a stream: `source` is its standard input. It is killed where its output is not wanted to the end.
 * @throws EngineError system in Go's words where there is no such program, and where it fails, with what it said
 */
export async function* through(sys: Sys, argv: readonly string[], source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const [name] = argv as [string];
	const path = await findProgram(sys, name, DAEMON_PATH);
	if (!path) throw systemError(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`);
	const [[theirInput, input], [output, theirOutput], [errors, theirErrors]] = [await pipe(sys), await pipe(sys), await pipe(sys)];
	const theirs = [theirInput, theirOutput, theirErrors];
	const pid = await sys.spawn(path, [...argv], [`PATH=${DAEMON_PATH}`], { fds: theirs }).finally(async () => {
		for (const fd of theirs) await sys.close(fd);
	});
	let cut: unknown;
	const feeding = feed(sys, input, source).catch((error: unknown) => {
		cut = error;
	});
	const saying = readAll(sys, errors).finally(() => sys.close(errors));
	let [whole, status] = [false, 0];
	try {
		for (let piece = await sys.read(output, CHUNK); piece.length > 0; piece = await sys.read(output, CHUNK)) yield piece;
		whole = true;
	} finally {
		await sys.close(output);
		if (!whole) await sys.kill(pid, SIGNALS.SIGKILL);
		({ status } = await sys.wait4(pid));
	}
	const said = text(await saying);
	if (status === 0) await feeding;
	// what the source could not give is why the program failed
	if (cut !== undefined) throw cut;
	if (status !== 0) throw systemError(`${ending(status)}: ${said}`);
}

/** As Go words it. */
function ending(status: number): string {
	const code = exitStatus(status);
	if (code !== undefined) return `exit status ${code}`;
	const [name] = Object.entries(SIGNALS).find(([, number]) => number === (status & 0x7f)) ?? [];
	return `signal: ${name === "SIGKILL" ? "killed" : (name ?? status)}`;
}

const pipe = (sys: Sys): Promise<[number, number]> => sys.pipe2(O.CLOEXEC);

/** Ends with the source, or when nobody reads any more. */
async function feed(sys: Sys, fd: number, source: AsyncIterable<Uint8Array>): Promise<void> {
	try {
		for await (const piece of source) await writeAll(sys, fd, piece);
	} catch (error) {
		if (!(error instanceof SysError && error.errno === "EPIPE")) throw error;
	} finally {
		await sys.close(fd);
	}
}
