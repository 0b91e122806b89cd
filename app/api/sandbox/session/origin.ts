// Whether a request comes from this site's own pages, or from a program that is no browser.

/** Why it is refused, or undefined. A browser says where a request comes from; who is none says nothing, and has no cookies to steal. */
export function crossSite(headers: Headers): string | undefined {
	const site = headers.get("sec-fetch-site");
	if (site !== null && site !== "same-origin" && site !== "none") return `asked for by a page of another site (${site})`;
	const origin = headers.get("origin");
	if (origin === null) return undefined;
	const host = headers.get("host");
	try {
		return new URL(origin).host === host ? undefined : `asked for by a page of ${origin.slice(0, 100)}`;
	} catch {
		return "asked for by a page without an origin";
	}
}

/** Whose address counts. The last of the list is the one that the proxy before us, or the server itself, saw. */
export const addressIn = (headers: Headers): string => {
	const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "unknown";
	return prefixOf(last.slice(0, 64));
};
/** One household has a whole /64 of IPv6. */
function prefixOf(address: string): string {
	const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
	return plain.includes(":") ? plain.split(":").slice(0, 4).join(":") : plain;
}
