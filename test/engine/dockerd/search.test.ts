// docker search: what is asked of an index, and what is refused before it is asked. moby's daemon/pkg/registry/search.go.

import { expect, test } from "vitest";
import type { Daemon } from "../../../engine/dockerd/daemon/daemon";
import { searchImages } from "../../../engine/dockerd/image/search";

const FOUND = [
	{ name: "busybox", description: "", star_count: 3, is_official: true },
	{ name: "me/busybox", description: "", star_count: 0, is_official: false },
];

/** A daemon whose index has those two; notes how many are asked for. */
function daemon(): { asked: number[]; daemon: Daemon } {
	const asked: number[] = [];
	const search = ({ limit }: { limit: number }) => {
		asked.push(limit);
		return Promise.resolve({ results: FOUND });
	};
	return { asked, daemon: { containerd: { "transfer.search": search } } as unknown as Daemon };
}

test("25 are asked for where nothing is said, and at most 100", async () => {
	const { asked, daemon: one } = daemon();
	for (const limit of [0, 1, 100]) await searchImages(one, { term: "busybox", limit });
	expect(asked).toEqual([25, 1, 100]);
	await expect(searchImages(one, { term: "busybox", limit: 101 })).rejects.toMatchObject({
		kind: "invalidParameter",
		message: "limit 101 is outside the range of [1, 100]",
	});
	expect(asked.length).toBe(3);
});

test("filters, and a term that is an address", async () => {
	const { asked, daemon: one } = daemon();
	const names = async (filters: object): Promise<string[]> =>
		(await searchImages(one, { term: "busybox", limit: 0, filters: JSON.stringify(filters) })).map(({ name }) => name);
	expect(await names({ "is-official": { true: true } })).toEqual(["busybox"]);
	expect(await names({ stars: { "3": true } })).toEqual(["busybox"]);
	expect(await names({ stars: { "0": true } })).toEqual(["busybox", "me/busybox"]);
	expect(await names({ "is-automated": { true: true } })).toEqual([]);
	expect(asked.length).toBe(3);
	await expect(searchImages(one, { term: "https://x/y", limit: 0 })).rejects.toMatchObject({
		message: "invalid repository name: repository name (https://x/y) should not have a scheme",
	});
});
