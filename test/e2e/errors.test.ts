// Each explained error happens at the console, and its explanation is beside it.

import { expect, test } from "vitest";
import { ERRORS } from "../../content/errors";
import { HOST_PROMPT, open, ready, run, sees, type, until, visitor, withBrowser } from "./browser";

withBrowser();

const CLEAN =
	"docker unpause $(docker ps -q); docker rm -f $(docker ps -aq); docker network prune -f; docker context use default; cd /root";
const atPrompt = (lines: string[]): boolean => HOST_PROMPT.test(lines.join("\n"));

test("an explanation stands beside the console for each error", { timeout: 600_000 }, async () => {
	const page = await open(await visitor(), "/en/playground");
	await ready(page);
	await sees(page, HOST_PROMPT);
	const help = page.locator("[data-error]");
	const wrong: string[] = [];
	for (const { id, title, make } of ERRORS) {
		await run(page, CLEAN);
		for (const line of make) {
			await page.getByRole("button", { name: "Clear the screen" }).first().click();
			const dismiss = page.getByRole("button", { name: "Dismiss the explanation" });
			if (await dismiss.count()) await dismiss.first().click();
			await type(page, line);
			await until(page, (lines) => lines.length > 1 && atPrompt(lines), 120_000);
		}
		const offered = page.locator(`[data-error="${id}"]`).getByRole("button", { name: title.en });
		await offered.waitFor({ timeout: 8000 }).catch(async () => {
			wrong.push(`${id}: ${await help.evaluateAll((all) => all.map((one) => one.getAttribute("data-error")).join())}`);
		});
	}
	expect(wrong).toEqual([]);
});
