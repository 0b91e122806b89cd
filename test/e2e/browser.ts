// A real Chromium, and what a learner does in it: look, type, press. Every page that is opened here fails its test when it
// reports an error or asks anything of another site.

import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { type Locale, otherLocale } from "../../components/words/locale";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

let browser: Browser;
const contexts: BrowserContext[] = [];
/** What the pages of a context reported. */
const complaints = new WeakMap<BrowserContext, string[]>();

/** To be called at the top of a test file. */
export function withBrowser(): void {
	beforeAll(async () => {
		browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
	});
	afterEach(async () => {
		const left = contexts.splice(0);
		for (const context of left) await context.close();
		expect(left.flatMap((context) => complaints.get(context) ?? [])).toEqual([]);
	});
	afterAll(() => browser.close());
}

export const WIDE: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** The languages to try something in: one, and in the long run both. */
export const inLocales = (one: Locale): Locale[] => (process.env.DRYDOCK_LONG === "1" ? [one, otherLocale(one)] : [one]);

/** A visitor who was never here before: nothing is stored. */
export async function visitor(options: BrowserContextOptions = WIDE): Promise<BrowserContext> {
	const context = await browser.newContext(options);
	contexts.push(context);
	return context;
}

/** One visitor of a test that is not alone: others run beside it, so nothing that is shared ends with it. */
export async function visit(options: BrowserContextOptions, stay: (context: BrowserContext) => Promise<void>): Promise<void> {
	const context = await browser.newContext(options);
	try {
		await stay(context);
	} finally {
		await context.close();
	}
	const said = complaints.get(context);
	if (said) throw new Error(said.join("\n"));
}

export async function open(context: BrowserContext, path: string): Promise<Page> {
	const page = await context.newPage();
	const site = inject("site");
	const complain = (what: string): void => {
		complaints.set(context, [...(complaints.get(context) ?? []), `${path}: ${what}`]);
	};
	page.on("pageerror", (error) => complain(error.message));
	page.on("console", (message) => {
		if (message.type() === "error") complain(message.text());
	});
	page.on("request", (request) => {
		const { protocol, origin } = new URL(request.url());
		if (protocol.startsWith("http") && origin !== site) complain(`asks ${request.url()}`);
	});
	await page.goto(site + path);
	return page;
}

/** Waits until the machine is on. @throws with its reason when it does not come up */
export async function ready(page: Page): Promise<void> {
	await page.waitForFunction(
		() => {
			const { drydock } = globalThis as unknown as { drydock?: { status(): { phase: string; reason?: string } } };
			const status = drydock?.status();
			if (status?.phase === "failed") throw new Error(status.reason);
			return status?.phase === "ready";
		},
		undefined,
		{ timeout: 60_000 },
	);
}

/** The lines on the console's screen, without the empty ones at its end. */
export async function screen(page: Page): Promise<string[]> {
	const rows = await page
		.locator(".xterm-rows > div")
		.evaluateAll((divs) => divs.map((div) => (div.textContent ?? "").replace(/\u00a0/g, " ").trimEnd()));
	while (rows.length > 0 && rows.at(-1) === "") rows.pop();
	return rows;
}

/** Waits until the screen is as asked. @throws with the screen when it is not in time */
export async function until(page: Page, asked: (lines: string[]) => boolean, timeout = 60_000): Promise<void> {
	const end = Date.now() + timeout;
	for (;;) {
		const lines = await screen(page);
		if (asked(lines)) return;
		if (Date.now() > end) throw new Error(`not seen within ${timeout} ms:\n${lines.join("\n")}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Waits until a line of the screen matches. */
export const sees = (page: Page, pattern: RegExp, timeout?: number): Promise<void> =>
	until(page, (lines) => pattern.test(lines.join("\n")), timeout);

export const HOST_PROMPT = /(^|\n)[^\n]*drydock:?[^\n]*# ?$/;
/** Of busybox's shell, or of Debian's bash. */
export const CONTAINER_PROMPT = /(^|\n)(\/ #|root@[0-9a-f]{12}:\/#) ?$/;

/** Types a line at the console with the keyboard. */
export async function type(page: Page, line: string): Promise<void> {
	await page.locator(".xterm-helper-textarea").focus();
	await page.keyboard.type(line);
	await page.keyboard.press("Enter");
}

/** Asks the machine behind the page for what its facade tells. */
export const docker = <T>(page: Page, path: string): Promise<T> =>
	page.evaluate(async (asked) => {
		const { drydock } = globalThis as unknown as { drydock: { docker(m: string, p: string): Promise<{ body: string }> } };
		return JSON.parse((await drydock.docker("GET", asked)).body);
	}, path);

/** Runs a line in the host's shell, without the console. */
export const run = (page: Page, line: string, timeoutMs = 60_000): Promise<{ code: number; stdout: string; stderr: string }> =>
	page.evaluate(
		async ([command, limit]) => {
			const { drydock } = globalThis as unknown as {
				drydock: { run(c: string, o: object): Promise<{ code: number; stdout: string; stderr: string }> };
			};
			return drydock.run(command, { timeoutMs: limit });
		},
		[line, timeoutMs] as const,
	);
