// Docker's search, as its index has it: GET /v1/search?q=TERM&n=COUNT. What is found is told by the images' own labels.

import { parseConfig, parseDocument } from "../../oci/image/parse";
import type { RouteContext } from "../handle";
import type { RegistryStore } from "../store/store";
import type { RegistryRequest, RegistryResponse } from "../types";
import { json } from "./json";

interface Found {
	name: string;
	description: string;
	star_count: number;
	is_official: boolean;
	is_automated: boolean;
	is_trusted: boolean;
}
const USUAL = 25;
const MOST = 100;

export async function search({ query }: RegistryRequest, { store }: RouteContext): Promise<RegistryResponse> {
	const term = (query.get("q") ?? "").toLowerCase();
	const wanted = Number(query.get("n") ?? USUAL) || USUAL;
	const results: Found[] = [];
	for (const repository of await store.names()) {
		const official = repository.startsWith("library/");
		const name = official ? repository.slice("library/".length) : repository;
		const description = await describe(store, repository);
		if (!name.includes(term) && !description.toLowerCase().includes(term)) continue;
		results.push({ name, description, star_count: 0, is_official: official, is_automated: false, is_trusted: official });
	}
	// a name that is the term comes first, one that has it in it next
	const rank = ({ name }: Found): number => (name === term ? 0 : name.includes(term) ? 1 : 2);
	results.sort((a, b) => rank(a) - rank(b));
	const page = results.slice(0, Math.min(wanted, MOST));
	return json({ num_pages: 1, num_results: results.length, page_size: page.length, page: 1, query: term, results: page });
}

/** The label of the newest image; "" where there is none, or it is no image. */
async function describe(store: RegistryStore, name: string): Promise<string> {
	try {
		const tags = await store.manifests.tags(name);
		let stored = await store.manifests.get(name, tags.includes("latest") ? "latest" : (tags.at(-1) ?? "latest"));
		let document = stored && parseDocument(stored.data, stored.mediaType);
		if (document?.kind === "index") {
			stored = await store.manifests.get(name, document.index.manifests[0]!.digest);
			document = stored && parseDocument(stored.data, stored.mediaType);
		}
		if (document?.kind !== "manifest") return "";
		const config = await store.blobs.bytes(document.manifest.config.digest);
		return (config && parseConfig(config).config?.Labels?.["org.opencontainers.image.description"]) ?? "";
	} catch {
		return "";
	}
}
