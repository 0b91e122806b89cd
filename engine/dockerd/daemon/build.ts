// POST /build: hands the context to the builder, and tells its events as the classic builder's stream does.

import type { ProgressMessage } from "../../api/common";
import { build } from "../../builder/build";
import { tarContext } from "../../builder/context/memory";
import { containerdRunner } from "../../builder/run/runner";
import type { BuildEvent } from "../../builder/types";
import { collect, text } from "../../lib/bytes";
import { decompressed } from "../../lib/decompress";
import { EngineError, invalidParameter } from "../../lib/errors";
import { makeDirectories } from "../../lib/files";
import { clean } from "../../lib/path";
import { familiarString, type Reference } from "../../lib/reference";
import { parseTarget } from "../image/names";
import { nameImage } from "../image/write";
import { type Daemon, DOCKER_ROOT } from "./daemon";

export interface BuildRequest {
	/** Of the Dockerfile in the context. */
	dockerfile: string;
	tags: string[];
	buildArgs: Record<string, string>;
	labels: Record<string, string>;
	target: string;
	noCache: boolean;
	pull: boolean;
	/** The id alone, at the end. */
	quiet: boolean;
}

export async function buildImage(
	daemon: Daemon,
	request: BuildRequest,
	body: AsyncIterable<Uint8Array>,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	const references = request.tags.map((tag) => parseTarget(tag, ""));
	const context = await tarContext(await decompressed(body));
	const path = clean(`/${request.dockerfile}`).slice(1);
	if (!(await context.stat(path))) {
		throw invalidParameter(`Cannot locate specified Dockerfile: ${request.dockerfile}`);
	}
	const dockerfile = text(await collect(context.read(path)));
	if (dockerfile === "") throw invalidParameter(`the Dockerfile (${request.dockerfile}) cannot be empty`);
	const scratch = `${DOCKER_ROOT}/buildkit`;
	await makeDirectories(daemon.sys, scratch, 0o700);
	const events = build(
		{
			dockerfile,
			context,
			// Named below: an image that loses its name to this one stays, nameless.
			tags: [],
			buildArgs: request.buildArgs,
			labels: request.labels,
			target: request.target || undefined,
			noCache: request.noCache,
			pull: request.pull,
		},
		{
			containerd: daemon.containerd,
			sys: daemon.sys,
			runStep: containerdRunner(daemon.sys, daemon.containerd, "/run/docker/build"),
			scratch,
		},
	);
	await tell(daemon, request, events, references, send).catch((error) => {
		throw worded(error);
	});
}

/** The classic builder's words for a command that failed; clients exit with its code. */
function worded(error: unknown): unknown {
	if (!(error instanceof EngineError) || typeof error.detail?.exitCode !== "number") return error;
	const command = /^process "(.*)" did not complete/s.exec(error.message)?.[1];
	if (command === undefined) return error;
	const code = error.detail.exitCode;
	return new EngineError(error.kind, `The command '${JSON.parse(`"${command}"`)}' returned a non-zero code: ${code}`, { code });
}

async function tell(
	daemon: Daemon,
	request: BuildRequest,
	events: AsyncIterable<BuildEvent>,
	references: Reference[],
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	const say = async (stream: string): Promise<void> => (request.quiet ? undefined : send({ stream }));
	for await (const event of events) {
		const words = wordsOf(event);
		if (words) await say(words);
		if (event.kind !== "built") continue;
		const { digest } = event.target;
		for (const reference of references.length > 0 ? references : [undefined]) {
			await nameImage(daemon.containerd, reference, event.target);
		}
		await send({ aux: { ID: digest } });
		await say(`Successfully built ${digest.slice("sha256:".length, "sha256:".length + 12)}\n`);
		for (const reference of references) await say(`Successfully tagged ${familiarString(reference)}\n`);
		if (request.quiet) await send({ stream: `${digest}\n` });
	}
}

/** "[builder 2/3] RUN make" is "Step builder 2/3 : RUN make"; steps that are no instruction of the file are not told. */
function stepWords(name: string): string | undefined {
	const [, place, instruction] = /^\[([^\]]+)\] (.*)$/s.exec(name) ?? [];
	return place && `Step ${place} : ${instruction}\n`;
}

function wordsOf(event: BuildEvent): string | undefined {
	if (event.kind === "step") return stepWords(event.name);
	if (event.kind === "cached") return " ---> Using cache\n";
	if (event.kind === "output") return text(event.data);
	return undefined;
}
