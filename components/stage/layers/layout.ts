// Where the slabs of the Layers picture stand: images as a tree that grows upwards from the empty ground, so that a layer
// that several images share is one slab under all of them. Pure: the same world gives the same picture.

import { hierarchy, partition } from "d3-hierarchy";
import type { World, WorldContainer, WorldImage, WorldLayer } from "../../machine/world";

export const SLAB = 46;
export const FLAG = 30;
export const CONTAINER = 58;
export const FILE_LINE = 17;
export const FILES_SHOWN = 4;
const GAP = 5;
/** From the bottom of a container down to the slab of its image's top layer. */
export const TO_SLAB = GAP + FLAG + GAP + 1;
const COLUMN_GAP = 10;
const MIN_COLUMN = 132;
const MAX_COLUMN = 300;

interface Place {
	x: number;
	y: number;
	width: number;
	height: number;
}
export interface LayerSlab extends Place {
	kind: "layer";
	/** Unique in the picture: the content and all that it stands on. */
	key: string;
	layer: WorldLayer;
	/** Images that stand on it, directly or not. */
	images: WorldImage[];
	below: string | null;
}
export interface ImageFlag extends Place {
	kind: "image";
	key: string;
	image: WorldImage;
	below: string | null;
}
export interface ContainerSlab extends Place {
	kind: "container";
	key: string;
	container: WorldContainer;
	below: string;
	/** Files that were copied up, changed, deleted or added, as far as shown. */
	files: WorldContainer["changes"];
	more: number;
}
export type LayersItem = LayerSlab | ImageFlag | ContainerSlab;
export interface LayersLayout {
	width: number;
	height: number;
	/** y of the ground that everything stands on. */
	ground: number;
	items: LayersItem[];
}

interface Node {
	key: string;
	kind: "ground" | "layer" | "image" | "container";
	layer?: WorldLayer;
	image?: WorldImage;
	container?: WorldContainer;
	images: WorldImage[];
	children: Node[];
}

/** @param width what there is; the picture grows beyond it when its columns would be too narrow to read */
export function layersLayout(world: World, width: number): LayersLayout {
	const tree = layerTree(world);
	const root = hierarchy(tree, (node) => node.children).sum((node) => (node.children.length === 0 ? 1 : 0));
	const columns = Math.max(1, root.leaves().length);
	const full = Math.min(Math.max(width, columns * MIN_COLUMN), Math.max(MIN_COLUMN, columns * MAX_COLUMN));
	const placed = partition<Node>().size([full, 1])(root);

	const items: LayersItem[] = [];
	/** Height of the top of each node above the ground. */
	const tops = new Map<string, number>([[tree.key, 0]]);
	placed.eachBefore((node) => {
		if (!node.parent) return;
		const base = (tops.get(node.parent.data.key) ?? 0) + GAP;
		const item = itemOf(node.data, node.parent.data);
		if (!item) return;
		item.x = node.x0 + COLUMN_GAP / 2;
		item.width = node.x1 - node.x0 - COLUMN_GAP;
		item.y = base + item.height;
		tops.set(node.data.key, item.y);
		items.push(item);
	});
	// So far y counts upwards from the ground; a screen counts downwards.
	const ground = Math.max(0, ...items.map(({ y }) => y)) + 8;
	for (const item of items) item.y = ground - item.y;
	return { width: full, height: ground + 26, ground, items };
}

function layerTree(world: World): Node {
	const ground: Node = { key: "ground", kind: "ground", images: [], children: [] };
	for (const image of world.images) {
		let node = ground;
		for (const layer of image.layers) {
			const key = `${node.key}/${layer.diffId}`;
			let next = node.children.find((child) => child.key === key);
			if (!next) {
				next = { key, kind: "layer", layer, images: [], children: [] };
				node.children.push(next);
			}
			next.images.push(image);
			node = next;
		}
		const flag: Node = { key: image.id, kind: "image", image, images: [image], children: [] };
		for (const container of world.containers) {
			if (container.imageId === image.id)
				flag.children.push({ key: container.id, kind: "container", container, images: [image], children: [] });
		}
		// The image itself first, then what is built on it.
		node.children.unshift(flag);
	}
	return ground;
}

function itemOf(node: Node, parent: Node): LayersItem | undefined {
	const place = { x: 0, y: 0, width: 0, key: node.key };
	const below = parent.kind === "ground" ? null : parent.key;
	if (node.kind === "layer" && node.layer)
		return { ...place, kind: "layer", layer: node.layer, images: node.images, below, height: SLAB };
	if (node.kind === "image" && node.image) return { ...place, kind: "image", image: node.image, below, height: FLAG };
	if (node.kind === "container" && node.container) {
		const all = leafChanges(node.container.changes);
		const files = all.slice(0, FILES_SHOWN);
		const lines = files.length + (all.length > files.length ? 1 : 0);
		return {
			...place,
			kind: "container",
			container: node.container,
			below: parent.key,
			files,
			more: all.length - files.length,
			height: CONTAINER + lines * FILE_LINE,
		};
	}
	return undefined;
}

/** Changes without the directories that are named only because something in them changed. */
export const leafChanges = (changes: WorldContainer["changes"]): WorldContainer["changes"] =>
	changes.filter(({ path, kind }) => kind !== "modified" || !changes.some((other) => other.path.startsWith(`${path}/`)));

/** The item that an arrow key leads to. */
export function neighbour(layout: LayersLayout, key: string | null, arrow: string): string | null {
	const { items } = layout;
	const at = items.find((item) => item.key === key);
	if (!at) return items[0]?.key ?? null;
	const middle = (item: LayersItem): number => item.x + item.width / 2;
	const nearest = (candidates: LayersItem[]): string | null =>
		candidates.sort((a, b) => Math.abs(middle(a) - middle(at)) - Math.abs(middle(b) - middle(at)))[0]?.key ?? null;
	switch (arrow) {
		case "ArrowDown":
			return at.below ?? at.key;
		case "ArrowUp":
			return nearest(items.filter((item) => item.below === at.key)) ?? at.key;
		case "ArrowLeft":
			return nearest(items.filter((item) => item.kind === at.kind && middle(item) < middle(at) - 1)) ?? at.key;
		case "ArrowRight":
			return nearest(items.filter((item) => item.kind === at.kind && middle(item) > middle(at) + 1)) ?? at.key;
		default:
			return at.key;
	}
}
