// An image from its registry for the cache: no name of the store's stands for it.

import type { Descriptor } from "../../containerd/api";
import { notFound } from "../../lib/errors";
import type { Vertex } from "../progress";
import type { BuildBackend } from "../types";

/** @param vertex is told of each layer that comes in @throws EngineError of the registry's */
export async function fetchImage(backend: BuildBackend, name: string, unpack: boolean, vertex?: Vertex): Promise<Descriptor> {
	const { containerd, cache } = backend;
	const auth = backend.authOf?.(name);
	const request = { reference: name, unpack, labels: cache.labels(), ...(auth ? { auth } : {}) };
	const tasks = new Map<string, (current: number, total?: number, done?: boolean) => void>();
	let target: Descriptor | undefined;
	vertex?.start();
	for await (const step of containerd["transfer.pull"](request)) {
		if (step.kind === "done") target = step.target;
		if (step.kind !== "layer" || !vertex) continue;
		const { digest, state, current, total } = step;
		const what = state === "extracting" || state === "done" ? `extracting ${digest}` : digest;
		const tell = tasks.get(what) ?? vertex.task(what);
		tasks.set(what, tell);
		if (state === "done") tell(0, 0, true);
		else if (state === "downloading" || state === "downloaded" || state === "exists") {
			tell(total || current, total, state !== "downloading");
		}
	}
	if (!target) throw notFound(`${name}: not found`);
	return target;
}
