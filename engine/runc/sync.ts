// The pipe between runc and the process it makes: one line of JSON each way, then the end of the pipe.
// Its closing by exec (O_CLOEXEC) is the news that the exec succeeded.

import { text, utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { readAll, writeAll } from "../lib/files";
import { O } from "../lib/linux";
import type { Sys } from "../sys";
import { RuncError } from "./errors";

export interface SyncPipes {
	/** The parent's "go on": read by the child. */
	go: [read: number, write: number];
	/** The child's report: read by the parent. */
	report: [read: number, write: number];
}

export async function openSync(sys: Sys): Promise<SyncPipes> {
	return { go: await sys.pipe2(O.CLOEXEC), report: await sys.pipe2(O.CLOEXEC) };
}

/** Lets the child run; answers when it has closed its end. @throws RuncError what the child reported */
export async function release(sys: Sys, pipes: SyncPipes): Promise<void> {
	await sys.close(pipes.report[1]);
	await sys.close(pipes.go[0]);
	await writeAll(sys, pipes.go[1], utf8("go\n"));
	await sys.close(pipes.go[1]);
	const report = text(await readAll(sys, pipes.report[0]));
	await sys.close(pipes.report[0]);
	if (report) throw new RuncError((JSON.parse(report) as { error: string }).error);
}

/** The child's side: waits until runc has put it where it belongs. */
export async function awaitRelease(sys: Sys, pipes: SyncPipes): Promise<void> {
	await sys.close(pipes.report[0]);
	await sys.close(pipes.go[1]);
	const go = await readAll(sys, pipes.go[0]);
	await sys.close(pipes.go[0]);
	// runc died before it let go.
	if (go.length === 0) sys.exit(1);
}

/** The child failed: says so and ends. */
export async function fail(sys: Sys, pipes: SyncPipes, error: unknown): Promise<never> {
	await writeAll(sys, pipes.report[1], utf8(JSON.stringify({ error: messageOf(error) })));
	return sys.exit(1);
}
