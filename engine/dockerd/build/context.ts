// The files of a build: a tar in the request's body, compressed or not, or what a URL leads to.

import { CONTEXT_LIMIT, MemoryContext, tarContext } from "../../builder/context/memory";
import { select } from "../../builder/context/select";
import { type BuildContext, below } from "../../builder/context/types";
import { isGit, isHttp } from "../../builder/convert/copy";
import { download } from "../../builder/solve/sources";
import { peekArchive, plainArchive } from "../../lib/archive";
import { collect, text } from "../../lib/bytes";
import { invalidParameter, isKind, messageOf, notImplemented, systemError } from "../../lib/errors";
import { clean } from "../../lib/path";
import type { Sys } from "../../sys";
import type { Daemon } from "../daemon/daemon";
import type { BuildRequest } from "./request";

type Host = Pick<Daemon, "sys" | "fetchUrl">;

export interface OpenedContext {
	context: BuildContext;
	dockerfile: string;
	/** Its name in the context. */
	filename: string;
	/** --build-context: directories that came along, by name; names of images as they are. */
	contexts: Record<string, BuildContext | string>;
}

/** @throws EngineError invalidParameter for what is no context, notImplemented for what is not supported */
export async function openContext(daemon: Host, request: BuildRequest, body: AsyncIterable<Uint8Array>): Promise<OpenedContext> {
	const all = request.remote === "" ? await readTree(daemon.sys, body) : await remoteTree(daemon, request);
	const contexts: OpenedContext["contexts"] = {};
	let context: BuildContext = all;
	for (const [name, value] of Object.entries(request.contexts)) {
		const prefix = /^upload:(.+)$/.exec(value)?.[1];
		contexts[name] = prefix ? under(all, prefix) : value;
		if (prefix) context = without(context, prefix.split("/")[0]!);
	}
	const { filename, dockerfile } = await readDockerfile(context, request);
	return { context, dockerfile, filename, contexts };
}

/** @throws EngineError */
async function readTree(sys: Sys, body: AsyncIterable<Uint8Array>): Promise<MemoryContext> {
	try {
		const { bsize, bfree, bavail = bfree } = await sys.statfs("/");
		const context = await tarContext(await plainArchive(sys, body), Math.min(CONTEXT_LIMIT, bsize * bavail));
		await readAway(body);
		return context;
	} catch (error) {
		const words = `Error processing tar file(exit status 1): ${messageOf(error)}`;
		if (isKind(error, "invalidParameter") || isKind(error, "dataLoss")) throw invalidParameter(words);
		if (isKind(error, "system")) throw systemError(words);
		throw error;
	}
}

/** What is behind the archive's end: only a client whose request has been read to its end can be seen to leave. */
async function readAway(body: AsyncIterable<Uint8Array>): Promise<void> {
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > CONTEXT_LIMIT) return;
	}
}

async function remoteTree({ sys, fetchUrl }: Host, { remote, dockerfile }: BuildRequest): Promise<MemoryContext> {
	if (isGit(remote))
		throw notImplemented(`${remote}: this host's builder has no git: clone the repository and send it as the context`);
	if (!isHttp(remote)) throw invalidParameter(`remoteURL (${remote}) could not be recognized as URL`);
	const { content } = await download(fetchUrl, remote);
	const pieces = async function* () {
		yield content;
	};
	const { compression, whole } = await peekArchive(pieces());
	if (compression !== "none" || text(content.subarray(257, 262)) === "ustar") return readTree(sys, whole);
	const context = new MemoryContext();
	context.add(dockerfile || "Dockerfile", { content });
	return context;
}

async function readDockerfile(
	context: BuildContext,
	{ dockerfile, version }: BuildRequest,
): Promise<{ filename: string; dockerfile: string }> {
	const typed = dockerfile || "Dockerfile";
	const names = typed === "Dockerfile" ? [typed, "dockerfile"] : [typed];
	for (const name of names) {
		const filename = clean(`/${name}`).slice(1);
		const [found] = await select(context, filename).catch(() => []);
		if (found?.entry.type !== "file") continue;
		const content = text(await collect(context.read(found.path)));
		if (content === "" && version === 1) throw invalidParameter(`the Dockerfile (${typed}) cannot be empty`);
		return { filename, dockerfile: content };
	}
	if (version === 2) throw invalidParameter(`failed to read dockerfile: open ${typed}: no such file or directory`);
	throw invalidParameter(`Cannot locate specified Dockerfile: ${typed}`);
}

/** A directory of a context as a context. */
const under = (context: BuildContext, prefix: string): BuildContext => ({
	async stat(path) {
		const entry = await context.stat(below(prefix, path).replace(/\/$/, ""));
		return entry ?? (path === "" ? { name: "", type: "directory", mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0n } : undefined);
	},
	list: (path) => context.list(path === "" ? prefix : below(prefix, path)),
	read: (path) => context.read(below(prefix, path)),
});
const without = (context: BuildContext, name: string): BuildContext => ({
	stat: async (path) => (path.split("/")[0] === name ? undefined : context.stat(path)),
	list: async (path) => (await context.list(path)).filter((entry) => path !== "" || entry.name !== name),
	read: (path) => context.read(path),
});
