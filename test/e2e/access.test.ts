// For everybody: axe finds nothing in either scheme, the keyboard alone is enough, a phone has room, nothing moves that need not.

import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { CONTAINER_PROMPT, HOST_PROMPT, open, PHONE, ready, run, sees, visitor, WIDE, withBrowser } from "./browser";

withBrowser();

const PAGES = [
	"/ko",
	"/en",
	"/ko/lessons",
	"/en/lessons",
	"/ko/images",
	"/en/images",
	"/ko/conformance",
	"/ko/glossary",
	"/en/glossary",
	"/ko/lessons/docker-run",
	"/en/lessons/copy-on-write",
];

interface Violation {
	id: string;
	nodes: string[];
}
async function violations(page: Page): Promise<Violation[]> {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { axe: loaded } = globalThis as unknown as { axe: typeof import("axe-core") };
		const { violations: found } = await loaded.run(document, { resultTypes: ["violations"] });
		return found.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 160)) }));
	});
}

describe.each(["light", "dark"] as const)("axe, %s", (colorScheme) => {
	test.each(PAGES)("%s", async (path) => {
		const page = await open(await visitor({ ...WIDE, colorScheme }), path);
		if (!/\/(lessons|images|glossary|conformance)$/.test(path)) {
			await ready(page);
			await sees(page, HOST_PROMPT);
		}
		expect(await violations(page)).toEqual([]);
	});
	test("the pictures and their tables, with a container running", async () => {
		const page = await open(await visitor({ ...WIDE, colorScheme }), "/en");
		await ready(page);
		await sees(page, HOST_PROMPT);
		await page.getByRole("button", { name: /docker run -it busybox sh/ }).click();
		await sees(page, CONTAINER_PROMPT);
		for (const tab of ["Run", "Layers", "Files", "Isolation", "Network", "Registry", "Wire"]) {
			await page.getByRole("tab", { name: tab }).click();
			const toggle = page.getByRole("button", { name: "As a table" });
			await toggle.waitFor();
			expect(await violations(page), tab).toEqual([]);
			await toggle.click();
			await page.getByRole("table").first().waitFor();
			expect(await violations(page), `${tab}, table`).toEqual([]);
		}
	});
	test("a phone with its sheet open", async () => {
		const page = await open(await visitor({ ...PHONE, colorScheme }), "/ko/lessons/docker-run");
		await ready(page);
		await page.getByRole("tab", { name: "콘솔" }).tap();
		await sees(page, HOST_PROMPT);
		expect(await violations(page)).toEqual([]);
	});
	test("many images on the narrowest phone: their picture scrolls in its box, shows on which sides it goes on, and the page stays", async () => {
		const narrow = { ...PHONE, viewport: { width: 360, height: 780 }, colorScheme };
		const page = await open(await visitor(narrow), "/ko/lessons/layers");
		await ready(page);
		await run(page, "for name in busybox layers debian ubuntu nginx; do docker pull -q $name; done", 120_000);
		await page.getByRole("tab", { name: "레이어" }).tap();
		const box = page.locator("[data-picture] [data-more]");
		const sides = () => box.getAttribute("data-more");
		await expect.poll(sides).toBe("right bottom");
		expect(await violations(page)).toEqual([]);
		await box.evaluate((element) => element.scrollTo(element.scrollWidth, element.scrollHeight));
		await expect.poll(sides).toBe("left top");
		expect(await violations(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
	});
});

test("by keyboard alone: past the bar, into the console, out of it, through a picture", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await sees(page, HOST_PROMPT);
	// The prompt has the keyboard. Ctrl+M lets Tab out.
	await page.keyboard.type("docker run --rm busybox echo from-the-keyboard\n");
	await sees(page, /\nfrom-the-keyboard\n/);
	await page.keyboard.press("Control+m");
	await page.keyboard.press("Tab");
	expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Screen reader mode");
	const focused = (): Promise<string> =>
		page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
	for (let presses = 0; presses < 20 && (await focused()) !== "Run"; presses++) await page.keyboard.press("Tab");
	expect(await focused()).toBe("Run");
	await page.keyboard.press("ArrowRight");
	expect(await focused()).toBe("Layers");
	await page.keyboard.press("ArrowLeft");
	for (let presses = 0; presses < 20 && !(await focused()).includes("moment"); presses++) await page.keyboard.press("Tab");
	const slider = page.getByRole("slider");
	const before = await slider.inputValue();
	await page.keyboard.press("ArrowLeft");
	expect(Number(await slider.inputValue())).toBe(Number(before) - 1);
});

test("the skip link is the first stop", async () => {
	const page = await open(await visitor(), "/en/lessons");
	await page.keyboard.press("Tab");
	expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#main");
});

test.each([
	["a phone", { width: 360, height: 740 }, "", "/ko/errors"],
	["a phone, in English", { width: 360, height: 740 }, "", "/en/errors"],
	["a projector with large type", { width: 1024, height: 768 }, "24px", "/ko/errors"],
	["a projector with large type, in English", { width: 1024, height: 768 }, "24px", "/en/errors"],
])("%s: the bar shows which page one is on, and the fade is not over it", async (_, viewport, fontSize, path) => {
	const page = await open(await visitor({ viewport }), path);
	await page.evaluate((size) => {
		document.documentElement.style.fontSize = size;
	}, fontSize);
	// Another page, and this one again: where it stands is reckoned when one comes to it.
	await page.locator("header nav a").first().click();
	await page.waitForURL(/\/lessons$/);
	await page.locator("header nav a[href$='/errors']").click();
	await page.waitForURL(/\/errors$/);
	const current = page.locator("header nav a[aria-current=page]");
	await current.waitFor();
	const overhang = (): Promise<number> =>
		current.evaluate((link) => {
			const row = link.parentElement!;
			const fade = Number.parseFloat(getComputedStyle(row).paddingRight);
			return link.getBoundingClientRect().right + fade - row.getBoundingClientRect().right;
		});
	await expect.poll(overhang).toBeLessThanOrEqual(1);
});

test("who reads in the dark prints dark letters on white, and empty choices as empty ones", async () => {
	const page = await open(await visitor({ ...WIDE, colorScheme: "dark" }), "/ko/lessons/docker-run");
	const look = (): Promise<string[]> =>
		page.evaluate(() => {
			const { colorScheme, color, backgroundColor } = getComputedStyle(document.documentElement);
			return [colorScheme, color, backgroundColor];
		});
	expect((await look())[0]).toBe("light dark");
	await page.emulateMedia({ media: "print", colorScheme: "dark" });
	expect(await look()).toEqual(["light", "rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
});

describe("a phone", () => {
	test.each(PAGES)("%s does not scroll sideways", async (path) => {
		const page = await open(await visitor(PHONE), path);
		await page.waitForTimeout(500);
		expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
	});
	test("a lesson's command opens the sheet on the console and runs there", async () => {
		const page = await open(await visitor(PHONE), "/ko/lessons/docker-run");
		await ready(page);
		await page.locator('[data-command="again"] button').first().tap();
		await sees(page, /\nhi\n/);
		await page.locator('[role="tab"][data-pane="run"]').tap();
		await page.getByRole("slider").waitFor();
		await page.locator('[role="tab"][data-pane="layers"]').tap();
		await page.getByText("busybox", { exact: true }).first().waitFor();
	});
});

test("a browser that lacks what the machine needs is told so, and can still read", async () => {
	const context = await visitor();
	await context.addInitScript(() => {
		Reflect.deleteProperty(globalThis, "WebAssembly");
	});
	const page = await open(context, "/en/lessons/docker-run");
	await page.getByRole("heading", { name: "The machine cannot start in this browser" }).waitFor();
	await page.getByText("WebAssembly").first().waitFor();
	await page.getByRole("heading", { name: "docker run, six steps", level: 1 }).waitFor();
});

describe("safety", () => {
	test.each([...PAGES, "/nowhere/at/all"])("%s has a strict policy", async (path) => {
		const response = await fetch(inject("site") + path);
		const policy = response.headers.get("content-security-policy") ?? "";
		expect(policy).toContain("default-src 'self'");
		const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
		expect(scripts).not.toContain("unsafe-inline");
		expect(scripts.replace("'wasm-unsafe-eval'", "")).not.toContain("unsafe-eval");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
	});
	test("an address that leads nowhere says so in both languages", async () => {
		const response = await fetch(`${inject("site")}/nowhere`);
		expect(response.status).toBe(404);
		const text = await response.text();
		expect(text).toContain("찾으시는 페이지가 없습니다");
		expect(text).toContain("There is no such page");
	});
	test("each page's card is a picture", async () => {
		for (const path of ["/ko", "/en/lessons/copy-on-write", "/ko/errors", "/en/reference/container/run"]) {
			const page = await fetch(inject("site") + path);
			const address = /property="og:image" content="([^"]+)"/.exec(await page.text())?.[1];
			expect(address).toBeDefined();
			const response = await fetch(inject("site") + new URL(address!).pathname);
			expect(response.headers.get("content-type")).toBe("image/png");
			expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
		}
	});
});
