"use client";
// The host with its bridges, the containers on their plugs, and a packet as a dot with its hops numbered.

import { memo, useMemo } from "react";
import { useWords } from "../../words/context";
import { Gradually } from "../gradually";
import { fitText } from "../grammar/fit-text";
import { Enclosure } from "../grammar/grammar";
import { Halo, Live } from "../grammar/live";
import { useKept } from "../keep-same";
import { useSize } from "../use-size";
import { networkLayout, type PlacedContainer } from "./layout";
import type { Flow, NetworkMap } from "./model";
import styles from "./network.module.css";

const A_SCREENFUL = 10;

interface Props {
	map: NetworkMap;
	flow: Flow | undefined;
	at: number;
}

export function NetworkDrawing({ map, flow, at }: Props) {
	const words = useWords().network;
	const { ref, width } = useSize();
	const layout = useMemo(() => networkLayout(map, width), [map, width]);
	const containers = useKept(layout.containers);
	const places = useMemo(() => (flow ? layout.placesOf(flow.hops) : []), [layout, flow]);
	const now = places[at];
	const way = places
		.slice(0, at + 1)
		.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`)
		.join("");
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption}>
			<svg width={layout.width} height={layout.height} role="img" aria-label={words.caption}>
				<Enclosure box={layout.host} name={words.host} />
				<circle cx={layout.outside.x} cy={layout.outside.y} r={6} className={styles.plug} />
				<text x={layout.outside.x - 12} y={layout.outside.y + 18} textAnchor="end" className={styles.small}>
					eth0
				</text>
				{layout.bridges.map(({ id, name, device, subnet, y }) => (
					<Live key={id} means={() => [id]}>
						<title>{`${name} ${device} ${subnet}`}</title>
						<Halo x={layout.host.x + 8} y={y - 22} width={layout.host.width - 16} height={28} />
						<path d={`M${layout.host.x + 14} ${y}H${layout.host.x + layout.host.width - 14}`} className={styles.bridge} />
					</Live>
				))}
				<Gradually all={containers} each={A_SCREENFUL} draw={drawContainer} />
				{/* over the cables that cross them */}
				{layout.bridges.map(({ id, name, device, subnet, gateway, internal, y }) => (
					<g key={id} className={styles.names}>
						<text x={layout.host.x + 14} y={y - 7} className={styles.name}>
							{name}
							<tspan className={styles.small} dx="8">
								{[
									device === name ? "" : device,
									gateway && `${gateway}/${subnet.split("/")[1] ?? ""}`,
									internal ? words.internal : "",
								]
									.filter(Boolean)
									.join("  ")}
							</tspan>
						</text>
					</g>
				))}
				{now && (
					<g className={styles.packet}>
						<path d={way} />
						{places.slice(0, at).map(({ x, y }, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: a hop is its number
							<circle key={index} cx={x} cy={y} r={3} />
						))}
						<circle cx={now.x} cy={now.y} r={10} className={styles.now} />
						<text x={now.x} y={now.y} dy="0.35em" textAnchor="middle">
							{at + 1}
						</text>
					</g>
				)}
			</svg>
		</section>
	);
}

const ContainerShape = memo(function ContainerShape({ container }: { container: PlacedContainer }) {
	const words = useWords().network;
	const { id, x, y, width, height, name, plugs, ports, onHost } = container;
	const line = (index: number): number => y + 24 + index * 15;
	const texts = [
		...(onHost ? [words.onHost] : plugs.length === 0 ? [words.none] : plugs.map(({ address }) => address)),
		...ports.map(({ port, inside }) => `${port} → ${inside}`),
	];
	return (
		<Live means={() => [id]}>
			<title>{[name, ...texts].join(", ")}</title>
			<Halo x={x} y={y} width={width} height={height} />
			{plugs.map(({ network, from, to }) => (
				<g key={network}>
					<path d={`M${from.x} ${from.y}V${to.y}`} className={styles.cable} />
					<circle cx={from.x} cy={from.y} r={4} className={styles.plug} />
					<circle cx={to.x} cy={to.y} r={5} className={styles.plug} />
				</g>
			))}
			<Enclosure box={{ x, y, width, height }} name={fitText(name, width - 30, 11)} />
			{texts.slice(0, 3).map((text, index) => (
				<text
					key={text}
					x={x + 12}
					y={line(index)}
					className={index >= texts.length - ports.length ? styles.port : styles.address}
				>
					{fitText(text, width - 20, 12, true)}
				</text>
			))}
		</Live>
	);
});
const drawContainer = (container: PlacedContainer) => <ContainerShape key={container.id} container={container} />;
