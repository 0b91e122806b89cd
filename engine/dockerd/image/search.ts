// GET /images/search: what an index has under a term, with Docker's filters over it.

import type { RegistryAuth, SearchResult } from "../../containerd/api";
import { invalidParameter } from "../../lib/errors";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";

/** Of results; moby's daemon/pkg/registry/search.go. */
const BY_DEFAULT = 25;
const MOST = 100;

export interface SearchRequest {
	term: string;
	/** 0: as many as there are by default. */
	limit: number;
	filters?: string;
	auth?: RegistryAuth;
}

/** @throws EngineError invalidParameter, and what the index says */
export async function searchImages(daemon: Daemon, { term, limit, filters: json, auth }: SearchRequest): Promise<SearchResult[]> {
	const filters = Filters.parse(json, ["is-automated", "is-official", "stars"]);
	// Nothing is automated any more.
	if (filters.boolean("is-automated")) return [];
	const official = filters.boolean("is-official");
	const stars = filters.get("stars").map((text) => {
		if (!/^[+-]?\d+$/.test(text)) {
			throw invalidParameter(`invalid filter 'stars=${text}': strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
		}
		return Number(text);
	});
	if (term.includes("://")) {
		throw invalidParameter(`invalid repository name: repository name (${term}) should not have a scheme`);
	}
	if (limit > MOST) throw invalidParameter(`limit ${limit} is outside the range of [1, ${MOST}]`);
	const { results } = await daemon.containerd["transfer.search"]({ term, limit: limit || BY_DEFAULT, auth });
	return results
		.filter(({ is_official, star_count }) => {
			if (official !== undefined && official !== is_official) return false;
			return star_count >= Math.max(0, ...stars) || stars.length === 0;
		})
		.map((result) => ({ ...result, is_automated: false }));
}
