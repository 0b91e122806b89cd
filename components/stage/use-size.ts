"use client";
// How large an element is, as it changes.

import { useEffect, useState } from "react";

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
const FIRST: Size = { width: 600, height: 400 };

/** A guess until the element has been measured. */
export function useSize(): Sized {
	const [element, setElement] = useState<HTMLElement | null>(null);
	const [size, setSize] = useState(FIRST);
	useEffect(() => {
		if (!element) return;
		const observer = new ResizeObserver(([entry]) => entry && setSize(rounded(entry.contentRect)));
		observer.observe(element);
		return () => observer.disconnect();
	}, [element]);
	return { ...size, ref: setElement, element };
}
const rounded = ({ width, height }: Size): Size => ({ width: Math.floor(width), height: Math.floor(height) });
