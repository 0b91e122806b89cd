// A lesson: the text on the left, the live machine and its pictures on the right.

import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { LessonProvider } from "@/components/lesson/context";
import { outlineOf } from "@/components/lesson/outline";
import { LessonOpen } from "@/components/lesson/progress-view";
import { ReadingTools } from "@/components/lesson/reading";
import { alternatesOf } from "@/components/page/alternates";
import { LessonData } from "@/components/page/structured-data";
import { Workbench } from "@/components/page/workbench";
import { wordsFor } from "@/components/words";
import { LOCALES, type Locale } from "@/components/words/locale";
import { COURSE, findLesson } from "@/content/course";
import { LESSONS, PROSE } from "@/content/lessons";
import styles from "./lesson.module.css";

interface Props {
	params: Promise<{ locale: Locale; slug: string }>;
}

export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string; slug: string }> =>
	LOCALES.flatMap((locale) => Object.keys(LESSONS).map((slug) => ({ locale, slug })));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale, slug } = await params;
	const found = findLesson(slug);
	if (!found) return {};
	return {
		title: found.lesson.title[locale],
		description: found.lesson.about[locale],
		alternates: alternatesOf(locale, `/lessons/${slug}`),
	};
}

export default async function LessonPage({ params }: Props) {
	const { locale, slug } = await params;
	const found = findLesson(slug);
	const load = PROSE[slug]?.[locale];
	const lesson = LESSONS[slug];
	if (!found || !load || !lesson) notFound();
	const { default: Prose } = await load();
	const words = wordsFor(locale);
	const written = COURSE.flatMap(({ lessons }) => lessons).filter((lesson) => lesson.slug);
	const at = written.findIndex((lesson) => lesson.slug === slug);
	const [previous, next] = [written[at - 1], written[at + 1]];
	return (
		<div className={styles.page} data-page="lesson">
			<main id="main" className={styles.text}>
				<p className={styles.where}>
					{words.lesson.number(found.lesson.number)} · {found.part.title[locale]}
				</p>
				<h1>{found.lesson.title[locale]}</h1>
				<ReadingTools />
				<LessonOpen slug={slug} />
				<LessonData locale={locale} lesson={found.lesson} part={found.part} minutes={lesson.minutes} />
				<LessonProvider lesson={outlineOf(lesson)}>
					<div className={styles.prose}>
						<Prose />
					</div>
				</LessonProvider>
				<nav className={styles.neighbours} aria-label={words.lesson.list}>
					{previous && <Link href={`/${locale}/lessons/${previous.slug}`}>← {previous.title[locale]}</Link>}
					<Link href={`/${locale}/lessons`}>{words.lesson.list}</Link>
					{next && <Link href={`/${locale}/lessons/${next.slug}`}>{next.title[locale]} →</Link>}
				</nav>
			</main>
			<Workbench />
		</div>
	);
}
