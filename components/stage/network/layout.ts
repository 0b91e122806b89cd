// Where bridges, containers and hops stand: the host above with a line for each bridge, the containers hanging from them. Pure.

import type { Hop, NetBridge, NetContainer, NetPlug, NetworkMap } from "./model";

const SIDE = 14;
const TOP = 26;
const BRIDGE = 44;
const CONTAINER_WIDTH = 132;
const CONTAINER_HEIGHT = 74;
const GAP = 14;
const DROP = 46;

export interface Point {
	x: number;
	y: number;
}
export interface PlacedBridge extends NetBridge {
	y: number;
}
export interface PlacedPlug extends NetPlug {
	/** The socket on the bridge, and the plug on the container's edge. */
	from: Point;
	to: Point;
}
export interface PlacedContainer extends Omit<NetContainer, "plugs"> {
	x: number;
	y: number;
	width: number;
	height: number;
	plugs: PlacedPlug[];
}
export interface NetworkLayout {
	width: number;
	height: number;
	host: { x: number; y: number; width: number; height: number };
	outside: Point;
	bridges: PlacedBridge[];
	containers: PlacedContainer[];
	/** The place of each hop of a packet's way. */
	placesOf(hops: readonly Hop[]): Point[];
}

export function networkLayout({ bridges, containers, hostNetns }: NetworkMap, room: number): NetworkLayout {
	const needed = containers.length * (CONTAINER_WIDTH + GAP) - GAP;
	const inner = Math.max(room - 2 * SIDE, needed, 300);
	const left = SIDE + Math.max(0, (inner - needed) / 2);
	const hostHeight = 40 + bridges.length * BRIDGE;
	const host = { x: SIDE, y: TOP, width: inner, height: hostHeight };
	const outside = { x: SIDE + inner - 26, y: TOP };
	const lines = bridges.map((bridge, index) => ({ ...bridge, y: TOP + 44 + index * BRIDGE }));
	const y = TOP + hostHeight + DROP;
	const placed = containers.map((container, index): PlacedContainer => {
		const x = left + index * (CONTAINER_WIDTH + GAP);
		const plugs = container.plugs.flatMap((plug, at): PlacedPlug[] => {
			const line = lines.find(({ id }) => id === plug.network);
			if (!line) return [];
			const plugX = x + ((at + 1) * CONTAINER_WIDTH) / (container.plugs.length + 1);
			return [{ ...plug, from: { x: plugX, y: line.y }, to: { x: plugX, y } }];
		});
		return { ...container, x, y, width: CONTAINER_WIDTH, height: CONTAINER_HEIGHT, plugs };
	});

	function placesOf(hops: readonly Hop[]): Point[] {
		const own = (hop: Hop | undefined): PlacedContainer | undefined =>
			hop && hop.netns !== hostNetns ? placed.find(({ netns }) => netns === hop.netns) : undefined;
		/** The container that a hop on the host concerns: the nearest before or after on the way. */
		const near = (index: number): PlacedContainer | undefined => {
			for (let away = 1; away < hops.length; away++) {
				const found = own(hops[index - away]) ?? own(hops[index + away]);
				if (found) return found;
			}
			return undefined;
		};
		/** The plug whose address the packet has, as seen there. */
		const plugFor = ({ plugs }: PlacedContainer, { source, destination }: Hop): PlacedPlug | undefined =>
			plugs.find(({ address }) => [source, destination].some((end) => end === address || end.startsWith(`${address}:`))) ??
			plugs[0];
		return hops.map((hop, index): Point => {
			const inside = own(hop);
			if (inside) {
				const plug = hop.device === "lo" || hop.device === "" ? undefined : plugFor(inside, hop);
				return plug ? { x: plug.to.x, y: plug.to.y + 10 } : { x: inside.x + inside.width / 2, y: inside.y + 36 };
			}
			const other = near(index);
			const line = lines.find(({ device }) => device === hop.device);
			const plug = other && (line ? other.plugs.find(({ network }) => network === line.id) : plugFor(other, hop));
			if (line) return plug ? plug.from : { x: SIDE + 60, y: line.y };
			if (hop.device.startsWith("veth") && plug) return { x: plug.from.x, y: (plug.from.y + plug.to.y) / 2 };
			if (hop.device === "eth0") return outside;
			return { x: SIDE + 34, y: TOP + 18 };
		});
	}
	return {
		width: inner + 2 * SIDE,
		height: (placed.length > 0 ? y + CONTAINER_HEIGHT : TOP + hostHeight) + 16,
		host,
		outside,
		bridges: lines,
		containers: placed,
		placesOf,
	};
}
