"use client";
// How large a picture's box is, as it changes; what does not fit in it is scrolled to, and shows that it is there.

import { useEffect, useState } from "react";
import { useEdges } from "./use-edges";

export interface Size {
	width: number;
	height: number;
}
interface Sized extends Size {
	/** To be given to the element as its ref. */
	ref: (element: HTMLElement | null) => void;
	/** The element itself, once it is there. */
	element: HTMLElement | null;
}
/** How large the last one was: the pictures follow each other in one place, so that the next is mostly drawn once. */
let last: Size = { width: 600, height: 400 };

/** A guess until the element has been measured. */
export function useSize(): Sized {
	const [element, setElement] = useState<HTMLElement | null>(null);
	const [size, setSize] = useState(last);
	useEffect(() => {
		if (!element) return;
		const observer = new ResizeObserver(([entry]) => {
			if (!entry) return;
			const { width, height } = rounded(entry.contentRect);
			setSize((size) => (size.width === width && size.height === height ? size : { width, height }));
			last = { width, height };
		});
		observer.observe(element);
		return () => observer.disconnect();
	}, [element]);
	useEdges(element);
	return { ...size, ref: setElement, element };
}
const rounded = ({ width, height }: Size): Size => ({ width: Math.floor(width), height: Math.floor(height) });
