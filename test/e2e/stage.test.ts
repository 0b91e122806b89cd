// The stage in a real browser: what is pointed at lights up on both sides, steps go both ways and by themselves, and pictures go along.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { HOST_PROMPT, open, ready, run, sees, type, visitor, WIDE, withBrowser } from "./browser";

withBrowser();

const lit = (page: Page) => page.locator("[data-picture] [data-lit], [data-picture] [aria-current]");
const words = (page: Page) => page.locator(".xterm-decoration");
/** Away from the console and the pictures. */
const nowhere = (page: Page): Promise<void> => page.mouse.move(700, 5);

/** Points at a word on the screen, or beside one. */
async function point(page: Page, pattern: RegExp, column: (at: number, end: number) => number): Promise<void> {
	const rows = page.locator(".xterm-rows > div");
	const texts = await rows.evaluateAll((divs) => divs.map(({ textContent }) => (textContent ?? "").replace(/\u00a0/g, " ")));
	const row = texts.findLastIndex((text) => pattern.test(text));
	const match = pattern.exec(texts[row] ?? "");
	if (!match) throw new Error(`the screen has no ${pattern}:\n${texts.join("\n")}`);
	const box = await rows.nth(row).boundingBox();
	const cells = await page.evaluate(() => {
		const measure = document.createElement("canvas").getContext("2d")!;
		const style = getComputedStyle(document.querySelector(".xterm-rows")!);
		measure.font = `${style.fontSize} ${style.fontFamily}`;
		return measure.measureText("W").width;
	});
	const x = box!.x + (column(match.index, match.index + match[0].length) + 0.5) * cells;
	await page.mouse.move(x - 3, box!.y + box!.height / 2);
	await page.mouse.move(x, box!.y + box!.height / 2);
}
const on = (at: number): number => at + 2;
const beside = (_: number, end: number): number => end + 6;

test("a word of the console lights up in every picture that has it; a line does; and what is drawn lights the words", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await type(page, "docker run -d --name stayer --network bridge busybox sleep 10000; clear; docker ps");
	await sees(page, /stayer\n/);
	await sees(page, HOST_PROMPT);
	for (const tab of ["Run", "Layers", "Files", "Isolation", "Network", "Wire"]) {
		await page.getByRole("tab", { name: tab, exact: true }).click();
		await page.locator("[data-picture] svg").first().waitFor();
		await nowhere(page);
		await expect.poll(() => lit(page).count(), { message: `${tab}, nothing` }).toBe(0);
		await point(page, /stayer/, on);
		await expect.poll(() => lit(page).count(), { message: `${tab}, the name` }).toBeGreaterThan(0);
	}
	await page.getByRole("tab", { name: "Isolation" }).click();
	await nowhere(page);
	// "Up 3 seconds" is no name, but its line speaks of the container.
	await point(page, /Up /, beside);
	await expect.poll(() => lit(page).count()).toBeGreaterThan(0);
	await nowhere(page);
	await expect.poll(() => words(page).count()).toBe(0);
	await page.locator("[data-picture] svg").getByText("stayer", { exact: true }).hover();
	// Its id and its name.
	await expect.poll(() => words(page).count()).toBeGreaterThanOrEqual(2);
	await page.getByRole("tab", { name: "Network" }).click();
	await page.locator("[data-picture] svg").getByText("stayer", { exact: true }).hover();
	await expect.poll(() => words(page).count()).toBeGreaterThanOrEqual(2);
	// Pressed, the word brings its picture.
	await page.getByRole("tab", { name: "Wire" }).click();
	await point(page, /stayer/, on);
	await page.locator(".xterm-cursor-pointer").waitFor();
	await page.mouse.down();
	await page.mouse.up();
	await page.getByRole("tab", { name: "Layers", selected: true }).waitFor();
});

test("steps: on, back, by dragging, and by themselves in slow motion", async () => {
	const page = await open(await visitor({ ...WIDE, reducedMotion: "reduce" }), "/en");
	await ready(page);
	await run(page, "docker run --rm busybox true");
	const slider = page.getByRole("slider");
	const at = async (): Promise<number> => Number(await slider.inputValue());
	await expect.poll(async () => (await slider.getAttribute("aria-valuetext")) ?? "").toMatch(/docker ends with exit code 0/);
	const last = await at();
	await page.getByRole("button", { name: "One step back" }).click();
	expect(await at()).toBe(last - 1);
	await page.getByRole("button", { name: "One step on" }).click();
	expect(await at()).toBe(last);
	const box = (await page.locator("[data-picture] svg").last().boundingBox())!;
	const region = (await page.locator("[data-picture] section").boundingBox())!;
	await page.mouse.move(region.x + 200, box.y + box.height / 2);
	await page.mouse.down();
	await expect.poll(at).not.toBe(last);
	const pressed = await at();
	await page.mouse.move(region.x + 120, box.y + box.height / 2, { steps: 4 });
	await expect.poll(at).toBeLessThan(pressed);
	await page.mouse.up();
	await page.getByRole("button", { name: "To the start" }).click();
	await page.getByRole("combobox", { name: "Speed" }).selectOption("fast");
	await page.getByRole("button", { name: "Play" }).click();
	await expect.poll(at).toBeGreaterThan(2);
	await page.getByRole("button", { name: "Pause" }).click();
	const paused = await at();
	expect(paused).toBeLessThan(last);
	await page.waitForTimeout(600);
	expect(await at()).toBe(paused);
	// Nothing moves by itself for who does not want it.
	expect(await page.evaluate(() => getComputedStyle(document.querySelector("[data-picture] svg *")!).transitionDuration)).toBe(
		"0s",
	);
});

test("a picture goes along as SVG and as PNG, at twice its size", async () => {
	const context = await visitor();
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	const page = await open(context, "/en");
	await ready(page);
	await run(page, "docker pull -q busybox");
	await page.getByRole("tab", { name: "Layers" }).click();
	await page.getByRole("button", { name: "SVG: copy the picture" }).click();
	await page.getByText("Copied", { exact: true }).waitFor();
	const svg = await page.evaluate(() => navigator.clipboard.readText());
	expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
	expect(svg).toContain("busybox");
	await page.getByText("Copied", { exact: true }).waitFor({ state: "hidden" });
	await page.getByRole("button", { name: "PNG: copy the picture" }).click();
	await page.getByText("Copied", { exact: true }).waitFor();
	const { width, height, colours } = await page.evaluate(async () => {
		const [item] = await navigator.clipboard.read();
		const picture = await createImageBitmap(await item!.getType("image/png"));
		const canvas = new OffscreenCanvas(picture.width, picture.height);
		const context = canvas.getContext("2d")!;
		context.drawImage(picture, 0, 0);
		const { data } = context.getImageData(0, 0, picture.width, picture.height);
		const seen = new Set<number>();
		for (let at = 0; at < data.length; at += 4) seen.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
		return { width: picture.width, height: picture.height, colours: seen.size };
	});
	const box = (await page.locator("[data-picture] svg").boundingBox())!;
	expect(width).toBe(2 * Math.ceil(box.width));
	expect(height).toBe(2 * Math.ceil(box.height));
	// Slabs, marks and letters, not an empty sheet.
	expect(colours).toBeGreaterThan(8);
});

test("a program's code: who executes it, step by step, and what its blocks became", async () => {
	const page = await open(await visitor(WIDE), "/en/lessons/binary");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await run(page, "docker run -d --name hot busybox md5sum /dev/zero");
	await page.getByRole("tab", { name: "Code", exact: true }).click();
	const picture = page.locator("[data-picture-code]");
	await picture.getByRole("combobox", { name: "Process" }).waitFor();
	await picture
		.getByText(/^x86-64|\d+ x86-64 instruction/)
		.first()
		.waitFor({ timeout: 60_000 });
	// It is hot: soon it is translated, and the shares say so.
	const translated = picture.locator("[data-share=instructions] [data-translated]");
	await expect
		.poll(async () => Number.parseFloat((await translated.textContent()) ?? "0"), { timeout: 90_000 })
		.toBeGreaterThan(1);
	await expect.poll(() => picture.locator("table code").allTextContents(), { timeout: 60_000 }).not.toEqual([]);
	const pointed = async (): Promise<number> => {
		await picture.locator("[data-wasm] [data-block]").first().hover();
		return picture.locator("tbody[data-lit]").count();
	};
	await expect.poll(pointed, { timeout: 60_000 }).toBe(1);
	// Back to the bytes, where there is neither a name nor WebAssembly yet.
	const back = picture.getByRole("button", { name: "Previous step" });
	for (let step = 0; step < 4; step++) await back.click();
	await expect.poll(() => back.isDisabled()).toBe(true);
	expect(await picture.locator("[data-wasm]").count()).toBe(0);
	expect(await picture.locator("table code").count()).toBe(0);
	await picture.getByRole("button", { name: "Next step" }).click();
	expect(await picture.locator("table code").count()).toBeGreaterThan(0);
	await run(page, "docker rm -f hot");
});

test("many containers are looked at with few questions, and a long table comes whole", async () => {
	const context = await visitor();
	await context.addInitScript(() => {
		const { postMessage } = Worker.prototype as { postMessage: (...words: unknown[]) => void };
		Object.assign(globalThis, { asked: 0 });
		Worker.prototype.postMessage = function (...words: unknown[]) {
			(globalThis as unknown as { asked: number }).asked++;
			return postMessage.apply(this, words);
		};
	});
	const page = await open(context, "/en");
	await ready(page);
	const many = 70;
	const { stdout } = await run(
		page,
		`for n in $(seq ${many}); do docker run -d --name c$n busybox sleep 100000 >/dev/null; done; docker ps -q | wc -l`,
		240_000,
	);
	expect(stdout.trim()).toBe(String(many));
	const rooms = page.locator("[data-picture] svg").getByText(/^c\d+$/);
	await page.getByRole("tab", { name: "Layers" }).click();
	await expect.poll(() => rooms.count()).toBe(many);
	const asked = (): Promise<number> => page.evaluate(() => (globalThis as unknown as { asked: number }).asked);
	const before = await asked();
	await page.getByRole("tab", { name: "Isolation" }).click();
	await page
		.locator("[data-picture] svg")
		.getByText(/memory .* processes 1\b/)
		.nth(many - 1)
		.waitFor();
	await run(page, "docker run --rm busybox true");
	await page.getByRole("button", { name: "As a table" }).click();
	await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(many);
	expect((await asked()) - before).toBeLessThan(many);
});
