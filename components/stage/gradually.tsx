"use client";
// A long list, drawn a piece with each frame. A piece that stands is not drawn again while the next one comes.

import { memo, type ReactNode } from "react";
import { useGradually } from "./use-gradually";

interface Props<T> {
	all: readonly T[];
	/** In a piece. */
	each: number;
	/** Gives what it draws a key. */
	draw: (one: T, index: number) => ReactNode;
}

export function Gradually<T>({ all, each, draw }: Props<T>) {
	const shown = useGradually(all.length, each);
	return Array.from({ length: Math.ceil(shown / each) }, (_, piece) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: a piece is its number
		<Piece key={piece} all={all as readonly unknown[]} from={piece * each} each={each} draw={draw as Draw} />
	));
}

type Draw = (one: unknown, index: number) => ReactNode;
const Piece = memo(function Piece({
	all,
	from,
	each,
	draw,
}: {
	all: readonly unknown[];
	from: number;
	each: number;
	draw: Draw;
}) {
	return all.slice(from, from + each).map((one, index) => draw(one, from + index));
});

/** Rows of a table that come with a frame. */
export const ROWS = 60;
