// The entries of the search: lessons with their prose, the glossary, the reference, the errors, the pages.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SearchEntry } from "@/components/search/engine";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { COURSE } from "@/content/course";
import { ERRORS } from "@/content/errors";
import { GLOSSARY } from "@/content/glossary";
import { ENTRIES, optionRows, summaryOf } from "../reference/commands";

export async function searchEntries(locale: Locale): Promise<SearchEntry[]> {
	return [...pages(locale), ...(await lessons(locale)), ...terms(locale), ...commands(locale), ...errors(locale)];
}

function pages(locale: Locale): SearchEntry[] {
	const words = wordsFor(locale);
	const page = (path: string, title: string, about: string): SearchEntry => ({
		kind: "page",
		title,
		about,
		text: "",
		href: `/${locale}/${path}`,
	});
	return [
		page("lessons", words.lessons.title, words.lessons.lead),
		page("playground", words.playground.title, words.playground.lead),
		page("reference", words.reference.title, words.reference.lead),
		page("glossary", words.glossary.title, words.glossary.lead),
		page("errors", words.errors.title, words.errors.lead),
		page("images", words.images.title, words.images.lead),
		page("conformance", words.conformance.title, words.conformance.lead),
	];
}

async function lessons(locale: Locale): Promise<SearchEntry[]> {
	const written = COURSE.flatMap((part) => part.lessons).filter(({ slug }) => slug);
	const folders = await lessonFolders();
	return Promise.all(
		written.map(async ({ number, slug, title, about }) => {
			const mdx = await readFile(join(folders.get(number) ?? "", `${locale}.mdx`), "utf8").catch(() => "");
			return {
				kind: "lesson" as const,
				title: title[locale],
				about: about[locale],
				heads: plain([...mdx.matchAll(/^## (.*)$/gm)].map(([, head]) => head).join(" ")),
				text: plain(mdx),
				href: `/${locale}/lessons/${slug}`,
			};
		}),
	);
}

/** Number of a lesson → its folder: content/02-images/07-pull. */
async function lessonFolders(): Promise<Map<number, string>> {
	const root = join(/* turbopackIgnore: true */ process.cwd(), "content");
	const found = new Map<number, string>();
	for (const part of (await readdir(root)).filter((name) => /^\d\d-/.test(name))) {
		for (const name of await readdir(join(root, part))) found.set(Number.parseInt(name, 10), join(root, part, name));
	}
	return found;
}

/** Prose without what only the page makes something of. */
const plain = (mdx: string): string =>
	mdx
		.replace(/^(import|export) .*$/gm, "")
		.replace(/<[^>]+>/g, " ")
		.replace(/[`*_#|>[\]()]/g, " ")
		.replace(/\s+/g, " ")
		.trim();

const terms = (locale: Locale): SearchEntry[] =>
	GLOSSARY.map(({ id, word, about, avoid }) => ({
		kind: "term",
		title: word[locale],
		about: about[locale].replaceAll("`", ""),
		text: [word.ko, word.en, ...Object.values(avoid ?? {}).flat()].join(" "),
		href: `/${locale}/glossary#${id}`,
	}));

const commands = (locale: Locale): SearchEntry[] =>
	ENTRIES.map(({ path, names, command }) => {
		const rows = optionRows(command.options, locale);
		return {
			kind: "command",
			title: names[0] ?? "",
			also: names.slice(1),
			about: summaryOf(command.summary, locale),
			options: rows.map(({ name }) => name).join(" "),
			text: rows.map(({ text }) => text).join(" "),
			href: `/${locale}/reference/${path.join("/")}`,
		};
	});

const errors = (locale: Locale): SearchEntry[] =>
	ERRORS.map(({ id, title, means, todo, exit, pattern }) => ({
		kind: "error",
		title: title[locale],
		about: means[locale],
		text: `${todo[locale]} ${exit ?? ""} ${id.replaceAll("-", " ")} ${locale === "ko" ? title.en : ""} ${said(pattern)}`,
		href: `/${locale}/errors#${id}`,
	}));

/** What an error's pattern has in words, so that who pastes a message finds its explanation. */
const said = (pattern?: RegExp): string =>
	(pattern?.source ?? "").replace(/\\[a-zA-Z][+*]?|\[[^\]]*\][+*]?|\(\?[:=!]/g, " ").replace(/[^\p{L}\p{N}' -]/gu, " ");
