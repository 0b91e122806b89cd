// What of the inner daemon's answer goes back. It may be anybody's answer: a learner can replace the daemon by a program of
// their own. So its status must be one that Docker uses, and of its header fields only the known go on, when they look as they should.

import type { Headers } from "@/engine/lib/http/types";

const SHAPES: ReadonlyMap<string, RegExp> = new Map([
	["content-type", /^[a-z]+\/[a-z0-9.+-]{1,80}(; ?charset=[a-z0-9-]{1,20})?$/i],
	["api-version", /^\d{1,2}\.\d{1,3}$/],
	["docker-experimental", /^(true|false)$/],
	["builder-version", /^\d?$/],
	["swarm", /^[a-z/]{1,40}$/],
	["ostype", /^[a-z]{1,20}$/],
	["server", /^[A-Za-z0-9./ ()+~_-]{1,120}$/],
	["x-docker-container-path-stat", /^[A-Za-z0-9+/=_-]{1,16384}$/],
]);
/** Nothing that a browser would draw or run, were it led there. */
const HARMLESS =
	/^(application\/(json|x-tar|octet-stream|x-gzip|problem\+json|vnd\.docker\.(raw|multiplexed)-stream)|text\/plain)\b/i;

export function vetAnswerHeaders(headers: Headers): Headers {
	const kept: Headers = {};
	for (const [name, shape] of SHAPES) {
		const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
		if (value !== undefined && shape.test(value)) kept[name] = value;
	}
	if (kept["content-type"] !== undefined && !HARMLESS.test(kept["content-type"]))
		kept["content-type"] = "application/octet-stream";
	return kept;
}

/** A status that goes back: no redirects, nothing odd. */
export const plausible = (status: number): boolean =>
	status === 101 || status === 304 || (status >= 200 && status < 300) || (status >= 400 && status < 600);
