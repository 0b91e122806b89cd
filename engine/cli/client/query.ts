// The query part of an API path, and filters as the API takes them.

export type QueryValues = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Values left undefined, false or empty are not sent. Keys in order, as Go's url.Values.Encode. */
export function encodeQuery(values: QueryValues): string {
	const parts: string[] = [];
	for (const key of Object.keys(values).sort()) {
		const value = values[key];
		if (value === undefined || value === false || value === "") continue;
		const texts = Array.isArray(value) ? (value as string[]) : [value === true ? "1" : String(value)];
		for (const text of texts) parts.push(`${queryEscape(key)}=${queryEscape(text)}`);
	}
	return parts.length > 0 ? `?${parts.join("&")}` : "";
}
/** As Go's url.QueryEscape. */
const queryEscape = (text: string): string =>
	encodeURIComponent(text)
		.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
		.replace(/%20/g, "+");

/** name → values, in the order given. */
export type Filters = ReadonlyMap<string, readonly string[]>;
export const NO_FILTERS: Filters = new Map();

/** `{"name":{"a":true}}`, or nothing when there are none. */
export function encodeFilters(filters: Filters): string | undefined {
	if (filters.size === 0) return undefined;
	const sorted = [...filters].sort(([a], [b]) => (a < b ? -1 : 1));
	return JSON.stringify(
		Object.fromEntries(
			sorted.map(([name, values]) => [name, Object.fromEntries([...values].sort().map((value) => [value, true]))]),
		),
	);
}

/** One --filter text added to the others. @throws Error */
export function addFilter(text: string, filters: Filters): Filters {
	if (text === "") return filters;
	const at = text.indexOf("=");
	if (at < 0) throw new Error("bad format of filter (expected name=value)");
	const name = text.slice(0, at).trim().toLowerCase();
	const value = text.slice(at + 1).trim();
	return withFilter(filters, name, value);
}
export function withFilter(filters: Filters, name: string, value: string): Filters {
	const before = filters.get(name) ?? [];
	return new Map(filters).set(name, before.includes(value) ? before : [...before, value]);
}
