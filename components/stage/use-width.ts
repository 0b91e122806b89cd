"use client";
// How wide an element is, as it changes.

import { type RefObject, useEffect, useState } from "react";

export function useWidth(element: RefObject<HTMLElement | null>, first = 600): number {
	const [width, setWidth] = useState(first);
	useEffect(() => {
		if (!element.current) return;
		const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
		observer.observe(element.current);
		return () => observer.disconnect();
	}, [element]);
	return width;
}
