// The built site on a free port, and Debian's Chromium to look at it with.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

export interface Site {
	/** http://127.0.0.1:PORT */
	readonly address: string;
	readonly browser: Browser;
	/** A page in a context of its own: nothing is stored from others. */
	page(path: string, options?: BrowserContextOptions): Promise<Page>;
	stop(): Promise<void>;
}

/** `next start`. @throws Error where the site is not built, or does not come up */
export async function serveSite(
	folder: string,
	env: Record<string, string> = {},
): Promise<{ address: string; stop(): Promise<void> }> {
	if (!existsSync(join(folder, ".next/BUILD_ID"))) throw new Error("the site is not built: npm start or npm test does it");
	const port = await freePort();
	const address = `http://127.0.0.1:${port}`;
	const server = spawn(
		process.execPath,
		[join(folder, "node_modules/next/dist/bin/next"), "start", "-H", "127.0.0.1", "-p", String(port)],
		{
			cwd: folder,
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, ...env, NEXT_TELEMETRY_DISABLED: "1" },
		},
	);
	await answering(server, address);
	const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
	const stop = async (): Promise<void> => {
		server.kill("SIGTERM");
		const late = setTimeout(() => server.kill("SIGKILL"), 20_000);
		await ended;
		clearTimeout(late);
	};
	return { address, stop };
}

/** @throws Error where there is no Chromium, or the site is not built */
export async function startSite(folder: string): Promise<Site> {
	const executablePath = candidates.find((path) => path && existsSync(path));
	if (!executablePath) throw new Error("Chromium is not installed (apt-get install chromium); CHROMIUM names one elsewhere");
	const { address, stop } = await serveSite(folder);
	const browser = await chromium.launch({ executablePath, args: flags });
	return {
		address,
		browser,
		page: async (path, options) => {
			// the bench asks the page questions as text; what the policy forbids is the business of the tests in test/e2e
			const context = await browser.newContext({ bypassCSP: true, ...options });
			const page = await context.newPage();
			await page.goto(`${address}${path}`);
			return page;
		},
		stop: async () => {
			await browser.close();
			await stop();
		},
	};
}

/** Waits until the page's machine is up. @throws Error with its reason when it failed */
export async function machineReady(page: Page, timeout = 60_000): Promise<void> {
	const phase = await page.waitForFunction(
		'globalThis.drydock && (drydock.status().phase === "ready" || drydock.status().phase === "failed") && JSON.stringify(drydock.status())',
		undefined,
		{ timeout },
	);
	const status = JSON.parse((await phase.jsonValue()) as string) as { phase: string; reason?: string };
	if (status.phase !== "ready") throw new Error(`the machine did not start: ${status.reason}`);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer().once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const bound = probe.address();
			probe.close(() => resolve(typeof bound === "object" && bound ? bound.port : 0));
		});
	});
}

async function answering(server: ChildProcess, address: string): Promise<void> {
	let log = "";
	for (const stream of [server.stdout, server.stderr])
		stream?.on("data", (chunk) => {
			log = (log + chunk).slice(-4000);
		});
	for (const began = Date.now(); Date.now() - began < 60_000; await new Promise((resolve) => setTimeout(resolve, 50))) {
		if (server.exitCode !== null) break;
		const up = await fetch(`${address}/robots.txt`).then(
			(answer) => answer.ok,
			() => false,
		);
		if (up) return;
	}
	server.kill();
	throw new Error(`the site did not come up:\n${log}`);
}
