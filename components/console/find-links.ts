// What in a line of output is alive: ids, digests, names of containers and images that stand on the machine.

import type { World } from "../machine/world";

export interface LiveLink {
	/** Column of its first character, from 0, and the one after its last. */
	start: number;
	end: number;
	/** What it means in the pictures. */
	key: string;
}

const WORD = /(?:sha256:)?[0-9a-f]{12,64}\b|[A-Za-z0-9][\w./:-]*/g;

/** The live words of a line, in order. */
export function findLinks(line: string, world: World | null): LiveLink[] {
	if (!world) return [];
	const links: LiveLink[] = [];
	for (const match of line.matchAll(WORD)) {
		const key = meaning(match[0], world);
		if (key) links.push({ start: match.index, end: match.index + match[0].length, key });
	}
	return links;
}

/** Names that every daemon's first networks have, and that mean much else. */
const COMMON = new Set(["bridge", "host", "none"]);

/** The live words of any text, such as an event's: what they mean, each once. */
export const meaningsIn = (text: string, world: World | null): string[] => [
	...new Set(findLinks(text, world).map(({ key }) => key)),
];

/** The key of the thing that a word names: a container's, image's or network's id, or a layer's diff id. */
export function meaning(word: string, world: World): string | undefined {
	const hex = word.replace(/^sha256:/, "");
	if (/^[0-9a-f]{12,64}$/.test(hex)) {
		const container = world.containers.find(({ id }) => id.startsWith(hex));
		if (container) return container.id;
		const image = world.images.find(({ id }) => id.startsWith(`sha256:${hex}`));
		if (image) return image.id;
		for (const { layers } of world.images) {
			const layer = layers.find(({ diffId, digest }) => diffId.startsWith(`sha256:${hex}`) || digest.startsWith(`sha256:${hex}`));
			if (layer) return layer.diffId;
		}
		return world.networks.find(({ id }) => id.startsWith(hex))?.id;
	}
	const address = /^\d+\.\d+\.\d+\.\d+/.exec(word)?.[0];
	const container = world.containers.find(({ name, addresses }) => name === word || (address && addresses.includes(address)));
	if (container) return container.id;
	const network = COMMON.has(word) ? undefined : world.networks.find(({ name }) => name === word);
	if (network) return network.id;
	return world.images.find(({ tags }) => tags.includes(word) || tags.includes(`${word}:latest`))?.id;
}
