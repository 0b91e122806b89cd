// The requests to a site that lends a daemon, by fetch: in a page's worker its cookie goes along by itself, elsewhere a jar keeps it.
// The way they go is told in app/api/sandbox/wire.ts.

import type { SandboxRefusal, SandboxState } from "../../api/sandbox";
import { reasonOf } from "../../lib/fetch-error";

/** The site's no. */
export class Refused extends Error {
	override readonly name = "Refused";
	constructor(readonly refusal: SandboxRefusal) {
		super(refusal.message);
	}
}

/** Where cookies are kept that no browser keeps. */
export interface Jar {
	get(): string | undefined;
	set(cookie: string): void;
}

export interface Down {
	/** The site's name for the connection. */
	connection: string;
	pieces: AsyncIterable<Uint8Array>;
	/** Lets go of it. */
	cancel(): void;
}

export interface SiteCalls {
	/** @throws Refused, Error when the site cannot be reached */
	state(method: "GET" | "POST"): Promise<SandboxState>;
	/** The way down, for as long as it lasts. @throws Refused, Error */
	down(): Promise<Down>;
	/** Frames up, as the number `sequence`. @throws Refused, Error */
	up(connection: string, sequence: number, frames: Uint8Array): Promise<void>;
}

/** @param url https://the.site/api/sandbox */
export function siteCalls(url: string, jar?: Jar): SiteCalls {
	const { origin } = new URL(url);
	async function ask(path: string, init: RequestInit): Promise<Response> {
		const cookie = jar?.get();
		const own: Record<string, string> = jar ? { origin, ...(cookie ? { cookie } : {}) } : {};
		const response = await fetch(`${url}${path}`, {
			...init,
			headers: { ...(init.headers as Record<string, string>), ...own },
			credentials: "same-origin",
			cache: "no-store",
			redirect: "error",
		}).catch((error: Error) => {
			throw new Error(`the site cannot be reached: ${reasonOf(error)}`);
		});
		for (const set of jar ? response.headers.getSetCookie() : []) jar?.set(set.split(";")[0]!);
		if (response.ok) return response;
		throw new Refused(await refusalOf(response));
	}
	return {
		state: async (method) => (await (await ask("", { method })).json()) as SandboxState,
		async down() {
			const cut = new AbortController();
			const response = await ask("/streams", { signal: cut.signal });
			const connection = response.headers.get("x-sandbox-connection") ?? "";
			return { connection, pieces: piecesOf(response.body), cancel: () => cut.abort() };
		},
		async up(connection, sequence, frames) {
			const query = `connection=${encodeURIComponent(connection)}&sequence=${sequence}`;
			const headers = { "content-type": "application/octet-stream" };
			const answer = await ask(`/streams?${query}`, { method: "POST", headers, body: frames as Uint8Array<ArrayBuffer> });
			await answer.arrayBuffer();
		},
	};
}

/** A site that has no such route answers with a page. */
async function refusalOf(response: Response): Promise<SandboxRefusal> {
	const answer = (await response.json().catch(() => ({}))) as Partial<SandboxRefusal>;
	if (typeof answer.reason === "string" && typeof answer.message === "string") return answer as SandboxRefusal;
	const reason = response.status === 404 ? "disabled" : "failed";
	return { reason, message: answer.message ?? `the site answered ${response.status} ${response.statusText}`.trim() };
}

async function* piecesOf(stream: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
	const reader = stream?.getReader();
	for (;;) {
		const next = await reader?.read();
		if (!next || next.done) return;
		yield next.value;
	}
}
