// What a lesson's two texts and its lesson.ts use must be the same: ids, commands, hints; nothing is left over.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COURSE } from "../../content/course";
import { JUDGES } from "../../content/judges";
import { LESSONS } from "../../content/lessons";
import { FOLDERS } from "./folders";

const read = (slug: string, locale: string): string =>
	readFileSync(new URL(`../../${FOLDERS[slug]}/${locale}.mdx`, import.meta.url), "utf8");

/** The elements of the vocabulary in a text, in order: `Command run`, `Choice pulls`, `Hint 1` … */
function elements(text: string): string[] {
	return [
		...text.matchAll(/<(Question|Command|Predict|Ask|Choice|Task|Hint|See|Break|Changed|Aside|Beside|Lend)\b([^>]*?)\/?>/g),
	].map(([, name, attributes = ""]) =>
		[name, ...[...attributes.matchAll(/(?:id|view)="([^"]+)"|n=\{(\d)\}/g)].map(([, value, n]) => value ?? n)].join(" "),
	);
}
const ids = (all: string[], name: string): string[] => [
	...new Set(all.filter((element) => element.startsWith(`${name} `)).map((element) => element.slice(name.length + 1))),
];

describe("the course", () => {
	const all = COURSE.flatMap(({ lessons }) => lessons);
	test("has 22 lessons and an appendix, in order", () =>
		expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 23 }, (_, n) => n + 1)));
	test("each lesson that has an address is written, and each that is written has one", () => {
		expect(all.flatMap(({ slug }) => slug ?? []).sort()).toEqual(Object.keys(LESSONS).sort());
		for (const lesson of Object.values(LESSONS)) expect(all.find(({ slug }) => slug === lesson.slug)?.number).toBe(lesson.number);
	});
	test("each lesson's code can be fetched by itself", async () => {
		expect(Object.keys(JUDGES)).toEqual(Object.keys(LESSONS));
		for (const [slug, load] of Object.entries(JUDGES)) expect(await load()).toBe(LESSONS[slug]);
	});
});

describe.each(Object.values(LESSONS))("$slug", (lesson) => {
	const texts = { ko: read(lesson.slug, "ko"), en: read(lesson.slug, "en") };
	const [ko, en] = [elements(texts.ko), elements(texts.en)];

	test("both texts use the same things in the same order", () => expect(ko).toEqual(en));
	test("every command is in the texts", () => expect(ids(ko, "Command").sort()).toEqual(Object.keys(lesson.commands).sort()));
	test("what runs on two daemons are commands of the host", () => {
		for (const id of ids(ko, "Beside")) expect(lesson.commands[id]?.where).toBe("host");
	});
	test("every prediction is in the texts", () => expect(ids(ko, "Predict")).toEqual(Object.keys(lesson.predictions)));
	test("every task is in the texts", () => expect(ids(ko, "Task")).toEqual(Object.keys(lesson.tasks)));
	test("the path goes through every command", () => expect(new Set(lesson.path)).toEqual(new Set(Object.keys(lesson.commands))));
	test("each prediction's choices are those of lesson.ts", () => {
		for (const [id, { choices }] of Object.entries(lesson.predictions)) {
			const from = ko.indexOf(`Predict ${id}`);
			const its = ko.slice(from + 1, from + 2 + choices.length).filter((element) => element.startsWith("Choice "));
			expect(its.map((element) => element.slice("Choice ".length))).toEqual([...choices]);
		}
	});
	test("each task has as many hints as lesson.ts says", () => {
		for (const [id, { hints }] of Object.entries(lesson.tasks)) {
			const from = ko.indexOf(`Task ${id}`);
			const after = ko.slice(from + 1);
			const end = after.findIndex((element) => !element.startsWith("Hint "));
			expect(after.slice(0, end < 0 ? undefined : end)).toEqual(Array.from({ length: hints }, (_, n) => `Hint ${n + 1}`));
		}
	});
	test("it asks a question, breaks something, and says what has changed", () => {
		for (const part of ["Question", "Break", "Changed"]) expect(ko).toContain(part);
	});
	test("a line ends where the text ends it: no escape is left standing in the prose", () => {
		for (const text of Object.values(texts)) expect(text.replace(/`[^`]*`/g, "")).not.toMatch(/\\[nt]/);
	});
	test("the Korean is in the polite style", () => {
		const sentences = texts.ko
			.replace(/`[^`]*`/g, "")
			.split(/(?<=[.?])\s/)
			.filter((sentence) => /[가-힣][.]$/.test(sentence.trim()));
		const plain = sentences.filter((sentence) => /(?<!니)다\.$/.test(sentence.trim()));
		expect(plain).toEqual([]);
	});
});
