// The tools around the machine: playground, layer explorer, build editor, errors explained, reference, search, a phone's keys.

import { readFileSync } from "node:fs";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { wordsFor } from "../../components/words";
import { docker, HOST_PROMPT, inLocales, open, PHONE, ready, run, sees, type, visitor, WIDE, withBrowser } from "./browser";

withBrowser();

async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { axe: loaded } = globalThis as unknown as { axe: typeof import("axe-core") };
		const { violations: found } = await loaded.run(document, { resultTypes: ["violations"] });
		return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
	});
}
const tool = (page: Page, name: string) => page.locator(`[data-tool="${name}"]`).click();

test("the playground: terminals of their own, and an example that types itself", async () => {
	const page = await open(await visitor(), "/ko/playground");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await type(page, "cd /tmp; first=1");
	await page.getByRole("button", { name: "새 터미널" }).click();
	await sees(page, HOST_PROMPT);
	await type(page, "echo [$first] $PWD");
	await sees(page, /\n\[\] \/root\n/);
	await page.getByRole("tab", { name: "터미널 1" }).click();
	await type(page, "echo [$first] $PWD");
	await sees(page, /\n\[1\] \/tmp\n/);
	await page.locator('[data-example="volume"]').click();
	await expect.poll(async () => (await run(page, "docker volume ls -q")).stdout, { timeout: 60_000 }).toContain("notes");
	await sees(page, /"Name": "notes"/);
});

test("the little browser opens what a container publishes, and a reset leaves a new machine", async () => {
	const page = await open(await visitor(), "/en/playground");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await run(page, "docker run -d --name web -p 8080:80 httpd && echo mine > /root/kept");
	await page.getByRole("tab", { name: "Network" }).click();
	await page.getByText(wordsFor("en").network.browser).click();
	await page.getByRole("combobox", { name: wordsFor("en").network.port }).selectOption({ label: "localhost:8080" });
	await page.getByRole("button", { name: wordsFor("en").network.go, exact: true }).click();
	await page.getByRole("status").getByText("200", { exact: true }).waitFor();
	const served = (await run(page, "curl -s http://localhost:8080/")).stdout;
	const shown = await page
		.locator("iframe, pre")
		.last()
		.evaluate((shown) => (shown as HTMLIFrameElement).srcdoc ?? shown.textContent);
	expect(shown).toBe(served);
	await page.getByRole("textbox", { name: wordsFor("en").network.path }).fill("no-such-page");
	await page.getByRole("button", { name: wordsFor("en").network.go, exact: true }).click();
	await page.getByRole("status").getByText("404", { exact: true }).waitFor();

	const words = wordsFor("en").machine;
	await page.getByRole("button", { name: words.menu }).click();
	await page.getByRole("button", { name: words.reset, exact: true }).click();
	await page.getByText(words.resetAsk).waitFor();
	await page.getByRole("button", { name: words.resetYes }).click();
	await page.waitForFunction(
		() => (globalThis as unknown as { drydock: { status(): { phase: string } } }).drydock.status().phase !== "ready",
	);
	await ready(page);
	await sees(page, HOST_PROMPT);
	expect(await docker(page, "/containers/json?all=1")).toEqual([]);
	expect(await docker(page, "/images/json")).toEqual([]);
	expect((await run(page, "ls -A /root")).stdout).not.toContain("kept");
	await page.reload();
	await ready(page);
	expect((await run(page, "ls -A /root")).stdout).not.toContain("kept");
});

test("files come in and go out by drag and drop; an archive of images is loaded, pictured, and goes out again", async () => {
	const page = await open(await visitor(), "/en/playground#files");
	await ready(page);
	await sees(page, HOST_PROMPT);
	await run(page, "docker pull -q layers && docker save layers -o /root/layers.tar && docker rmi layers");
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("button", { name: "Download layers.tar" }).click(),
	]);
	const archive = readFileSync(await download.path());
	await run(page, "rm /root/layers.tar");
	expect(await docker(page, "/images/json")).toEqual([]);

	await page.locator("[data-drop]").evaluate(
		(target, files) => {
			const data = new DataTransfer();
			for (const [name, base64] of files) {
				const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
				data.items.add(new File([bytes], name));
			}
			target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
		},
		[
			["note.txt", Buffer.from("메모\n").toString("base64")],
			["mine.tar", archive.toString("base64")],
		] as const,
	);
	await sees(page, /Loaded image: layers:latest/);
	expect((await run(page, "cat /root/note.txt")).stdout).toBe("메모\n");
	await page.getByRole("button", { name: "note.txt", exact: true }).click();
	await page.getByRole("dialog", { name: "/root/note.txt" }).getByText("메모").first().waitFor();
	await page.keyboard.press("Escape");

	await tool(page, "explorer");
	await page.getByText("are hidden from above and wasted").waitFor();
	const layer = page.getByRole("button", { name: /RUN rm \/etc\/group/ });
	expect(await layer.textContent()).toMatch(/deleted 1.*Wasted 157 B/);
	await page.getByText("/etc/group").first().waitFor();
	const [image] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("button", { name: "Download with docker save" }).click(),
	]);
	expect(image.suggestedFilename()).toBe("layers_latest.tar");
	expect(readFileSync(await image.path()).includes("manifest.json")).toBe(true);
	await page.getByRole("tab", { name: "Layers" }).click();
	await page.getByRole("img", { name: /^Image layers:latest/ }).waitFor();
});

test.each(inLocales("ko"))("an error is explained beside the console, can be dismissed, and has a page: %s", async (locale) => {
	const words = wordsFor(locale).errors;
	const page = await open(await visitor(), `/${locale}/lessons/docker-run`);
	await ready(page);
	await sees(page, HOST_PROMPT);
	await type(page, "docker run --rm busybox bash");
	await page.locator('[data-error="executable-not-found"]').waitFor();
	await page
		.getByRole("button", { name: locale === "ko" ? /오류 풀이: 종료 코드 127/ : /What this error means: Exit code 127/ })
		.click();
	await page.getByText(locale === "ko" ? "작은 이미지에는 bash가 없고" : "Small images often have sh but no bash").waitFor();
	expect(await violations(page)).toEqual([]);
	await page.getByRole("link", { name: words.all }).click();
	await page.waitForURL(`**/${locale}/errors#executable-not-found`);
	await page.getByRole("button", { name: words.dismiss }).click();
	await expect.poll(() => page.locator("[data-error]").count()).toBe(0);
	await type(page, "docker run --rm --init busybox sh -c 'kill -SEGV $$'");
	await page.locator('[data-error="exit-139"]').waitFor();
});

test("search by key, in Korean by initial consonants too, asks nobody, goes where it was chosen", async () => {
	const page = await open(await visitor(), "/ko/reference");
	await page.getByRole("button", { name: /^검색/ }).waitFor();
	// The index comes by itself, before anybody has searched.
	const index = (): Promise<number> =>
		page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/ko/search.json")).length);
	await expect.poll(index, { timeout: 30_000 }).toBe(1);
	await page.keyboard.press("Control+k");
	const field = page.getByRole("combobox");
	await field.fill("ㄴㅇㅅㅍ");
	await page.getByRole("option", { name: /강의.*네임스페이스/ }).waitFor();
	expect(await violations(page)).toEqual([]);
	await field.fill("docker run");
	await page.getByRole("option").first().waitFor();
	await field.fill("네임스페이스");
	await page.getByRole("option", { name: /강의.*네임스페이스/ }).waitFor();
	expect(await index()).toBe(1);
	await page.keyboard.press("Enter");
	await page.waitForURL(/\/ko\/(lessons\/namespaces|glossary)/);
});

test("the keys of search: Ctrl K cuts the line in the console and is not offered there; a slash is typed there, and searches elsewhere", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await sees(page, HOST_PROMPT);
	const hint = page.locator("header kbd");
	const field = page.getByRole("combobox", { name: wordsFor("en").search.label });
	await page.locator(".xterm-helper-textarea").focus();
	await expect.poll(() => hint.isVisible()).toBe(false);
	await page.keyboard.type("echo /kept and cut");
	for (let n = 0; n < " and cut".length; n++) await page.keyboard.press("ArrowLeft");
	await page.keyboard.press("Control+k");
	await page.keyboard.press("Enter");
	await sees(page, /\n\/kept\n/);
	expect(await field.count()).toBe(0);
	await page.keyboard.press("Control+m");
	await page.keyboard.press("Tab");
	await expect.poll(() => hint.isVisible()).toBe(true);
	await page.keyboard.press("/");
	await field.waitFor();
	// Now it is a letter of what is looked for.
	await page.keyboard.type("/etc");
	expect(await field.inputValue()).toBe("/etc");
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+k");
	await field.waitFor();
});

test("a command's page: options in its language, and an example that runs in place", async () => {
	const page = await open(await visitor(), "/ko/reference/container/run");
	await page.getByText("백그라운드에서 실행하고 ID를 출력").waitFor();
	await ready(page);
	await sees(page, HOST_PROMPT);
	await page.getByRole("button", { name: /docker run --rm busybox echo hello/ }).click();
	await sees(page, /\nhello\n/);
});

describe.each(["light", "dark"] as const)("axe, %s", (colorScheme) => {
	test.each(["/ko/playground#explorer", "/en/playground#editor", "/ko/errors", "/ko/reference/image/build"])(
		"%s",
		async (path) => {
			const page = await open(await visitor({ ...WIDE, colorScheme }), path);
			if (path !== "/en/reference") {
				await ready(page);
				await sees(page, HOST_PROMPT);
			}
			if (path.includes("playground")) {
				await run(page, "docker pull -q layers; mkdir -p /root/app; printf 'FROM busybox as Build\\n' > /root/app/Dockerfile");
				await page.locator("[data-total], [data-editor=monaco]").waitFor();
			}
			expect(await violations(page)).toEqual([]);
		},
	);
});

describe("a phone", () => {
	test.each(["/ko/playground", "/en/errors", "/ko/reference", "/ko/reference/container/run"])(
		"%s does not scroll sideways",
		async (path) => {
			const page = await open(await visitor(PHONE), path);
			await page.waitForTimeout(500);
			expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
		},
	);
	test("its keys: Ctrl that holds for the next, ^C, and what was typed before", async () => {
		const page = await open(await visitor(PHONE), "/ko/playground");
		await ready(page);
		await sees(page, HOST_PROMPT);
		await type(page, "sleep 1000");
		await page.getByRole("button", { name: "Ctrl+C" }).tap();
		await sees(page, HOST_PROMPT);
		await type(page, "echo once-more");
		await sees(page, /\nonce-more\n/);
		await page.getByRole("button", { name: "위", exact: true }).tap();
		await sees(page, /# echo once-more$/);
		await page.getByRole("button", { name: "Ctrl", exact: true }).tap();
		await page.locator(".xterm-helper-textarea").focus();
		await page.keyboard.type("u");
		await sees(page, HOST_PROMPT);
	});
});

test("where one was, reading mode, and what search engines are told", async () => {
	const page = await open(await visitor(), "/ko/lessons/volumes");
	await page.getByRole("button", { name: "글만 보기" }).click();
	await expect.poll(() => page.locator("[data-bench]").isVisible()).toBe(false);
	await page.getByRole("button", { name: "컴퓨터와 함께 보기" }).click();
	await page.goto(`${inject("site")}/ko/lessons`);
	await page.getByRole("link", { name: "이어서 하기: 볼륨" }).waitFor();
	const html = await (await fetch(`${inject("site")}/en/lessons/volumes`)).text();
	expect(html).toMatch(/<link rel="canonical" href="[^"]*\/en\/lessons\/volumes"/);
	expect(html).toMatch(/hrefLang="ko"/i);
	expect(html).toMatch(/hrefLang="x-default" href="[^"]*\/ko\/lessons\/volumes"/i);
	expect(html).toContain('"@type":"LearningResource"');
	expect(await (await fetch(`${inject("site")}/sitemap.xml`)).text()).toContain("/en/reference/container/run");
});
