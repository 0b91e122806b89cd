"use client";
// A large picture comes in pieces, so that no frame waits for all of its letters to be set.

import { useEffect, useState } from "react";

/** How many of `count` things are to be drawn by now: so many at first, and as many more with each frame. */
export function useGradually(count: number, each: number): number {
	const [shown, setShown] = useState(each);
	useEffect(() => {
		if (shown >= count) return;
		const frame = requestAnimationFrame(() => setShown(shown + each));
		return () => cancelAnimationFrame(frame);
	}, [shown, count, each]);
	return Math.min(shown, count);
}
