// The machine's state: what survives a reload, a killed tab, a second tab, and a reset.

import { readFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { wordsFor } from "../../components/words";
import { en } from "../../components/words/en";
import { docker, HOST_PROMPT, inLocales, open, ready, run, sees, visitor, withBrowser } from "./browser";

withBrowser();

interface Listed {
	Names: string[];
	State: string;
	Status: string;
}

test("a reload is a power cut: the disk is kept, what ran is stopped with 255", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	const started = await run(page, "docker run -d --name long busybox sleep 1000 && echo kept > /root/note && sync");
	expect(started.stderr).not.toMatch(/error/i);
	await page.waitForTimeout(1500);
	await page.reload();
	await ready(page);
	expect((await run(page, "cat /root/note")).stdout).toBe("kept\n");
	const [long] = await docker<Listed[]>(page, "/containers/json?all=1");
	expect(long?.Names).toEqual(["/long"]);
	expect(long?.State).toBe("exited");
	expect(long?.Status).toMatch(/^Exited \(255\)/);
	expect((await run(page, "docker start long && docker ps -q | wc -l")).stdout).toMatch(/1\n$/);
});

test.each(inLocales("en"))("a second tab is told so and has a machine of its own that is not kept: %s", async (locale) => {
	const words = wordsFor(locale).machine;
	const context = await visitor();
	const first = await open(context, `/${locale}`);
	await ready(first);
	await run(first, "echo first > /root/who");
	const second = await open(context, `/${locale}`);
	await ready(second);
	await second.getByRole("button", { name: new RegExp(`^${words.menu}`) }).click();
	await second.getByText(words.notKept).waitFor();
	expect((await run(second, "cat /root/who")).code).not.toBe(0);
	await first.close();
	await second.getByRole("button", { name: words.takeOver }).click();
	await ready(second);
	await expect
		.poll(async () => (await run(second, "cat /root/who").catch(() => ({ stdout: "" }))).stdout, { timeout: 30_000 })
		.toBe("first\n");
});

test("reset asks, and then begins with an empty machine", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await run(page, "echo old > /root/old; docker pull busybox");
	await page.getByRole("button", { name: /^Machine/ }).click();
	await page.getByRole("button", { name: "Reset" }).click();
	await page.getByRole("button", { name: en.machine.resetYes }).click();
	await page.waitForTimeout(300);
	await ready(page);
	await sees(page, HOST_PROMPT);
	expect((await run(page, "cat /root/old")).code).not.toBe(0);
	expect(await docker(page, "/images/json")).toEqual([]);
});

test("the registry that the tab pulls from is this site's, by either name", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	for (const name of ["busybox", "library/hello-world", "layers"]) expect((await run(page, `docker pull ${name}`)).code).toBe(0);
	const tags = (await docker<Array<{ RepoTags: string[] }>>(page, "/images/json")).flatMap(({ RepoTags }) => RepoTags).sort();
	expect(tags).toEqual(["busybox:latest", "hello-world:latest", "layers:latest"]);
});

test("programs of the host come when they are called, and Debian's bash runs in a container", async () => {
	const page = await open(await visitor(), "/en");
	const fetched: string[] = [];
	page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
	await ready(page);
	expect(fetched.filter((path) => path.includes("/tools/"))).toEqual([]);
	expect((await run(page, "nsenter --version")).stdout).toBe("nsenter from util-linux 2.38.1\n");
	expect((await run(page, "docker run --rm debian bash -c 'echo ${BASH_VERSION%%.*}'")).stdout).toBe("5\n");
});

test("a disk of an unknown version is not touched: it can be put aside, and then reset", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await run(page, "echo mine > /root/mine; sync");
	await page.waitForTimeout(1500);
	await page.evaluate(
		() =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open("drydock");
				opening.onerror = () => reject(opening.error);
				opening.onsuccess = () => {
					const transaction = opening.result.transaction("machine", "readwrite");
					transaction.objectStore("machine").put(new TextEncoder().encode("99"), "disk/format");
					transaction.oncomplete = () => {
						opening.result.close();
						resolve();
					};
				};
			}),
	);
	await page.reload();
	await page.getByRole("heading", { name: "The machine did not start" }).waitFor();
	await page.getByText("format 99").first().waitFor();
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("alert").getByRole("button", { name: "Download the disk (tar)" }).click(),
	]);
	expect(download.suggestedFilename()).toBe("drydock-disk.tar");
	const tar = readFileSync(await download.path());
	expect(tar.includes("disk/format")).toBe(true);
	expect(tar.includes("mine\n")).toBe(true);
	await page.getByRole("alert").getByRole("button", { name: "Reset" }).click();
	await ready(page);
	expect((await run(page, "cat /root/mine")).code).not.toBe(0);
});

test("a full browser storage is ENOSPC or an error of Docker's, and the machine goes on", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	const session = await page.context().newCDPSession(page);
	const { usage } = await session.send("Storage.getUsageAndQuota", { origin: new URL(page.url()).origin });
	await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, quotaSize: usage + 200_000 });
	// As on a real disk with a page cache, what cannot be stored shows at the next write.
	await run(page, "head -c 4000000 /dev/urandom > /root/big");
	await expect
		.poll(async () => (await run(page, "dd if=/dev/urandom of=/root/more bs=100000 count=1")).stderr, { timeout: 20_000 })
		.toMatch(/No space left on device/);
	expect((await run(page, "docker pull busybox")).code).not.toBe(0);
	await run(page, "rm -f /root/big /root/more");
	await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin });
	expect((await run(page, "echo still here > /root/note; cat /root/note")).stdout).toBe("still here\n");
	expect((await run(page, "docker ps")).code).toBe(0);
});

test("the disk can be downloaded while the machine runs", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	await run(page, "echo in-the-tar > /root/note");
	await page.getByRole("button", { name: /^Machine/ }).click();
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("button", { name: "Download the disk (tar)" }).click(),
	]);
	expect(readFileSync(await download.path()).includes("in-the-tar")).toBe(true);
});

test("the host's own registry takes a push, has the layer the second time, and gives the image back", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	expect((await run(page, "service registry start && docker pull -q busybox && docker tag busybox localhost:5000/x")).code).toBe(
		0,
	);
	const first = await run(page, "docker push localhost:5000/x");
	expect(first.stdout).toMatch(/: Pushed\nlatest: digest: sha256:[0-9a-f]{64} size: \d+\n$/);
	const second = await run(page, "docker push localhost:5000/x");
	expect(second.stdout).toMatch(/: Layer already exists\nlatest: digest: sha256:/);
	expect((await run(page, "docker rmi busybox localhost:5000/x && docker run --rm localhost:5000/x echo back")).stdout).toMatch(
		/^back$/m,
	);
});

test("a machine whose code does not come says so in the reader's language, and comes up when it does", async () => {
	const context = await visitor();
	// the page may ask for it ahead of the worker, so it fails until it is let through
	await context.route("**/engine/worker/main.js", (route) => route.fulfill({ status: 503 }));
	const page = await context.newPage();
	await page.goto(`${inject("site")}/ko`);
	const { failedUnloaded, retry } = wordsFor("ko").machine;
	await page.getByText(failedUnloaded).waitFor();
	await context.unroute("**/engine/worker/main.js");
	await page.getByRole("button", { name: retry }).click();
	await ready(page);
	await sees(page, HOST_PROMPT);
});
