// The lessons, as a learner goes through them: every command is pressed and runs, predictions are judged, tasks are unsolved
// at the start and solved by their own solutions. Each lesson in one language, in turns, and the tasks of the first; in the
// long run everything in both. test/content goes through every lesson's commands and tasks without a page. Two lessons run at a
// time (maxConcurrency): while one waits for its machine the other's has the processor.

import type { Locator, Page } from "playwright-core";
import { describe, test } from "vitest";
import { LESSONS } from "../../content/lessons";
import { CONTAINER_PROMPT, HOST_PROMPT, open, ready, sees, until, visit, WIDE, withBrowser } from "./browser";

withBrowser();

const LONG = process.env.DRYDOCK_LONG === "1";
const LOCALES = ["ko", "en"] as const;
/** A lesson has up to forty commands; on a machine that does much else each takes its time. Nothing waits longer than it must. */
const LIMIT = 600_000;
const cases = LOCALES.flatMap((locale) => Object.values(LESSONS).map((lesson) => ({ locale, lesson, slug: lesson.slug }))).filter(
	({ locale, lesson: { number } }) => LONG || locale === LOCALES[number % 2],
);

const solved = (page: Page, task: string): Promise<string | null> =>
	page.locator(`[data-task="${task}"]`).getAttribute("data-solved");

/** Presses a command's chip on a clear screen, which then has one line; waits until the prompt has come back below it. */
async function press(page: Page, locale: string, chip: Locator, inContainer: boolean): Promise<void> {
	await page.getByRole("button", { name: locale === "ko" ? "화면 지우기" : "Clear the screen" }).click();
	await until(page, (lines) => lines.length === 1);
	await chip.click();
	const prompt = inContainer ? CONTAINER_PROMPT : HOST_PROMPT;
	await until(page, (lines) => lines.length > 1 && prompt.test(`\n${lines.at(-1)}`), 180_000);
}

/** Nothing is waited for that only moves. */
const STILL = { ...WIDE, reducedMotion: "reduce" } as const;

/** A lesson with its machine on. */
const atLesson = (path: string, learn: (page: Page) => Promise<void>): Promise<void> =>
	visit(STILL, async (context) => {
		const page = await open(context, path);
		await ready(page);
		await sees(page, HOST_PROMPT);
		await learn(page);
	});

describe.each(cases)("/$locale/lessons/$slug", { concurrent: true, timeout: LIMIT }, ({ locale, lesson, slug }) => {
	const path = `/${locale}/lessons/${lesson.slug}`;
	test("every command runs at a press, and every prediction is judged by what the machine did", ({ expect }) =>
		atLesson(path, async (page) => {
			for (const prediction of Object.keys(lesson.predictions)) {
				await page.locator(`[data-predict="${prediction}"] input`).first().check();
				expect(await page.locator(`[data-predict="${prediction}"] [role=status]`).getAttribute("data-judged")).toBeNull();
			}
			const used = new Map<string, number>();
			let inside = false;
			for (const id of lesson.path) {
				const command = lesson.commands[id]!;
				expect(inside, `${id} is typed where it belongs`).toBe(command.where === "container");
				const nth = used.get(id) ?? 0;
				used.set(id, nth + 1);
				const chips = page.locator(`[data-command="${id}"] button`);
				if (/^docker (run|exec|start) .*-(it|i -t|ai)\b/.test(command.line)) inside = true;
				if (command.line === "exit") inside = false;
				await press(page, locale, chips.nth(Math.min(nth, (await chips.count()) - 1)), inside);
			}
			for (const [id] of Object.entries(lesson.predictions)) {
				const status = page.locator(`[data-predict="${id}"] [role=status]`);
				await expect.poll(() => status.getAttribute("data-judged"), { timeout: 60_000 }).toMatch(/right|wrong/);
			}
		}));

	test.runIf(LONG || slug === cases[0]?.slug)("tasks are unsolved at the start and solved by their solutions", ({ expect }) =>
		atLesson(path, async (page) => {
			// Time for the first reading of the machine: what is unsolved now has been looked at.
			await page.waitForTimeout(1500);
			for (const task of Object.keys(lesson.tasks)) expect(await solved(page, task), task).toBeNull();
			for (const [id, { hints, solution }] of Object.entries(lesson.tasks)) {
				const task = page.locator(`[data-task="${id}"]`);
				const chips = task.locator("button[title]");
				for (let hint = 1; hint <= hints + 1; hint++) {
					await task.locator("button.button").click();
					await (hint <= hints ? task.locator(`[data-hint="${hint}"]`) : chips.first()).waitFor();
				}
				for (const [nth, line] of solution.entries()) {
					expect(await chips.nth(nth).locator("code").textContent()).toBe(line);
					await press(page, locale, chips.nth(nth), false);
				}
				await expect.poll(() => solved(page, id), { timeout: 60_000 }).toBe("true");
			}
			await page.goto(new URL(`/${locale}/lessons`, page.url()).href);
			await page.getByText(locale === "ko" ? "모두 해결" : "all solved").waitFor();
		}),
	);
});
