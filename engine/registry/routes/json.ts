// Answers in JSON, and lists that come in pages.

import { utf8 } from "../../lib/bytes";
import { RegistryError } from "../errors";
import type { RegistryRequest, RegistryResponse } from "../types";

export function json(value: unknown, headers: Record<string, string> = {}, type = "application/json"): RegistryResponse {
	const body = utf8(`${JSON.stringify(value)}\n`);
	return { status: 200, headers: { "content-type": type, "content-length": String(body.length), ...headers }, body };
}

export interface Page {
	items: string[];
	/** Link to the next page, where there is one (RFC 5988). */
	headers: Record<string, string>;
}

/** @param all sorted */
export function paginate(all: readonly string[], query: RegistryRequest["query"], path: string): Page {
	const last = query.get("last") ?? "";
	const n = query.get("n");
	if (n !== undefined && !/^\d{1,9}$/.test(n)) throw new RegistryError("PAGINATION_NUMBER_INVALID", { n });
	const rest = last === "" ? all : all.filter((item) => item > last);
	const count = n === undefined ? rest.length : Number(n);
	const items = rest.slice(0, count);
	const more = count > 0 && rest.length > count;
	const next = `<${path}?last=${encodeURIComponent(items.at(-1) ?? "")}&n=${count}>; rel="next"`;
	return { items, headers: more ? { link: next } : {} };
}
