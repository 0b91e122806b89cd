// A blob from a registry into the content store: resumed where it was cut, by this pull or an earlier one, and checked.

import { EngineError, messageOf, unavailable } from "../../lib/errors";
import { isErrno } from "../../lib/files";
import { gathered } from "../../lib/gather";
import type { Clock } from "../../port";
import type { Descriptor } from "../api";
import type { ContentStore } from "../content/store";
import { cancelled, isCut, type Repository } from "./repository";

const ATTEMPTS = 5;
const BACK_OFF_MS = 500;

export interface DownloadEvents {
	downloading(current: number): void;
	retrying(attempt: number, seconds: number): void;
	verifying(): void;
}

/** @throws EngineError failedPrecondition when the bytes are not what the digest says, unavailable when the line stays cut */
export async function download(
	repository: Repository,
	content: ContentStore,
	clock: Clock,
	descriptor: Descriptor,
	labels: Record<string, string>,
	events: DownloadEvents,
	signal?: { aborted: boolean },
): Promise<void> {
	const ref = `${descriptor.mediaType.includes("layer") ? "layer" : "blob"}-${descriptor.digest}`;
	for (let attempt = 1; ; attempt++) {
		const before = await content.begin(ref);
		try {
			await transfer(repository, content, ref, before, descriptor, events);
			break;
		} catch (error) {
			// half a blob on a full disk is in the way of what would make room
			if (isErrno(error, "ENOSPC")) await content.abort(ref).catch(() => {});
			if (signal?.aborted) throw cancelled();
			if (isErrno(error, "ENOSPC")) throw error;
			// what came counts: an attempt that brought something does not use up the patience
			if ((await content.begin(ref)) > before) attempt = 0;
			else if (attempt >= ATTEMPTS || !isCut(error)) throw error;
			if (!isCut(error)) throw error;
			const delay = BACK_OFF_MS * 2 ** attempt;
			events.retrying(attempt, delay / 1000);
			await new Promise<void>((resolve) => void clock.timer(delay, resolve));
		}
	}
	events.verifying();
	await content.commit(ref, descriptor.digest, descriptor.size, labels);
}

async function transfer(
	repository: Repository,
	content: ContentStore,
	ref: string,
	offset: number,
	{ digest, size }: Descriptor,
	events: DownloadEvents,
): Promise<void> {
	// more than there can be: another server's leavings
	if (offset > size) offset = await content.write(ref, 0, new Uint8Array(0));
	events.downloading(offset);
	if (offset === size) return;
	const response = await repository.request({
		method: "GET",
		path: `blobs/${digest}`,
		headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
		expect: [200, 206],
	});
	// a server without ranges begins anew
	let at = response.status === 206 ? offset : 0;
	for await (const piece of gathered(cuttable(response.body, digest), WRITE)) {
		at = await content.write(ref, at, piece);
		// more than was promised: commit will say so
		if (at > size) break;
		events.downloading(at);
	}
	if (at < size) throw unavailable(`${digest}: unexpected EOF`);
}

/** Each piece is a write to the disk, and told. */
const WRITE = 256 * 1024;

/** A body that ends with an error was cut; an error of the store is another matter. */
async function* cuttable(body: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
	try {
		yield* body;
	} catch (error) {
		throw error instanceof EngineError ? error : unavailable(`${digest}: ${messageOf(error)}`);
	}
}
