// Where a build's files come from: its context, another stage, an image, a URL, a heredoc.

import { digestOf } from "../../lib/digest";
import { EngineError, invalidParameter, notImplemented } from "../../lib/errors";
import { CONTEXT_LIMIT, collectWithin, MemoryContext } from "../context/memory";
import { sysContext } from "../context/sys";
import type { BuildContext } from "../context/types";
import type { Progress, Vertex } from "../progress";
import { viewed } from "./layer";
import type { Op, Solver } from "./solver";

/** A tree of files that can be looked at for a while. */
export interface Source {
	/** Announced before it is needed. */
	readonly vertex: Vertex | undefined;
	with<T>(work: (files: BuildContext) => Promise<T>): Promise<T>;
}

/** What the client sent. It is here already; what is told is how much of it there is. */
export class ContextSource implements Source {
	private loading: Promise<void> | undefined;
	private announced: Vertex | undefined;
	constructor(
		private readonly progress: Progress,
		private readonly name: string,
		private readonly files: BuildContext,
		private readonly loaded: (size: number) => Promise<void>,
	) {}
	/** A build that does not use its context does not speak of it. */
	get vertex(): Vertex {
		this.announced ??= this.progress.vertex(this.name);
		return this.announced;
	}
	async with<T>(work: (files: BuildContext) => Promise<T>): Promise<T> {
		this.loading ??= this.vertex.doing(async () => {
			const tell = this.vertex.task("transferring context:");
			const size = await sizeOf(this.files, "");
			tell(size, 0, true);
			await this.loaded(size);
		});
		await this.loading;
		return work(this.files);
	}
}
async function sizeOf(files: BuildContext, path: string): Promise<number> {
	let size = 0;
	for (const entry of await files.list(path)) {
		// each entry's name and metadata travel, too
		size += 30 + entry.name.length + (entry.type === "file" ? entry.size : 0);
		if (entry.type === "directory") size += await sizeOf(files, path === "" ? entry.name : `${path}/${entry.name}`);
	}
	return size;
}

export class OpSource implements Source {
	constructor(
		private readonly solver: Solver,
		readonly op: Op,
	) {}
	get vertex(): Vertex | undefined {
		return this.op.vertex;
	}
	async with<T>(work: (files: BuildContext) => Promise<T>): Promise<T> {
		const layers = await this.op.result();
		const { backend } = this.solver;
		return viewed(backend, layers, (root) => work(sysContext(backend.sys, root)));
	}
}

/** Files given in the Dockerfile. */
export class InlineSource implements Source {
	readonly vertex = undefined;
	constructor(private readonly files: MemoryContext) {}
	with<T>(work: (files: BuildContext) => Promise<T>): Promise<T> {
		return work(this.files);
	}
}

/** One file from a URL. Its mode is 0600, and its time what the server says. */
export class HttpSource implements Source {
	private fetching: Promise<MemoryContext> | undefined;
	constructor(
		private readonly solver: Solver,
		readonly vertex: Vertex,
		private readonly url: string,
		readonly filename: string,
		private readonly checksum: string,
	) {}
	async with<T>(work: (files: BuildContext) => Promise<T>): Promise<T> {
		this.fetching ??= this.vertex.doing(() => this.fetch());
		return work(await this.fetching);
	}
	private async fetch(): Promise<MemoryContext> {
		const { headers, content } = await download(this.solver.backend.fetchUrl, this.url);
		const digest = digestOf(content);
		if (this.checksum !== "" && digest !== this.checksum) {
			throw invalidParameter(`digest mismatch ${digest}: ${this.checksum}`);
		}
		const files = new MemoryContext();
		const time = Date.parse(headers["last-modified"] ?? "");
		files.add(this.filename, { mode: 0o600, mtime: Number.isNaN(time) ? 0n : BigInt(time) * 1_000_000n, content });
		return files;
	}
}

type FetchUrl = Solver["backend"]["fetchUrl"];
/** @throws EngineError when it cannot be had */
export async function download(
	fetchUrl: FetchUrl,
	url: string,
): Promise<{ headers: Record<string, string>; content: Uint8Array }> {
	if (!fetchUrl) throw notImplemented(`${url}: this builder has no way to the outside`);
	const { status, headers, body } = await fetchUrl(url);
	const content = await collectWithin(body, CONTEXT_LIMIT, url);
	if (status < 200 || status >= 400) throw new EngineError("system", `invalid response status ${status}`);
	return { headers, content };
}
