"use client";
// What is read anew is mostly what it was: its equal parts keep their identity, so that only what has changed is drawn again.

import { useEffect, useMemo, useRef } from "react";

/**
 * `now`, made of the parts of `before` that equal it; `before` itself when all is equal.
 * Looks into plain objects, arrays and maps; anything else is the same only if it is identical.
 */
export function keepSame<T>(before: unknown, now: T): T {
	if (Object.is(before, now)) return now;
	if (Array.isArray(now) && Array.isArray(before)) {
		const kept = now.map((value, index) => keepSame(before[index], value));
		return (kept.length === before.length && kept.every((value, index) => value === before[index]) ? before : kept) as T;
	}
	if (now instanceof Map && before instanceof Map) {
		const kept = new Map([...now].map(([key, value]) => [key, keepSame(before.get(key), value)]));
		return (
			kept.size === before.size && [...kept].every(([key, value]) => before.has(key) && before.get(key) === value) ? before : kept
		) as T;
	}
	if (isPlain(now) && isPlain(before)) {
		const kept = Object.fromEntries(Object.entries(now).map(([key, value]) => [key, keepSame(before[key], value)]));
		const names = Object.keys(kept);
		const same = names.length === Object.keys(before).length && names.every((key) => key in before && kept[key] === before[key]);
		return (same ? before : kept) as T;
	}
	return now;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The value with those of its parts that are as they were in the drawing before. */
export function useKept<T>(value: T): T {
	const before = useRef(value);
	const kept = useMemo(() => keepSame(before.current, value), [value]);
	useEffect(() => {
		before.current = kept;
	}, [kept]);
	return kept;
}
