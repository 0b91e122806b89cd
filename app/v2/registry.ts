// The site's registry: the read side of the Distribution API over plain files. It is the tab's docker.io, so NAME and
// library/NAME are one repository. What is not here comes from the upstream registry, where one is configured.

import { join } from "node:path";
import { Readable } from "node:stream";
import { mirrorSettings, openMirror } from "@/engine/host/node/mirror";
import { parseQuery, percentDecode } from "@/engine/lib/http/query";
import { type RegistryHandler, registryHandler } from "@/engine/registry/handle";
import { behind } from "@/engine/registry/mirror/behind";
import { RegistryStore } from "@/engine/registry/store/store";
import { readOnlyFiles } from "./files";

const kept = join(/* turbopackIgnore: true */ process.cwd(), ".drydock");
const own = registryHandler(new RegistryStore(readOnlyFiles(join(kept, "registry")), Date.now), {
	readOnly: true,
	libraryNames: true,
	search: true,
	random: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
});
const settings = mirrorSettings(process.env, join(kept, "upstream"));
const opened: Promise<RegistryHandler> = settings
	? openMirror(settings).then((mirror) => behind(own, mirror.handle))
	: Promise.resolve(own);

export async function answer(request: Request): Promise<Response> {
	const { pathname, search } = new URL(request.url);
	const handle = await opened;
	const { status, headers, body } = await handle({
		method: request.method,
		path: percentDecode(pathname),
		query: parseQuery(search.slice(1)),
		headers: Object.fromEntries(request.headers),
		body: nothing(),
	});
	return new Response(bodyOf(body), { status, headers });
}
const bodyOf = (body: Uint8Array | AsyncIterable<Uint8Array> | undefined): BodyInit | null =>
	body === undefined || body instanceof Uint8Array
		? ((body as Uint8Array<ArrayBuffer> | undefined) ?? null)
		: (Readable.toWeb(Readable.from(body)) as ReadableStream);

async function* nothing(): AsyncIterable<Uint8Array> {}
