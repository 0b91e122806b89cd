// The first page: a working prompt without a click, and a real container behind it.

import { describe, expect, test } from "vitest";
import {
	CONTAINER_PROMPT,
	HOST_PROMPT,
	open,
	PHONE,
	ready,
	run,
	screen,
	sees,
	type,
	visitor,
	WIDE,
	withBrowser,
} from "./browser";

withBrowser();

describe.each(["ko", "en"])("/%s", (locale) => {
	test("docker run -it busybox sh works in the prompt that is there", async () => {
		const page = await open(await visitor(), `/${locale}`);
		expect(await page.locator("html").getAttribute("lang")).toBe(locale);
		await ready(page);
		await sees(page, HOST_PROMPT);
		// No click: the prompt has the keyboard already.
		await page.keyboard.type("docker run -it busybox sh\n");
		await sees(page, CONTAINER_PROMPT);
		await page.keyboard.type("echo $((6 * 7)) $(readlink /bin/sh)\n");
		await sees(page, /\n42 busybox\n/);
		await page.keyboard.type("exit\n");
		await sees(page, HOST_PROMPT);
		await type(page, "docker ps -a | grep busy > out.txt; wc -l out.txt");
		await sees(page, /\n1 out\.txt\n/);
	});
	test("the console is within the first screen, wide and on a phone", async () => {
		for (const size of [WIDE, PHONE]) {
			const page = await open(await visitor(size), `/${locale}`);
			await ready(page);
			await sees(page, HOST_PROMPT);
			const box = await page.locator(".xterm-rows").boundingBox();
			expect(box?.y).toBeGreaterThan(0);
			expect(box?.y).toBeLessThan((size.viewport?.height ?? 0) * 0.5);
		}
	});
});

test("the suggestion types itself, and the picture follows", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await page.getByRole("button", { name: /docker run -it busybox sh/ }).click();
	await sees(page, CONTAINER_PROMPT);
	const slider = page.getByRole("slider");
	await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^step \d+ of \d+: /);
	await page.getByRole("button", { name: "To the start" }).click();
	await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^step 1 of \d+: The command begins: docker run/);
	await slider.focus();
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("ArrowLeft");
	await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^step 2 of /);
	await page.getByRole("tab", { name: "Layers" }).click();
	await page.getByRole("img", { name: /^Image busybox:latest/ }).waitFor();
	await page.getByRole("img", { name: /^Container .*running/ }).waitFor();
	await page.getByRole("tab", { name: "Files" }).click();
	await page.getByRole("button", { name: "etc/" }).click();
	await page.getByRole("button", { name: /^passwd/ }).click();
	await page.getByRole("dialog").getByText("root:").first().waitFor();
	await page.keyboard.press("Escape");
});

test("the first address goes to the reader's language; another language keeps the page and the machine", async () => {
	const english = await visitor({ ...WIDE, locale: "en-GB" });
	const page = await open(english, "/");
	expect(new URL(page.url()).pathname).toBe("/en");
	expect(new URL((await open(await visitor({ ...WIDE, locale: "fr-FR" }), "/")).url()).pathname).toBe("/ko");

	await page.goto(new URL("/en/lessons/docker-run", page.url()).href);
	await ready(page);
	await run(page, "echo kept > /root/kept");
	await page.getByRole("link", { name: "한국어" }).click();
	await page.waitForURL("**/ko/lessons/docker-run");
	expect(await page.locator("html").getAttribute("lang")).toBe("ko");
	expect((await run(page, "cat /root/kept")).stdout).toBe("kept\n");
});

test("Korean goes in and comes out, two cells wide", async () => {
	const page = await open(await visitor(), "/ko");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await page.locator(".xterm-helper-textarea").focus();
	await page.keyboard.insertText("echo 컨테이너");
	await page.keyboard.press("Enter");
	await sees(page, /\n컨테이너\n/);
});

test("the page answers while a container computes", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await type(page, "docker run --rm busybox sh -c 'i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done'");
	await page.waitForTimeout(1500);
	const worst = await page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				let longest = 0;
				let last = performance.now();
				const end = last + 1500;
				const beat = (): void => {
					const now = performance.now();
					longest = Math.max(longest, now - last);
					last = now;
					if (now < end) requestAnimationFrame(beat);
					else resolve(longest);
				};
				requestAnimationFrame(beat);
			}),
	);
	expect(worst).toBeLessThan(400);
	await page.locator(".xterm-helper-textarea").focus();
	await page.keyboard.press("Control+c");
	// the container's first process has no handler for it, and ends when it has counted
	await sees(page, HOST_PROMPT, 150_000);
	expect((await screen(page)).join("\n")).toContain("docker run --rm busybox");
});
