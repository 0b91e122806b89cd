// The session as a page: fetches everything first, then runs.

import { type Material, type Replies, session, type Trace } from "./session";

const bytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await (await fetch(path)).arrayBuffer());

async function traced(seed: number): Promise<Trace> {
	const digests: string[] = await (await fetch("/files")).json();
	const files = await Promise.all(digests.map(async (digest) => [digest, await bytes(`/files/${digest}`)] as const));
	const replies: Replies = await (await fetch("/replies")).json();
	const material: Material = {
		interpreter: await WebAssembly.compile(await bytes("/interpreter.wasm")),
		system: await bytes("/system"),
		files: Object.fromEntries(files),
		replies,
	};
	return session(seed, material);
}

Object.assign(globalThis, { traced });
