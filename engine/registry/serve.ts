// The registry over lib/http.

import type { Handle } from "../lib/http/serve";
import type { RegistryHandler } from "./handle";

export const httpHandler =
	(answer: RegistryHandler): Handle =>
	async (request, responder) => {
		const { status, headers, body } = await answer(request);
		if (body instanceof Uint8Array) return responder.respond(status, headers, body);
		// HEAD keeps the length that GET would have
		const out = await responder.stream(
			status,
			body || headers["content-length"] || status === 204 || status === 304 ? headers : { ...headers, "content-length": "0" },
		);
		for await (const piece of body ?? []) {
			if (out.closed) break;
			await out.write(piece);
		}
		await out.end();
	};
