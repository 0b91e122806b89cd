// Small texts that many tables show.

import { characterWidth } from "./width";

/** Twelve digits of an id, without its algorithm. */
export function truncateId(id: string): string {
	const at = id.indexOf(":");
	return (at >= 0 ? id.slice(at + 1) : id).slice(0, 12);
}

/**
 * At most so many columns, the last a "…" where something was cut. Where not even the first character has room beside the "…", docker
 * leaves the text as it is.
 */
export function ellipsis(text: string, columns: number): string {
	if (columns <= 0) return "";
	const characters = [...text];
	if (columns === 1) return characters[0] ?? "";
	let width = 0;
	let fitting = 0;
	for (const character of characters) {
		width += characterWidth(character);
		if (width < columns) fitting++;
	}
	return width <= columns || fitting === 0 ? text : `${characters.slice(0, fitting).join("")}…`;
}

/** os/arch[/variant]; "unknown" where there is none. */
export const platformText = (platform: { os: string; architecture: string; variant?: string } | undefined): string =>
	platform?.os ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/") : "unknown";

export const labelsText = (labels: Record<string, string> | null | undefined): string =>
	Object.entries(labels ?? {})
		.map(([key, value]) => `${key}=${value}`)
		.sort()
		.join(",");

const two = (value: number): string => String(value).padStart(2, "0");

/** time.Unix(seconds).String(), in UTC: "2006-01-02 15:04:05 +0000 UTC". */
export function goTimeString(seconds: number): string {
	const date = new Date(seconds * 1000);
	return `${String(date.getUTCFullYear()).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000 UTC`;
}

/** RFC 3339 in UTC without a fraction: "2006-01-02T15:04:05Z". */
export const rfc3339 = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
