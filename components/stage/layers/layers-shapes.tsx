"use client";
// The things of the Layers picture, in the grammar's shapes.

import { memo } from "react";
import { humanSize } from "../../machine/bytes";
import type { Words } from "../../words";
import { useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { DigestMark, Process, Slab, Thread, Whiteout } from "../grammar/grammar";
import { shortId } from "../grammar/mark";
import { stageStore } from "../store";
import styles from "./layers.module.css";
import {
	CONTAINER,
	type ContainerSlab,
	FILE_LINE,
	FILES_SHOWN,
	type ImageFlag,
	type LayerSlab,
	type LayersItem,
	TO_SLAB,
} from "./layout";

interface Props {
	item: LayersItem;
	lit: boolean;
	focusable: boolean;
	choose: (key: string) => void;
}

/** Drawn again only when it has changed: there may be hundreds. */
export const LayersItemShape = memo(function LayersItemShape({ item, lit, focusable, choose }: Props) {
	const words = useWords().layers;
	return (
		// biome-ignore-start lint/a11y: a picture's part that can be pointed at; to reach it by keyboard is to choose it
		<g
			role="img"
			tabIndex={focusable ? 0 : -1}
			aria-current={lit || undefined}
			aria-label={nameOf(item, words)}
			data-key={item.key}
			className={styles.item}
			transform={`translate(${item.x} ${item.y})`}
			onClick={() => choose(item.key)}
			onFocus={() => choose(item.key)}
			onPointerEnter={() => stageStore.setState({ highlight: meaningOf(item) })}
			onPointerLeave={() => stageStore.setState({ highlight: null })}
		>
			{item.kind === "layer" && <LayerShape item={item} lit={lit} />}
			{item.kind === "image" && <ImageShape item={item} lit={lit} />}
			{item.kind === "container" && <ContainerShape item={item} lit={lit} />}
		</g>
		// biome-ignore-end lint/a11y: as above
	);
});

/** What the console's words and the picture know it by. */
export const meaningOf = (item: LayersItem): string =>
	item.kind === "layer" ? item.layer.diffId : item.kind === "image" ? item.image.id : item.container.id;

export function nameOf(item: LayersItem, words: Words["layers"]): string {
	switch (item.kind) {
		case "layer":
			return `${words.layer} ${shortId(item.layer.diffId)}, ${item.layer.instruction}, ${humanSize(item.layer.size)}`;
		case "image":
			return `${words.image} ${item.image.tags.join(", ") || words.none}`;
		case "container":
			return `${words.container} ${item.container.name}, ${stateOf(item.container, words)}, ${words.changes(item.files.length + item.more)}`;
	}
}
export const stateOf = ({ state, exitCode }: { state: string; exitCode: number }, words: Words["layers"]): string =>
	state === "running" ? words.running : state === "created" ? words.created : words.exited(exitCode);

function LayerShape({ item, lit }: { item: LayerSlab; lit: boolean }) {
	const { layer, width, height } = item;
	const room = width - 42;
	const size = humanSize(layer.size || layer.blobSize);
	const wide = width > 210;
	return (
		<>
			<Slab box={{ x: 0, y: 0, width, height }} kind="read-only" lit={lit} />
			<DigestMark digest={layer.diffId} x={11} y={(height - 20) / 2} size={20} />
			<text x={42} y={19} className={styles.digest}>
				{fitText(shortId(layer.diffId), room, 13, true)}
			</text>
			{wide && (
				<text x={width - 10} y={19} textAnchor="end" className={styles.small}>
					{size}
				</text>
			)}
			<text x={42} y={36} className={styles.small}>
				{fitText(layer.instruction || size, room - 6, 12)}
			</text>
		</>
	);
}

function ImageShape({ item, lit }: { item: ImageFlag; lit: boolean }) {
	const { image, width, height } = item;
	const words = useWords().layers;
	const [tag = words.none, ...more] = image.tags;
	const name = more.length > 0 ? `${tag} +${more.length}` : tag;
	return (
		<>
			<rect width={width} height={height} className={styles.flagArea} />
			<path d={`M4 ${height}V4`} className={styles.pole} data-lit={lit || undefined} />
			<DigestMark digest={image.id} x={13} y={7} size={15} />
			<text x={35} y={19} className={styles.tag}>
				{fitText(name.replace(/:latest$/, ""), width - 40, 14)}
			</text>
		</>
	);
}

function ContainerShape({ item, lit }: { item: ContainerSlab; lit: boolean }) {
	const { container, width, height, files, more } = item;
	const words = useWords().layers;
	const running = container.state === "running";
	const line = (index: number): number => CONTAINER - 3 + index * FILE_LINE;
	return (
		<>
			<Slab box={{ x: 0, y: 0, width, height }} kind="read-write" lit={lit} />
			{running && <Process x={width - 19} y={20} inner={1} outer={container.pid} />}
			<text x={11} y={20} className={styles.tag}>
				{fitText(container.name, width - 50, 14)}
			</text>
			<text x={11} y={37} className={styles.small}>
				{fitText(shortId(container.id).slice(0, 12), width - 46, 12)}
			</text>
			{!running && (
				<text x={width - 10} y={20} textAnchor="end" className={styles.small}>
					{width > 190 ? stateOf(container, words) : container.exitCode}
				</text>
			)}
			{files.map(({ path, kind }, index) => (
				<g key={path}>
					{kind === "deleted" && <Whiteout box={{ x: 8, y: line(index) - 12, width: Math.min(width - 16, 20), height: 14 }} />}
					{kind === "modified" && (
						<>
							<path d={`M18 ${line(index)}v-9m-4 4 4 -4 4 4`} className={styles.arrow} />
							<Thread x={width - 14 - index * 8} from={height + TO_SLAB} to={line(index) - 4} />
						</>
					)}
					{kind === "added" && <path d={`M13 ${line(index) - 5}h10m-5 -5v10`} className={styles.plus} />}
					<text x={34} y={line(index)} className={styles.file} data-deleted={kind === "deleted" || undefined}>
						{fitText(path, width - 44 - FILES_SHOWN * 8, 12, true)}
					</text>
				</g>
			))}
			{more > 0 && (
				<text x={34} y={line(files.length)} className={styles.small}>
					+{more}
				</text>
			)}
		</>
	);
}
