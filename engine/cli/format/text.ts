// Small texts that many tables show.

/** Twelve digits of an id, without its algorithm. */
export function truncateId(id: string): string {
	const at = id.indexOf(":");
	return (at >= 0 ? id.slice(at + 1) : id).slice(0, 12);
}

/** At most `width` characters, the last a "…" where something was cut. */
export function ellipsis(text: string, width: number): string {
	if (width <= 0) return "";
	const characters = [...text];
	if (characters.length <= width) return text;
	return width === 1 ? characters[0]! : `${characters.slice(0, width - 1).join("")}…`;
}

export const labelsText = (labels: Record<string, string> | null | undefined): string =>
	Object.entries(labels ?? {})
		.map(([key, value]) => `${key}=${value}`)
		.sort()
		.join(",");

const two = (value: number): string => String(value).padStart(2, "0");

/** time.Unix(seconds).String(), in UTC: "2006-01-02 15:04:05 +0000 UTC". */
export function goTimeString(seconds: number): string {
	const date = new Date(seconds * 1000);
	return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000 UTC`;
}

/** RFC 3339 in UTC without a fraction: "2006-01-02T15:04:05Z". */
export const rfc3339 = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
