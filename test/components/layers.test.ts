// The Layers picture: what is shared is drawn once, and everything stands on what it is made of.

import { describe, expect, test } from "vitest";
import { type LayersItem, layersLayout, leafChanges, neighbour } from "../../components/stage/layers/layout";
import { container, digest, id, world } from "./sample";

const layout = layersLayout(world, 640);
const find = (test: (item: LayersItem) => boolean): LayersItem => {
	const found = layout.items.find(test);
	if (!found) throw new Error("not in the picture");
	return found;
};
const layerAt = (n: number): LayersItem => find((item) => item.kind === "layer" && item.layer.diffId === digest(n));

describe("layersLayout", () => {
	test("draws a shared layer once, as wide as all that stands on it", () => {
		expect(layout.items.filter((item) => item.kind === "layer" && item.layer.diffId === digest(10))).toHaveLength(1);
		const shared = layerAt(10);
		const above = layerAt(11);
		expect(shared.x).toBeLessThanOrEqual(above.x);
		expect(shared.x + shared.width).toBeGreaterThanOrEqual(above.x + above.width);
		expect(shared.kind === "layer" && shared.images.map(({ tags }) => tags[0])).toEqual(["busybox:latest", "layers:latest"]);
	});
	test("a container stands on its image, the image on its top layer", () => {
		const cow = find((item) => item.kind === "container" && item.container.name === "cow");
		const flag = find((item) => item.key === cow.below);
		expect(flag.kind === "image" && flag.image.tags).toEqual(["busybox:latest"]);
		expect(flag.below).toBe(layerAt(10).key);
		expect(cow.y + cow.height).toBeLessThan(flag.y);
		expect(flag.y + flag.height).toBeLessThan(layerAt(10).y);
	});
	test("nothing overlaps, nothing leaves the picture", () => {
		for (const a of layout.items) {
			expect(a.x).toBeGreaterThanOrEqual(0);
			expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
			expect(a.y).toBeGreaterThanOrEqual(0);
			expect(a.y + a.height).toBeLessThanOrEqual(layout.ground);
			for (const b of layout.items) {
				if (a === b) continue;
				const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
				expect(apart, `${a.key} and ${b.key}`).toBe(true);
			}
		}
	});
	test("grows beyond a narrow room rather than becoming unreadable", () => {
		const narrow = layersLayout(world, 200);
		expect(narrow.width).toBeGreaterThan(200);
		expect(Math.min(...narrow.items.map(({ width }) => width))).toBeGreaterThan(100);
	});
	test("an empty machine is an empty picture", () => {
		expect(layersLayout({ images: [], containers: [], networks: [] }, 600).items).toEqual([]);
	});
	test("the same content in another place is another slab with the same mark", () => {
		const again = layersLayout(
			{
				images: [
					world.images[0]!,
					{ id: digest(9), tags: ["other:latest"], layers: [world.images[2]!.layers[0]!, world.images[0]!.layers[0]!] },
				],
				containers: [],
				networks: [],
			},
			600,
		);
		expect(again.items.filter((item) => item.kind === "layer" && item.layer.diffId === digest(10))).toHaveLength(2);
	});
});

describe("leafChanges", () => {
	test("leaves out directories that are named only because something in them changed", () => {
		expect(leafChanges(world.containers[0]!.changes).map(({ path }) => path)).toEqual([
			"/etc/passwd",
			"/etc/group",
			"/root/note",
		]);
	});
	test("keeps a directory whose own mode changed", () => {
		expect(leafChanges(container(1, "x", digest(1), { changes: [{ path: "/tmp", kind: "modified" }] }).changes)).toHaveLength(1);
	});
});

describe("neighbour", () => {
	test.each([
		["down from a container is its image", id(77), "ArrowDown", digest(1)],
		["down from the ground's slab stays", `ground/${digest(10)}`, "ArrowDown", `ground/${digest(10)}`],
		["right from a container is the next container", id(77), "ArrowRight", id(78)],
		["left from the first stays", id(77), "ArrowLeft", id(77)],
		["up from an image is its container", digest(1), "ArrowUp", id(77)],
	])("%s", (_, from, arrow, to) => {
		expect(neighbour(layout, from, arrow)).toBe(to);
	});
	test("begins somewhere", () => {
		expect(neighbour(layout, null, "ArrowUp")).toBe(layout.items[0]!.key);
	});
});
