// The words of the course in both languages, and the lessons that explain them.

import type { Metadata } from "next";
import Link from "next/link";
import { alternatesOf } from "@/components/page/alternates";
import { wordsFor } from "@/components/words";
import { type Locale, otherLocale } from "@/components/words/locale";
import { findLesson } from "@/content/course";
import { GLOSSARY_GROUPS, type Term } from "@/content/glossary";
import styles from "./glossary.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale).glossary;
	return {
		title: words.title,
		description: words.lead,
		alternates: alternatesOf(locale, "/glossary"),
	};
}

export default async function Glossary({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale).glossary;
	return (
		<main id="main" className={`reading ${styles.main}`}>
			<h1>{words.title}</h1>
			<p className="lead">{words.lead}</p>
			{GLOSSARY_GROUPS.map(({ id, terms }) => (
				<section key={id} className={styles.group} aria-labelledby={`group-${id}`}>
					<h2 id={`group-${id}`}>{words.groups[id]}</h2>
					<dl className={styles.terms}>
						{[...terms]
							.sort((a, b) => a.word[locale].localeCompare(b.word[locale], locale))
							.map((term) => (
								<Explained key={term.id} term={term} locale={locale} />
							))}
					</dl>
				</section>
			))}
		</main>
	);
}

function Explained({ term, locale }: { term: Term; locale: Locale }) {
	const words = wordsFor(locale).glossary;
	const other = otherLocale(locale);
	return (
		<div id={term.id} className={styles.term}>
			<dt>
				<a href={`#${term.id}`}>{term.word[locale]}</a>
				{term.word[other] !== term.word[locale] && <span lang={other}>{term.word[other]}</span>}
			</dt>
			<dd>
				<p>
					<Prose text={term.about[locale]} />
				</p>
				<p className={styles.lessons}>
					<span>{words.see}</span>
					{term.lessons.map((slug) => (
						<Link key={slug} href={`/${locale}/lessons/${slug}`}>
							{findLesson(slug)?.lesson.title[locale]}
						</Link>
					))}
				</p>
			</dd>
		</div>
	);
}

/** A sentence in which what stands between backquotes is code. */
function Prose({ text }: { text: string }) {
	// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence never move
	return text.split("`").map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece));
}
