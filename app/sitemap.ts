// Every page in both languages.

import type { MetadataRoute } from "next";
import { languagesOf } from "@/components/page/alternates";
import { origin } from "@/components/page/origin";
import { LOCALES } from "@/components/words/locale";
import { LESSONS } from "@/content/lessons";
import { ENTRIES } from "./[locale]/reference/commands";

export default function sitemap(): MetadataRoute.Sitemap {
	const at = (path: string): string => new URL(path, origin()).href;
	const commands = ENTRIES.map(({ path }) => `/reference/${path.join("/")}`);
	const paths = [
		"",
		"/playground",
		"/reference",
		...commands,
		"/glossary",
		"/errors",
		"/images",
		"/conformance",
		"/lessons",
		...Object.keys(LESSONS).map((slug) => `/lessons/${slug}`),
	];
	return paths.flatMap((path) =>
		LOCALES.map((locale) => ({
			url: at(`/${locale}${path}`),
			alternates: {
				languages: Object.fromEntries(Object.entries(languagesOf(path)).map(([tag, address]) => [tag, at(address)])),
			},
		})),
	);
}
