// A learner of the bench: the route's client, from an address of its own.

import { SandboxClient } from "../support/sandbox-server";
import type { Call } from "./docker-run";

let addresses = 0;
export const learner = (site: string): SandboxClient =>
	new SandboxClient(site, { "x-forwarded-for": `10.${++addresses >> 8}.${addresses & 255}.1` });

/** The Engine API of the learner's sandbox. */
export const callOf =
	(client: SandboxClient): Call =>
	async (method, path, body) => {
		const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
		const answer = await client.fetch(method, `/engine${path}`, sent);
		return { status: answer.status, body: await answer.text() };
	};
