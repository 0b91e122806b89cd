"use client";
// Where a box that scrolls has more than it shows: said in its data-more, for frame.module.css to fade those sides out.

import { useEffect } from "react";

type Side = "left" | "right" | "top" | "bottom";
/** Less than this is no more to be seen. */
const A_LITTLE = 4;

/** The sides on which a box goes on, from where it is scrolled to. */
export function sidesWithMore(
	box: Pick<Element, "scrollLeft" | "scrollTop" | "scrollWidth" | "scrollHeight" | "clientWidth" | "clientHeight">,
): Side[] {
	const after = {
		right: box.scrollWidth - box.clientWidth - box.scrollLeft,
		bottom: box.scrollHeight - box.clientHeight - box.scrollTop,
	};
	const hidden: Record<Side, number> = { left: box.scrollLeft, right: after.right, top: box.scrollTop, bottom: after.bottom };
	return (["left", "right", "top", "bottom"] as const).filter((side) => hidden[side] > A_LITTLE);
}

/** Keeps it true while the box is scrolled, or it or what is in it changes its size. */
export function useEdges(box: HTMLElement | null): void {
	useEffect(() => {
		if (!box) return;
		const tell = (): void => {
			const sides = sidesWithMore(box).join(" ");
			if (sides !== (box.dataset.more ?? "")) box.dataset.more = sides;
		};
		const sizes = new ResizeObserver(tell);
		for (const part of [box, ...box.children]) sizes.observe(part);
		box.addEventListener("scroll", tell, { passive: true });
		return () => {
			sizes.disconnect();
			box.removeEventListener("scroll", tell);
		};
	}, [box]);
}
