// The lessons that are written, by slug: what each does, and where its prose is.

import type { MDXContent } from "mdx/types";
import type { Locale } from "../components/words/locale";
import { dockerRun } from "./03-containers/11-docker-run/lesson";
import { copyOnWrite } from "./03-containers/12-copy-on-write/lesson";
import type { Lesson } from "./lesson";

export const LESSONS: Record<string, Lesson> = {
	[dockerRun.slug]: dockerRun,
	[copyOnWrite.slug]: copyOnWrite,
};

type Load = () => Promise<{ default: MDXContent }>;
export const PROSE: Record<string, Record<Locale, Load>> = {
	[dockerRun.slug]: {
		ko: () => import("./03-containers/11-docker-run/ko.mdx"),
		en: () => import("./03-containers/11-docker-run/en.mdx"),
	},
	[copyOnWrite.slug]: {
		ko: () => import("./03-containers/12-copy-on-write/ko.mdx"),
		en: () => import("./03-containers/12-copy-on-write/en.mdx"),
	},
};
