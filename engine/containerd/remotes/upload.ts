// A blob from the content store into a registry. Cut on the way, it goes on where the registry says that it got to, or
// begins anew; the registry has all of it under its digest in the end, or nothing.
//
//     POST uploads/  ──202──►  PATCH, a large blob piece by piece  ──►  PUT ?digest=, the rest
//        └──201: mounted from another repository

import { collect } from "../../lib/bytes";
import { type EngineError, systemError, unavailable } from "../../lib/errors";
import type { FetchResponse } from "../../port";
import type { Descriptor } from "../api";
import type { ContentStore } from "../content/store";
import { cancelled, discard, isCut, type Repository, resolveUrl } from "./repository";

const ATTEMPTS = 5;
const BACK_OFF_MS = 500;
/** A blob that is larger goes in pieces of this size: none of them is held whole, and how far it has come can be seen. */
const PIECE = 8 << 20;

export interface UploadEvents {
	uploading(current: number): void;
	retrying(attempt: number): void;
}
export type Uploaded = { state: "exists" } | { state: "mounted"; from: string } | { state: "pushed" };

/** Where a session is, and how much of the blob it has. */
interface Session {
	url: string;
	at: number;
	/** The least that a piece but the last may have. */
	piece: number;
}

/**
 * @param sources repositories of the same registry that have the blob, best first
 * @throws EngineError as Repository.request does; unavailable when the line stays cut
 */
export async function upload(
	repository: Repository,
	content: ContentStore,
	blob: Descriptor,
	sources: readonly string[],
	events: UploadEvents,
	signal?: { aborted: boolean },
): Promise<Uploaded> {
	const send = new Upload(repository, content, blob, events);
	let best = 0;
	for (let attempt = 1; ; attempt++) {
		try {
			return await send.run(sources);
		} catch (error) {
			if (signal?.aborted) {
				await send.cancel();
				throw cancelled();
			}
			// what arrived counts: an attempt that brought something does not use up the patience
			if (send.progress > best) attempt = 1;
			best = Math.max(best, send.progress);
			if (!isCut(error) || attempt >= ATTEMPTS) {
				await send.cancel();
				throw error;
			}
			events.retrying(attempt);
			await repository.sleep(BACK_OFF_MS * 2 ** attempt);
		}
	}
}

class Upload {
	private session: Session | undefined;
	/** A registry without PATCH gets the whole at once. */
	private whole = false;

	constructor(
		private readonly repository: Repository,
		private readonly content: ContentStore,
		private readonly blob: Descriptor,
		private readonly events: UploadEvents,
	) {}

	get progress(): number {
		return this.session?.at ?? 0;
	}

	async run(sources: readonly string[]): Promise<Uploaded> {
		const { digest, size } = this.blob;
		const there = await this.repository.request({ method: "HEAD", path: `blobs/${digest}`, expect: [200, 404] });
		await discard(there);
		// so it is, too, when only the answer to the last request was lost
		if (there.status === 200) return this.session ? { state: "pushed" } : { state: "exists" };
		if (this.session) this.session = await this.resumed(this.session);
		if (!this.session) {
			const begun = await this.begin(sources);
			if (begun.state === "mounted") return begun;
			this.session = begun.session;
		}
		this.events.uploading(this.session.at);
		while (!this.whole && size - this.session.at > this.session.piece) await this.patch(this.session);
		await this.finish(this.session);
		this.events.uploading(size);
		return { state: "pushed" };
	}

	/** Tells the registry that nothing more comes; whether it hears that does not matter. */
	async cancel(): Promise<void> {
		const { session } = this;
		this.session = undefined;
		if (!session) return;
		const request = { method: "DELETE", path: session.url, expect: [200, 202, 204, 404] };
		await this.repository.request(request).then(discard, () => {});
	}

	private async begin(
		sources: readonly string[],
	): Promise<{ state: "begun"; session: Session } | { state: "mounted"; from: string }> {
		const from = sources[0];
		const path = `blobs/uploads/${from ? `?mount=${this.blob.digest}&from=${encodeURIComponent(from)}` : ""}`;
		const response = await this.repository.request({ method: "POST", path, expect: [201, 202], ...(from ? { from } : {}) });
		await discard(response);
		if (response.status === 201 && from) return { state: "mounted", from };
		const least = Number(response.headers["oci-chunk-min-length"] ?? 0);
		return { state: "begun", session: { url: this.locationOf(response, path), at: 0, piece: Math.max(PIECE, least || 0) } };
	}

	/** What the registry has of an upload that was cut; undefined where that cannot be known. */
	private async resumed(session: Session): Promise<Session | undefined> {
		const status = await this.repository.request({ method: "GET", path: session.url, expect: [204, 200, 404, 405] });
		await discard(status);
		const range = /^0-(\d+)$/.exec(status.headers.range ?? "");
		const at = Number(range?.[1] ?? 0) + 1;
		// 0-0 is nothing or one byte: nobody can tell
		if (status.status >= 400 || at < 2 || at > this.blob.size) {
			await this.cancel();
			return undefined;
		}
		const url = status.headers.location ? this.locationOf(status, session.url) : session.url;
		return { ...session, url, at };
	}

	private async patch(session: Session): Promise<void> {
		const body = await collect(this.content.read(this.blob.digest, session.at, session.piece));
		const response = await this.repository.request({
			method: "PATCH",
			path: session.url,
			headers: {
				"content-type": "application/octet-stream",
				"content-range": `${session.at}-${session.at + body.length - 1}`,
			},
			body,
			expect: [202, 204, 404, 405, 416, 501],
		});
		await discard(response);
		if (response.status === 405 || response.status === 501) {
			this.whole = true;
			return;
		}
		if (response.status >= 400) throw this.outOfStep(response);
		session.url = this.locationOf(response, session.url);
		session.at += body.length;
		this.events.uploading(session.at);
	}

	private async finish(session: Session): Promise<void> {
		const { digest, size } = this.blob;
		const body = await collect(this.content.read(digest, session.at));
		const response = await this.repository.request({
			method: "PUT",
			path: `${session.url}${session.url.includes("?") ? "&" : "?"}digest=${encodeURIComponent(digest)}`,
			headers: {
				"content-type": "application/octet-stream",
				...(session.at > 0 && body.length > 0 ? { "content-range": `${session.at}-${size - 1}` } : {}),
			},
			body,
			expect: [201, 204, 404, 416],
		});
		await discard(response);
		if (response.status >= 400) throw this.outOfStep(response);
	}
	/** The registry has forgotten the upload, or has another part of it: worth another attempt. */
	private outOfStep({ status }: FetchResponse): EngineError {
		if (status === 404) this.session = undefined;
		return unavailable(`${this.blob.digest}: the registry lost track of the upload (${status})`);
	}

	private locationOf({ headers }: FetchResponse, path: string): string {
		if (!headers.location) throw systemError("the registry gave no location for an upload");
		return resolveUrl(this.repository.urlOf(path), headers.location);
	}
}
