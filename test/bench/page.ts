// What a visitor waits for and downloads: a lesson that can be read and stays where it is, a prompt that answers, and the bytes.

import type { Page } from "playwright-core";
import { startSite } from "../support/site";
import { type Bench, type Figure, figure, median } from "./figure";

const VISITS = 5;
const LESSON = "/en/lessons/docker-run";

export function pageBench(folder: string): Bench {
	return {
		names: ["prompt-ready", "lesson-paint", "lesson-shift", "lesson-scripts", "lesson-bytes", "lesson-bytes-with-console"],
		measure: async (wanted) => {
			const site = await startSite(folder);
			const figures: Figure[] = [];
			try {
				if (wanted.has("prompt-ready")) {
					const visits: number[] = [];
					for (let i = 0; i < VISITS; i++) visits.push(await promptReady(await site.page("/robots.txt"), site.address));
					figures.push(
						figure("prompt-ready", "ms", median(visits), null, "navigation to a prompt whose echo has answered, nothing cached"),
					);
				}
				if (wanted.has("lesson-paint") || wanted.has("lesson-shift")) {
					const visits: Painted[] = [];
					for (let i = 0; i < VISITS; i++) visits.push(await painted(await site.page("/robots.txt"), site.address));
					const paint = median(visits.map(({ largest }) => largest));
					if (wanted.has("lesson-paint")) figures.push(figure("lesson-paint", "ms", paint, null, "largest contentful paint"));
					const shift = Math.max(...visits.map((visit) => visit.shift));
					if (wanted.has("lesson-shift"))
						figures.push(
							figure("lesson-shift", "score", shift, null, "cumulative layout shift until the prompt is there, the worst visit"),
						);
				}
				if (["lesson-scripts", "lesson-bytes", "lesson-bytes-with-console"].some((name) => wanted.has(name))) {
					const { scripts, before, after } = await lessonBytes(await site.page("/robots.txt"), site.address);
					if (wanted.has("lesson-scripts"))
						figures.push(
							figure("lesson-scripts", "bytes", scripts, null, "JavaScript transferred before the console, at most 200,000"),
						);
					if (wanted.has("lesson-bytes"))
						figures.push(
							figure("lesson-bytes", "bytes", before, null, "transferred until the text can be read, before the console"),
						);
					if (wanted.has("lesson-bytes-with-console")) figures.push(figure("lesson-bytes-with-console", "bytes", after, null));
				}
			} finally {
				await site.stop();
			}
			return figures;
		},
	};
}

/** Types into the page's console as a visitor would, and waits for the answer on the screen. */
async function promptReady(page: Page, address: string): Promise<number> {
	const began = performance.now();
	await page.goto(`${address}/en`);
	await page.waitForFunction('/drydock:~#/.test(document.querySelector(".xterm-rows")?.textContent ?? "")', undefined, {
		timeout: 60_000,
	});
	await page.locator(".xterm-helper-textarea").first().focus();
	await page.keyboard.type("echo $((6*7))\n");
	await page.waitForFunction('/42/.test(document.querySelector(".xterm-rows")?.textContent ?? "")', undefined, {
		timeout: 60_000,
	});
	const took = performance.now() - began;
	await page.context().close();
	return took;
}

interface Painted {
	/** Milliseconds from navigation to the largest contentful paint. */
	largest: number;
	/** Cumulative layout shift. */
	shift: number;
}
async function painted(page: Page, address: string): Promise<Painted> {
	await page.goto(`${address}${LESSON}`);
	await page.waitForFunction('/drydock:~#/.test(document.querySelector(".xterm-rows")?.textContent ?? "")', undefined, {
		timeout: 60_000,
	});
	const seen = await page.evaluate(async () => {
		const entries = (type: string): Promise<PerformanceEntry[]> =>
			new Promise((resolve) => {
				new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
				setTimeout(resolve, 500, []);
			});
		const shifts = (await entries("layout-shift")) as Array<PerformanceEntry & { value: number }>;
		return {
			largest: (await entries("largest-contentful-paint")).at(-1)?.startTime ?? 0,
			shift: shifts.reduce((sum, { value }) => sum + value, 0),
		};
	});
	await page.context().close();
	return seen;
}

/** Bytes as they are transferred: of the scripts that the page's text names, of all that it names, and of all until the machine is on.
 *  What its text names is told by who asks for it: the console and the machine are asked for by scripts, and may be so before the
 *  page's load event. */
async function lessonBytes(page: Page, address: string): Promise<{ scripts: number; before: number; after: number }> {
	const session = await page.context().newCDPSession(page);
	await session.send("Network.enable");
	const named = new Map<string, "script" | "other">();
	const sum = { scripts: 0, before: 0, after: 0 };
	session.on("Network.requestWillBeSent", ({ requestId, initiator, type }) => {
		if (initiator.type === "parser" || type === "Document") named.set(requestId, type === "Script" ? "script" : "other");
	});
	session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		sum.after += encodedDataLength;
		if (named.has(requestId)) sum.before += encodedDataLength;
		if (named.get(requestId) === "script") sum.scripts += encodedDataLength;
	});
	await page.goto(`${address}${LESSON}`);
	await page.waitForFunction('globalThis.drydock?.status().phase === "ready"', undefined, { timeout: 60_000 });
	await page.waitForLoadState("networkidle");
	await page.context().close();
	return sum;
}
