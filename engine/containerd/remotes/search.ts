// Docker's search of a registry's index: GET /v1/search. It is no part of the Distribution API; registries that are no index have none.

import { collect, text } from "../../lib/bytes";
import { systemError, unavailable } from "../../lib/errors";
import type { SearchResult } from "../api";
import { baseOf } from "./hosts";
import type { RemoteOptions } from "./repository";

const INDEX = "https://index.docker.io";

/** @param limit 0 for as many as the index gives by itself */
export async function searchIndex(
	domain: string,
	term: string,
	limit: number,
	{ fetch, hosts }: RemoteOptions,
): Promise<SearchResult[]> {
	const base = domain === "docker.io" && hosts["docker.io"] === undefined ? INDEX : baseOf(domain, hosts);
	const url = `${base}/v1/search?q=${encodeURIComponent(term)}${limit > 0 ? `&n=${limit}` : ""}`;
	const answer = await fetch({ method: "GET", url, headers: {} }).catch((error: unknown) => {
		throw unavailable(`Get ${JSON.stringify(url)}: ${(error as Error).message}`);
	});
	const body = text(await collect(answer.body));
	if (answer.status !== 200) throw systemError(`Unexpected status code ${answer.status}`);
	try {
		const { results } = JSON.parse(body) as { results?: Array<Partial<SearchResult>> };
		return (results ?? []).map(({ name = "", description = "", star_count = 0, is_official = false }) => ({
			name,
			description,
			star_count,
			is_official,
			is_automated: false,
		}));
	} catch {
		throw systemError("error decoding the index's answer");
	}
}

/** "localhost:5000/x" is looked for on localhost:5000, anything else on Docker's own index. */
export function splitTerm(term: string): { domain: string; rest: string } {
	const match = /^(localhost|[^/]*[.:][^/]*)\/(.*)$/.exec(term);
	const [domain, rest] = match ? [match[1]!, match[2]!] : ["docker.io", term];
	const own = domain === "docker.io" || domain === "index.docker.io";
	return { domain: own ? "docker.io" : domain, rest: own ? rest.replace(/^library\//, "") : rest };
}
