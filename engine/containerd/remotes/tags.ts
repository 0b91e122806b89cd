// All tags of a remote repository, page after page.

import { collect, text } from "../../lib/bytes";
import { dataLoss } from "../../lib/errors";
import { type Repository, resolveUrl } from "./repository";

const LIMIT = 64 << 20;

export async function listTags(repository: Repository): Promise<string[]> {
	const tags: string[] = [];
	const seen = new Set<string>();
	for (let path: string | undefined = "tags/list"; path !== undefined && !seen.has(path); ) {
		seen.add(path);
		const response = await repository.request({ method: "GET", path, expect: [200] });
		let size = 0;
		const body = await collect(
			(async function* () {
				for await (const piece of response.body) {
					size += piece.length;
					if (size > LIMIT) throw dataLoss("the list of tags is too large");
					yield piece;
				}
			})(),
		);
		const page = JSON.parse(text(body)) as { tags?: unknown };
		if (Array.isArray(page.tags)) tags.push(...page.tags.filter((tag) => typeof tag === "string"));
		const next: string | undefined = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.link ?? "")?.[1];
		path = next === undefined ? undefined : resolveUrl(repository.urlOf(path), next);
	}
	return tags;
}
