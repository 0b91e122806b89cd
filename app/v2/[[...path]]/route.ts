// The site's registry: the read side of the Distribution API over plain files. It is the tab's docker.io, so NAME and
// library/NAME are one repository.

import { join } from "node:path";
import { Readable } from "node:stream";
import { parseQuery, percentDecode } from "@/engine/lib/http/query";
import { registryHandler } from "@/engine/registry/handle";
import { RegistryStore } from "@/engine/registry/store/store";
import { readOnlyFiles } from "../files";

export const dynamic = "force-dynamic";

const store = new RegistryStore(readOnlyFiles(join(/* turbopackIgnore: true */ process.cwd(), ".drydock/registry")), Date.now);
const handle = registryHandler(store, {
	readOnly: true,
	libraryNames: true,
	random: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
});

async function answer(request: Request): Promise<Response> {
	const { pathname, search } = new URL(request.url);
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

export { answer as GET, answer as HEAD };
