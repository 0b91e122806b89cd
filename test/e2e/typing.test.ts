// What is typed is not always Latin letters on a desk: Korean, syllable by syllable; and a page that is left in the middle.

import { expect, test } from "vitest";
import { LESSONS } from "../../content/lessons";
import { HOST_PROMPT, inLocales, open, ready, run, sees, visitor, withBrowser } from "./browser";

withBrowser();

test.each(inLocales("ko"))("Korean is put together at the prompt, and arrives as whole syllables: %s", async (locale) => {
	const page = await open(await visitor(), `/${locale}`);
	await ready(page);
	await sees(page, HOST_PROMPT);
	const keyboard = await page.context().newCDPSession(page);
	const compose = (text: string) =>
		keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
	await page.locator(".xterm-helper-textarea").focus();
	await page.keyboard.type("echo ");
	for (const [steps, syllable] of [
		[["ㄷ", "도"], "도"],
		[["ㅋ", "커"], "커"],
	] as const) {
		for (const step of steps) await compose(step);
		await keyboard.send("Input.insertText", { text: syllable });
	}
	await page.keyboard.type(" > /root/said");
	await sees(page, /# echo 도커 > \/root\/said$/);
	await page.keyboard.press("Enter");
	await expect.poll(async () => (await run(page, "cat /root/said")).stdout).toBe("도커\n");
	// A syllable that is not finished yet is seen, and no program has it.
	await compose("하");
	await page.locator(".composition-view.active").getByText("하").waitFor();
	await keyboard.send("Input.insertText", { text: "한" });
	await sees(page, /# 한$/);
});

test.each(inLocales("en"))(
	"a lesson that is reloaded in its middle goes on: its machine's files, what was solved, what was predicted: %s",
	async (locale) => {
		const page = await open(await visitor(), `/${locale}/lessons/copy-on-write`);
		await ready(page);
		await sees(page, HOST_PROMPT);
		const choice = page.locator("[data-predict] input").first();
		await choice.check();
		const [task = "", { solution }] = Object.entries(LESSONS["copy-on-write"]!.tasks)[0]!;
		for (const line of solution) await run(page, line);
		const solved = page.locator(`[data-task="${task}"][data-solved]`);
		await solved.waitFor();
		await run(page, "docker run --name kept busybox sh -c 'echo here > /left'; sync");
		await page.reload();
		await ready(page);
		await sees(page, HOST_PROMPT);
		expect(await choice.isChecked()).toBe(true);
		await solved.waitFor();
		expect((await run(page, "docker diff kept")).stdout).toContain("A /left");
	},
);
