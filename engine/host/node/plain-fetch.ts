// HTTP(S) by Node's own client, for what fetch cannot do: it refuses some ports (the Fetch standard's "bad ports": 1, 6000, 10080 and
// others), and a registry may well be behind one; and it does not tell when a body has gone out.

import { request as http, type IncomingMessage } from "node:http";
import { request as https } from "node:https";
import { ENGINE_VERSION } from "../../api/version";
import type { FetchRequest, FetchResponse } from "../../port";

/** How fetch says that a port is one of those. */
export const BAD_PORT = "bad port";

/** What fetch says of itself, unless it is told otherwise: there are registries that refuse whoever says nothing. */
const OWN = { accept: "*/*", "user-agent": `docker/${ENGINE_VERSION}` };

/** @throws Error with the system's words when nothing is reached */
export function plainFetch({ url, method, headers, body, onsent }: FetchRequest, signal: AbortSignal): Promise<FetchResponse> {
	const send = url.startsWith("https:") ? https : http;
	return new Promise((resolve, reject) => {
		const sent = send(url, { method, headers: { ...OWN, ...headers }, signal }, (answer: IncomingMessage) =>
			resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: answer }),
		);
		sent.on("error", reject);
		if (onsent) sent.on("finish", onsent);
		sent.end(body);
	});
}

/** What came more than once is one value, as fetch has it. */
export const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(", ")]])),
	);
