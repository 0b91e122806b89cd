// The texts keep to the glossary: one term for one thing, spelled one way.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { COURSE } from "../../content/course";
import { GLOSSARY, SPELLINGS } from "../../content/glossary";
import { LESSONS } from "../../content/lessons";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Paths below a folder that match, with their contents. */
const texts = (folder: string, pattern: RegExp): Array<[string, string]> =>
	readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
		.filter((path) => pattern.test(path))
		.sort()
		.map((path) => [`${folder}/${path}`, readFileSync(`${root}${folder}/${path}`, "utf8")]);

/** Prose alone: no code, no tags, no quotations of what others have written. */
const prose = (text: string): string =>
	text
		.replace(/`[^`\n]*`/g, " ")
		.replace(/<[^>]*>/g, " ")
		.replace(/[“"][^”"\n]*[”"]/g, " ");

/** Whether a text has the word by itself: Korean goes on with particles, so only its beginning counts there. */
const has = (text: string, word: string): boolean => {
	const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const after = /[가-힣]/.test(word) ? "" : "(?![\\w-])";
	return new RegExp(`(?<![\\w가-힣·-])${literal}${after}`).test(text);
};

const avoided = (locale: "ko" | "en"): string[] => [
	...GLOSSARY.flatMap(({ avoid }) => avoid?.[locale] ?? []),
	...(locale === "ko" ? SPELLINGS.flatMap(([, not]) => not) : []),
];

describe("the glossary", () => {
	test("has a term once", () => {
		for (const key of [({ id }) => id, ({ word }) => word.ko, ({ word }) => word.en] as Array<
			(term: (typeof GLOSSARY)[number]) => string
		>) {
			expect(new Set(GLOSSARY.map(key)).size).toBe(GLOSSARY.length);
		}
	});
	test.each(GLOSSARY.map((term) => [term.id, term] as const))("%s", (_, { word, about, lessons }) => {
		expect(about.ko).toMatch(/니다\.$/);
		expect(about.en).toMatch(/\.$/);
		expect(about.en).not.toMatch(/[가-힣]/);
		expect(lessons.length).toBeGreaterThan(0);
		for (const slug of lessons) expect(Object.keys(LESSONS)).toContain(slug);
		expect(avoided("ko")).not.toContain(word.ko);
		expect(avoided("en")).not.toContain(word.en);
	});
	test("each lesson has a word in it", () => {
		const explained = new Set(GLOSSARY.flatMap(({ lessons }) => lessons));
		expect(Object.keys(LESSONS).filter((slug) => !explained.has(slug) && slug !== "moving" && slug !== "real-thing")).toEqual([]);
	});
	test("each word is used by the course", () => {
		const all = { ko: texts("content", /ko\.mdx$/), en: texts("content", /en\.mdx$/) };
		for (const { word } of GLOSSARY) {
			const bare = word.ko.replace(/\(.*\)/, "");
			expect(
				all.ko.some(([, text]) => text.includes(bare)),
				word.ko,
			).toBe(true);
			expect(
				all.en.some(([, text]) => text.toLowerCase().includes(word.en.toLowerCase())),
				word.en,
			).toBe(true);
		}
	});
});

/** Korean words that a lesson gives the English for in brackets: 번들(bundle). */
const bracketed = (text: string): Array<[ko: string, en: string]> =>
	[...text.matchAll(/([가-힣]+(?: [가-힣]+){0,2})(?:\*\*)?\(([a-z][a-z -]+)\)/g)].map(([, ko = "", en = ""]) => [ko, en]);
/** Brackets that explain something else than a term. */
const ASIDES = ["deprecated", "round robin", "routing mesh"];

test("a word with its English in brackets is a term", () => {
	const unknown = texts("content", /ko\.mdx$/)
		.flatMap(([path, text]) => bracketed(text).map(([ko, en]) => ({ path, ko, en })))
		.filter(({ en }) => !ASIDES.includes(en))
		// config is short for configuration
		.filter(({ ko, en }) => !GLOSSARY.some(({ word }) => ko.endsWith(word.ko) && word.en.startsWith(en)));
	expect(unknown).toEqual([]);
});

describe("the texts say what the glossary says", () => {
	const words = (locale: "ko" | "en"): Array<[string, string]> => [
		...texts("content", new RegExp(`${locale}\\.mdx$`)),
		...texts("components/words", new RegExp(`^${locale}.*\\.ts$`)).map(([path, text]): [string, string] => [
			path,
			text.replace(/"/g, " "),
		]),
		[
			"content/course.ts",
			JSON.stringify(COURSE.map(({ lessons }) => lessons.map(({ title, about }) => [title[locale], about[locale]]))).replace(
				/"/g,
				" ",
			),
		],
		["content/glossary.ts", GLOSSARY.map(({ about }) => about[locale]).join("\n")],
	];
	describe.each(["ko", "en"] as const)("%s", (locale) => {
		test.each(words(locale))("%s", (_, text) => {
			const found = avoided(locale).filter((word) => has(prose(text), word));
			expect(found).toEqual([]);
		});
	});
});

test("the same check finds what it looks for", () => {
	expect(has("그 레포지토리에서", "레포지토리")).toBe(true);
	expect(has("읽기·쓰기 레이어를", "쓰기 레이어")).toBe(false);
	expect(has("a writable layer.", "writable layer")).toBe(true);
	expect(has("the repository", "repo")).toBe(false);
	expect(prose('`디렉토리` "이미지 저장소" <See view="계층">그림</See>')).not.toMatch(/디렉토리|이미지 저장소|계층/);
});
