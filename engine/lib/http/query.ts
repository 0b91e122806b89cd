// The query of a URL, decoded as Go's url.ParseQuery does (which is what Docker's clients expect of a server).

import { bytesFromName, text } from "../bytes";
import type { Query } from "./types";

const FALSE = new Set(["", "0", "no", "false", "none"]);

/** Percent escapes to text; a malformed escape stays as it is. */
export function percentDecode(encoded: string): string {
	if (!encoded.includes("%")) return encoded;
	try {
		return decodeURIComponent(encoded);
	} catch {
		const bytes = encoded.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => {
			const code = Number.parseInt(digits, 16);
			return String.fromCharCode(code < 0x80 ? code : 0xdc00 | code);
		});
		return text(bytesFromName(bytes));
	}
}

const decode = (part: string): string => percentDecode(part.replaceAll("+", " "));

export function parseQuery(query: string): Query {
	const entries: Array<readonly [string, string]> = [];
	for (const part of query.split("&")) {
		if (part === "") continue;
		const equals = part.indexOf("=");
		entries.push(equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
	}
	const all = (name: string): string[] => entries.filter(([key]) => key === name).map(([, value]) => value);
	return {
		entries,
		all,
		get: (name) => all(name)[0],
		flag(name, otherwise = false) {
			const value = all(name)[0];
			return value === undefined ? otherwise : !FALSE.has(value.trim().toLowerCase());
		},
	};
}

/** Path and query of a request target; an absolute form (as to a proxy) loses its scheme and authority. */
export function splitTarget(target: string): { path: string; query: Query } {
	const origin = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
	const mark = origin.indexOf("?");
	const path = mark < 0 ? origin : origin.slice(0, mark);
	return { path: percentDecode(path) || "/", query: parseQuery(mark < 0 ? "" : origin.slice(mark + 1)) };
}
