// The build editor in a real browser: help while one types, a build by its key, its steps and their layers' files; and without Monaco.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { docker, HOST_PROMPT, open, ready, run, sees, visitor, withBrowser } from "./browser";

withBrowser();

test("checks, completion and help as one types; a build by its key; steps cached or not, and why; a step's files", async () => {
	const page = await open(await visitor(), "/en/playground#editor");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await page.getByRole("button", { name: "Start with an example" }).click();
	await page.locator('[data-editor="monaco"]').waitFor({ timeout: 60_000 });
	const text = page.locator(".monaco-editor .view-lines");
	const last = page.locator(".monaco-editor .view-line").last();
	const quiet = page.getByText("The checks found nothing.");
	await quiet.waitFor();

	// A keyword has its colour, and what hovers over it its explanation.
	const from = text.locator("span", { hasText: /^FROM$/ }).first();
	await from.hover();
	await page.locator(".monaco-hover").getByText("FROM", { exact: true }).first().waitFor();
	await page.locator(".monaco-hover").getByText("Names the base image").first().waitFor();

	await text.click();
	await page.keyboard.press("Control+End");
	await page.keyboard.type("RUM nothing");
	await page.getByText("unknown instruction: RUM", { exact: false }).first().waitFor();
	// What was typed stands there in its order, once.
	expect(await last.textContent()).toMatch(/^RUM.nothing$/);
	await page.locator(".monaco-editor .squiggly-error").first().waitFor();
	for (let n = 0; n < "RUM nothing".length; n++) await page.keyboard.press("Backspace");
	await quiet.waitFor();
	await page.keyboard.type("HEA");
	await page.locator(".suggest-widget").getByText("HEALTHCHECK").first().waitFor();
	await page.keyboard.press("Escape");
	for (let n = 0; n < 3; n++) await page.keyboard.press("Backspace");
	await quiet.waitFor();

	await page.keyboard.press("Control+Enter");
	const steps = page.getByRole("region", { name: "Steps of the build" }).getByRole("button");
	await expect.poll(() => steps.count(), { timeout: 60_000 }).toBe(6);
	await expect.poll(() => tagged(page), { timeout: 60_000 }).toBe(1);
	expect((await run(page, "docker run --rm app")).stdout).toMatch(/HELLO FROM A LAYER/);

	await page.getByRole("tab", { name: "greeting.txt" }).click();
	await text.getByText("hello from a layer").click();
	await page.keyboard.press("Control+End");
	await page.keyboard.type("and again");
	await page.getByText("Saved to the disk").waitFor();
	await expect.poll(async () => (await run(page, "cat /root/app/greeting.txt")).stdout).toMatch(/\nand again$/);
	await page.getByRole("tab", { name: "Dockerfile" }).click();
	await sees(page, HOST_PROMPT);
	await page.getByRole("button", { name: /^Build/ }).click();
	const hit = steps.filter({ hasText: "RUN mkdir /app" });
	await expect.poll(() => hit.textContent(), { timeout: 60_000 }).toContain("✓ cached");
	await expect.poll(() => steps.filter({ hasText: "COPY greeting.txt" }).textContent()).toMatch(/made now.*the files it copies/);
	await page.locator(".drydock-hit").first().waitFor();
	await steps.filter({ hasText: "hello.sh" }).click();
	await page.getByRole("button", { name: "/app/hello.sh" }).click();
	await page.getByRole("dialog").getByText("loud.txt").first().waitFor();
});

test("without the editor's files a plain text area stands in, and builds", async () => {
	const context = await visitor();
	const page = await open(context, "/en/playground");
	await ready(page);
	await page.locator('[data-tool="editor"]').click();
	const example = page.getByRole("button", { name: "Start with an example" });
	await example.waitFor();
	await page.route(/\/_next\/static\/chunks\//, (route) =>
		route.fulfill({ status: 200, contentType: "text/javascript", body: "" }),
	);
	await example.click();
	const area = page.getByRole("textbox", { name: "Content of Dockerfile" });
	await area.fill("FROM busybox\nRUN echo plain > /plain\n");
	await area.press("Control+Enter");
	await expect.poll(() => tagged(page), { timeout: 60_000 }).toBe(1);
});

/** How many images are called app. */
const tagged = async (page: Page): Promise<number> =>
	(await docker<unknown[]>(page, `/images/json?filters=${encodeURIComponent('{"reference":["app"]}')}`)).length;
