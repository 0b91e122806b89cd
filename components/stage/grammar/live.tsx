"use client";
// A part of a picture that means something which the console names as well: pointed at, it lights the words; when a word is
// pointed at, it is lit up itself.

import type { SVGProps } from "react";
import { useStore } from "zustand";
import { stageStore } from "../store";
import styles from "./grammar.module.css";

interface Props extends SVGProps<SVGGElement> {
	/** The keys of what it means, what matters most first; asked only when something is pointed at. */
	means: () => readonly string[];
}

export function Live({ means, className, children, ...rest }: Props) {
	const lit = useStore(stageStore, ({ highlight }) => highlight !== null && means().includes(highlight));
	return (
		<g
			{...rest}
			className={className ? `${styles.live} ${className}` : styles.live}
			data-lit={lit || undefined}
			onPointerEnter={() => stageStore.setState({ highlight: means()[0] ?? null })}
			onPointerLeave={() => stageStore.setState({ highlight: null })}
		>
			{children}
		</g>
	);
}

/** What lights up behind something small, and makes it easier to point at. */
export function Halo({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
	return <rect x={x} y={y} width={width} height={height} rx={3} className={styles.halo} />;
}
