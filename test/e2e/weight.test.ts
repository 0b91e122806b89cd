// What a page costs before one can read it, and that it stays where it is: the scripts that a page names, as they are transferred, and
// the shifts of its layout while faces, machine and console arrive.

import { get } from "node:http";
import { describe, expect, inject, test } from "vitest";
import { LESSONS } from "../../content/lessons";
import { HOST_PROMPT, open, ready, sees, visitor, withBrowser } from "./browser";

withBrowser();

/** Bytes, compressed as a browser asks for it. */
const transferred = (address: string): Promise<number> =>
	new Promise((resolve, reject) => {
		get(address, { headers: { "accept-encoding": "gzip" } }, (answer) => {
			let bytes = 0;
			answer.on("data", (part: Buffer) => {
				bytes += part.length;
			});
			answer.on("end", () =>
				answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${address}: ${answer.statusCode}`)),
			);
		}).on("error", reject);
	});

/** The scripts that a page's text names, to be run or to be had ready. */
function scriptsOf(html: string): string[] {
	const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.js)"[^>]*>/g)].filter(
		([tag]) => !/\bnomodule\b/i.test(tag),
	);
	return [...new Set(named.map(([, address]) => address!))];
}

describe("a lesson can be read with less than 200 KB of scripts", () => {
	const MOST = 200_000;
	test.each(["ko", "en"])("%s", async (locale) => {
		const site = inject("site");
		const known = new Map<string, number>();
		for (const slug of Object.keys(LESSONS)) {
			const html = await fetch(`${site}/${locale}/lessons/${slug}`).then((answer) => answer.text());
			const scripts = scriptsOf(html);
			expect(scripts.length).toBeGreaterThan(3);
			let sum = 0;
			for (const address of scripts) {
				const bytes = known.get(address) ?? (await transferred(new URL(address, site).href));
				known.set(address, bytes);
				sum += bytes;
			}
			expect(sum, slug).toBeLessThan(MOST);
		}
	});
});

test.each(["/ko/lessons/copy-on-write", "/ko/lessons/binary", "/ko", "/en/playground"])(
	"%s stays where it is while faces, machine and console arrive",
	async (path) => {
		const context = await visitor();
		await context.addInitScript(() => {
			const page = globalThis as unknown as { shift: number };
			page.shift = 0;
			new PerformanceObserver((list) => {
				for (const entry of list.getEntries() as Array<PerformanceEntry & { value: number; hadRecentInput: boolean }>)
					if (!entry.hadRecentInput) page.shift += entry.value;
			}).observe({ type: "layout-shift", buffered: true });
		});
		const page = await open(context, path);
		await ready(page);
		await sees(page, HOST_PROMPT);
		await page.evaluate(() => document.fonts.ready);
		expect(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift)).toBeLessThan(0.01);
	},
);
