import { CARD_SIZE, card } from "@/components/page/card";
import { wordsFor } from "@/components/words";
import { LOCALES, type Locale } from "@/components/words/locale";
import { findLesson } from "@/content/course";
import { LESSONS } from "@/content/lessons";

export const size = CARD_SIZE;
export const contentType = "image/png";
export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string; slug: string }> =>
	LOCALES.flatMap((locale) => Object.keys(LESSONS).map((slug) => ({ locale, slug })));

export default async function Image({ params }: { params: Promise<{ locale: Locale; slug: string }> }) {
	const { locale, slug } = await params;
	const found = findLesson(slug);
	if (!found) throw new Error(`no lesson ${slug}`);
	const { lesson, part } = found;
	const over = `${wordsFor(locale).lesson.number(lesson.number)} · ${part.title[locale]}`;
	return card({ locale, over, title: lesson.title[locale], under: lesson.about[locale] });
}
