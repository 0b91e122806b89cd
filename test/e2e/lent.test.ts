// A real daemon from the site, in a browser: where there is none the page says so and all else works; where there is one, it is borrowed by
// a button, the console's docker speaks to it, and a command runs on both.

import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { enLent } from "../../components/words/en-lent";
import { READY, startLendingSite, stateOf } from "../conformance/sandbox/lending-site";
import { startRealDocker, whyNoDocker } from "../support/real-docker";
import { HOST_PROMPT, open, ready, run, sees, type, visitor, withBrowser } from "./browser";

withBrowser();

const violations = async (page: Page): Promise<string[]> => {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { axe: loaded } = globalThis as unknown as { axe: typeof import("axe-core") };
		const { violations: found } = await loaded.run("[role=tabpanel]:has([data-lent])", { resultTypes: ["violations"] });
		return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
	});
};
const compare = async (page: Page): Promise<string | null> => {
	await page.locator("[data-beside]").getByRole("button").click();
	await page.locator("[data-beside]:not([data-beside=''])").waitFor({ timeout: 120_000 });
	return page.locator("[data-beside]").getAttribute("data-beside");
};

test("a site that lends none says what is missing; the second host is compared with instead", async () => {
	const page = await open(await visitor(), "/en/playground#beside");
	await page.locator('[data-lent="absent"]').getByText("This site has no real Docker to lend").waitFor();
	await ready(page);
	const { stdout } = await run(page, "docker context ls --format '{{.Name}} {{.DockerEndpoint}}'");
	expect(stdout).toContain(`sandbox ${inject("site")}/api/sandbox\n`);
	const refused = await run(page, "docker -c sandbox ps");
	expect(refused.code).toBe(1);
	expect(refused.stderr).toBe(`${inject("site")}/api/sandbox: this site has no real Docker daemon to lend\n`);
	await run(
		page,
		"docker pull -q busybox; service second start; docker context create second --docker host=unix:///run/second/docker.sock",
	);
	await run(page, "docker save busybox | docker -c second load");
	expect(await compare(page)).toBe("alike");
	expect(await violations(page)).toEqual([]);
});

const missing = whyNoDocker();
if (missing) console.warn(`nothing is lent to the browser: ${missing}`);
test.skipIf(missing)("a daemon is borrowed, used at the console, and compared with", async () => {
	const real = await startRealDocker();
	const site = await startLendingSite(real.host.slice("unix://".length), inject("site"));
	try {
		site.tell(stateOf({ state: "none", left: undefined }));
		const page = await (await visitor()).newPage();
		await page.goto(`${site.address}/en/playground#beside`);
		await page.locator('[data-lent="none"]').waitFor();
		site.tell(READY);
		await page.getByRole("button", { name: "Borrow a real Docker" }).click();
		await page
			.getByRole("timer")
			.getByText(/\d+:\d\d/)
			.waitFor();
		await ready(page);
		await sees(page, HOST_PROMPT);
		await type(page, "docker pull -q busybox && docker save busybox | docker -c sandbox load -q");
		await sees(page, /Loaded image: busybox:latest/);
		// what differs between the two versions is marked, not hidden
		expect(["alike", "differs"]).toContain(await compare(page));
		await page.getByRole("columnheader", { name: "Real Docker" }).waitFor();
		await type(page, "docker -c sandbox run -it --rm busybox sh -c 'uname -s; read x; exit $x'");
		await sees(page, /Linux/);
		await type(page, "7");
		await sees(page, HOST_PROMPT);
		// above the console: that its end is near, and then that it came
		site.tell(stateOf({ left: { idle: 4, total: 1800 }, warning: "idle" }));
		const bar = page.locator("[data-lent-bar]");
		await bar.getByRole("alert").waitFor({ timeout: 30_000 });
		site.tell(stateOf({ state: "ended", reason: "idle", left: undefined }));
		await page.locator('[data-lent-bar="ended"]').getByText(enLent.lent.ended.idle!).waitFor({ timeout: 30_000 });
	} finally {
		await site.stop();
		await real.stop();
	}
});
