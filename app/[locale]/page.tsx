// The first page: one sentence, a working prompt with one suggestion, and the picture of what it does.

import Link from "next/link";
import { CommandChip } from "@/components/console/command-chip";
import { Console } from "@/components/console/console";
import { ContinueLink } from "@/components/lesson/progress-view";
import { Stage } from "@/components/stage/stage";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { COURSE, lessonTitles } from "@/content/course";
import styles from "./home.module.css";

export default async function Home({ params }: { params: Promise<{ locale: Locale }> }) {
	const { locale } = await params;
	const words = wordsFor(locale);
	const written = COURSE.flatMap(({ lessons }) => lessons).filter(({ slug }) => slug);
	return (
		<main id="main" className={styles.main}>
			<div className={styles.first}>
				<div className={styles.desk}>
					<h1>{words.tagline}</h1>
					<p className={styles.promise}>{words.promise}</p>
					<p className={styles.try}>
						<span>{words.home.try}</span>
						<CommandChip line="docker run -it busybox sh" where="host" />
					</p>
					<noscript>
						<p>{words.machine.noscript}</p>
					</noscript>
					<div className={styles.console}>
						<Console takesFocus />
					</div>
				</div>
				<Stage />
			</div>
			<section className={styles.more} aria-labelledby="what">
				<h2 id="what">{words.home.whatTitle}</h2>
				<ul className={styles.what}>
					{words.home.what.map(([title, text]) => (
						<li key={title}>
							<h3>{title}</h3>
							<p>{text}</p>
						</li>
					))}
				</ul>
			</section>
			<section className={styles.more} aria-labelledby="learn">
				<h2 id="learn">{words.home.lessons}</h2>
				<ContinueLink titles={lessonTitles(locale)} />
				<ul className={styles.lessons}>
					{written.map(({ slug, title, about, number }) => (
						<li key={slug}>
							<Link href={`/${locale}/lessons/${slug}`}>
								<span className={styles.number}>{words.lesson.number(number)}</span>
								<strong>{title[locale]}</strong>
								<span>{about[locale]}</span>
							</Link>
						</li>
					))}
				</ul>
				<p>
					<Link href={`/${locale}/lessons`}>{words.home.allLessons}</Link>
				</p>
				<ul className={styles.others}>
					{[
						["playground", words.playground.title],
						["reference", words.reference.title],
						["glossary", words.glossary.title],
						["errors", words.errors.title],
						["images", words.home.allImages],
						["conformance", words.conformance.title],
					].map(([path, title]) => (
						<li key={path}>
							<Link href={`/${locale}/${path}`}>{title}</Link>
						</li>
					))}
				</ul>
			</section>
		</main>
	);
}
