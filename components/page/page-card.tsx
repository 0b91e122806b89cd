// The card of a page that is neither the first nor a lesson: its name and what it is about.

import type { ImageResponse } from "next/og";
import { type Words, wordsFor } from "../words";
import type { Locale } from "../words/locale";
import { card } from "./card";

type Named = { [Name in keyof Words]: Words[Name] extends { title: string; lead: string } ? Name : never }[keyof Words];

/** @param over said above: what one would type there @param name of the page's words */
export const pageCard =
	(name: Named, over: string) =>
	async ({ params }: { params: Promise<{ locale: Locale }> }): Promise<ImageResponse> => {
		const { locale } = await params;
		const { title, lead } = wordsFor(locale)[name];
		return card({ locale, over, title, under: lead });
	};
