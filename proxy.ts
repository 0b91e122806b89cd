// Before a page is answered: `/` goes to the reader's language, and every page gets its content security policy.
// Pages are static, so a nonce cannot serve: the hashes of a page's own inline scripts are read from the built file, once.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type NextRequest, NextResponse } from "next/server";
import { isLocale, preferredLocale } from "./components/words/locale";

export const config = {
	/** Pages only: not the build's files, the registry, or files with an extension. */
	matcher: ["/((?!_next/|v[12](?:/|$)|api/|.*\\.[a-z0-9]+$).*)"],
};

export function proxy(request: NextRequest): NextResponse {
	const { pathname } = request.nextUrl;
	if (pathname === "/") {
		const locale = preferredLocale(request.headers.get("accept-language"));
		const answer = NextResponse.redirect(new URL(`/${locale}`, request.url), 307);
		answer.headers.set("Vary", "Accept-Language");
		return answer;
	}
	const answer = NextResponse.next();
	answer.headers.set("Content-Security-Policy", policy(scriptSources(pathname)));
	return answer;
}

const policy = (scripts: string): string =>
	[
		"default-src 'self'",
		`script-src ${scripts}`,
		"worker-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data:",
		"font-src 'self'",
		"connect-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join("; ");

const development = process.env.NODE_ENV !== "production";
const known = new Map<string, string>();

function scriptSources(pathname: string): string {
	// The development server evaluates what it reloads.
	if (development) return "'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'";
	const page = pathname.replace(/\/+$/, "");
	let sources = known.get(page);
	if (sources === undefined) {
		sources = ["'self'", "'wasm-unsafe-eval'", ...inlineHashes(page)].join(" ");
		// Only pages that exist are kept: a stranger's thousand addresses must not fill the memory.
		if (isLocale(page.split("/")[1] ?? "") && built(page) !== undefined) known.set(page, sources);
	}
	return sources;
}

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** CSP hashes of the inline scripts in the page as it was built; of the 404 page where there is none. */
function inlineHashes(page: string): string[] {
	const html = built(page) ?? built("/_not-found") ?? built("/_global-not-found") ?? "";
	const hashes = new Set<string>();
	for (const [, script] of html.matchAll(INLINE_SCRIPT)) {
		if (script) hashes.add(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
	}
	return [...hashes];
}

function built(page: string): string | undefined {
	if (!/^(\/[\w-]+)+$/.test(page)) return undefined;
	try {
		return readFileSync(join(/* turbopackIgnore: true */ process.cwd(), ".next/server/app", `${page.slice(1)}.html`), "utf8");
	} catch {
		return undefined;
	}
}
