// What a reader sees when something of the site itself breaks or does not arrive.

import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { TROUBLE } from "../../components/words/trouble";
import { HOST_PROMPT, inLocales, ready, screen, until, visitor, withBrowser } from "./browser";

withBrowser();

/** A page whose errors are meant. */
async function openBroken(path: string, script?: () => void): Promise<Page> {
	const context = await visitor();
	if (script) await context.addInitScript(script);
	const page = await context.newPage();
	await page.goto(inject("site") + path);
	return page;
}

test.each(inLocales("en"))(
	"a page that breaks says so in its language, and comes back; the machine goes on: %s",
	async (locale) => {
		const page = await openBroken(`/${locale}`);
		await ready(page);
		await until(page, (lines) => HOST_PROMPT.test(lines.join("\n")));
		await page.evaluate(() => {
			const Whole = ResizeObserver;
			Object.assign(globalThis, {
				ResizeObserver: class {
					constructor() {
						globalThis.ResizeObserver = Whole;
						throw new Error("broken on purpose");
					}
				},
			});
		});
		await page.getByRole("tab", { name: locale === "ko" ? "격리" : "Isolation" }).click();
		await page.getByRole("heading", { level: 1, name: TROUBLE[locale].title }).waitFor();
		await page.getByRole("button", { name: TROUBLE[locale].retry }).click();
		await page.getByRole("tab", { name: locale === "ko" ? "격리" : "Isolation" }).waitFor();
		expect((await screen(page)).join("\n")).toMatch(HOST_PROMPT);
	},
);

test("when the pages' frame breaks, both languages say so, and it comes back", async () => {
	const page = await openBroken("/ko/glossary", () => {
		const { platform } = navigator;
		Object.defineProperty(navigator, "platform", {
			configurable: true,
			get() {
				if (!document.querySelector("header")) return platform;
				throw new Error("broken on purpose");
			},
		});
	});
	await page.getByRole("heading", { name: TROUBLE.ko.title }).waitFor();
	await page.getByRole("heading", { name: TROUBLE.en.title }).waitFor();
	await page.evaluate(() => Object.defineProperty(navigator, "platform", { value: "" }));
	await page.getByRole("button", { name: TROUBLE.ko.retry }).click();
	await page.getByRole("banner").waitFor();
});

test("a style sheet that did not arrive is asked for once more, and no more than that", async () => {
	const context = await visitor();
	const page = await context.newPage();
	const asked = new Map<string, number>();
	await page.route(/\.css(?:\?|$)/, (route) => {
		const times = (asked.get(route.request().url()) ?? 0) + 1;
		asked.set(route.request().url(), times);
		return times === 1 ? route.abort() : route.continue();
	});
	await page.goto(`${inject("site")}/en/glossary`);
	await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).fontFamily)).toContain("Pretendard");
	await page.waitForLoadState("networkidle");
	expect(Math.max(...asked.values())).toBe(2);
});
