// Requests with conditions: If-None-Match (RFC 9110 section 13.1.2) and Range (section 14).

/** A list of entity tags, weak ones too, or "*" for whatever is there. Clients are known to leave the quotes out. */
export const matchesEtag = (header: string | undefined, digest: string): boolean =>
	(header ?? "").split(",").some((tag) => {
		const bare = tag
			.trim()
			.replace(/^W\//, "")
			.replace(/^"(.*)"$/, "$1");
		return bare === digest || bare === "*";
	});

/** One range of bytes; several at once are answered with the whole. */
export function parseRange(header: string | undefined, size: number): [from: number, to: number] | "unsatisfiable" | undefined {
	const match = /^bytes=\s*(\d*)-(\d*)$/.exec(header ?? "");
	if (!match || (match[1] === "" && match[2] === "")) return undefined;
	const [from, to] =
		match[1] === ""
			? [Math.max(0, size - Number(match[2])), size - 1]
			: [Number(match[1]), match[2] === "" ? size - 1 : Number(match[2])];
	if (from >= size || to < from) return "unsatisfiable";
	return [from, Math.min(to, size - 1)];
}
