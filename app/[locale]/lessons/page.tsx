// The course: every lesson of the plan in order; those not written yet say so.

import type { Metadata } from "next";
import Link from "next/link";
import { ContinueLink, LessonProgress, ProgressFile } from "@/components/lesson/progress-view";
import { alternatesOf } from "@/components/page/alternates";
import { CourseData } from "@/components/page/structured-data";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { COURSE, lessonTitles } from "@/content/course";
import { LESSONS } from "@/content/lessons";
import styles from "./lessons.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale);
	return {
		title: words.lessons.title,
		description: words.lessons.lead,
		alternates: alternatesOf(locale, "/lessons"),
	};
}

export default async function Lessons({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale);
	return (
		<main id="main" className="reading">
			<h1>{words.lessons.title}</h1>
			<p className="lead">
				{words.lessons.lead} <Link href={`/${locale}/glossary`}>{words.glossary.title}</Link>
			</p>
			<ContinueLink titles={lessonTitles(locale)} />
			<CourseData locale={locale} />
			{COURSE.map((part) => (
				<section key={part.title.en} className={styles.part}>
					<h2>{part.title[locale]}</h2>
					<ol className={styles.list} start={part.lessons[0]?.number}>
						{part.lessons.map(({ number, slug, title, about }) => {
							const lesson = slug ? LESSONS[slug] : undefined;
							const inside = (
								<>
									<span className={styles.number} aria-hidden="true">
										{String(number).padStart(2, "0")}
									</span>
									<span className={styles.words}>
										<strong>{title[locale]}</strong>
										<span>{about[locale]}</span>
									</span>
									<span className={styles.state}>
										{lesson ? (
											<>
												{words.lessons.minutes(lesson.minutes)}
												<LessonProgress slug={lesson.slug} tasks={Object.keys(lesson.tasks)} />
											</>
										) : (
											words.lessons.coming
										)}
									</span>
								</>
							);
							return (
								<li key={number}>
									{slug ? (
										<Link href={`/${locale}/lessons/${slug}`}>{inside}</Link>
									) : (
										<div className={styles.coming}>{inside}</div>
									)}
								</li>
							);
						})}
					</ol>
				</section>
			))}
			<ProgressFile />
		</main>
	);
}
