// Every command that the console knows, by group, out of the CLI's own tables.

import type { Metadata } from "next";
import Link from "next/link";
import { alternatesOf } from "@/components/page/alternates";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { globalRows, groupNoteOf, REFERENCE, summaryOf } from "./commands";
import { OptionTable } from "./option-table";
import styles from "./reference.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale).reference;
	return {
		title: words.title,
		description: words.lead,
		alternates: alternatesOf(locale, "/reference"),
	};
}

export default async function Reference({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale).reference;
	return (
		<main id="main" className={`reading ${styles.main}`}>
			<h1>{words.title}</h1>
			<p className="lead">{words.lead}</p>
			{REFERENCE.map(({ name, group, entries }) => (
				<section key={name} className={styles.group} aria-labelledby={`group-${name || "alone"}`}>
					<h2 id={`group-${name || "alone"}`}>{name ? <code translate="no">docker {name}</code> : words.alone}</h2>
					{group && <p>{summaryOf(group.summary, locale)}</p>}
					{groupNoteOf(name) && <p className={styles.note}>{groupNoteOf(name)?.[locale]}</p>}
					<ul className={styles.list}>
						{entries.map(({ path, names, command }) => (
							<li key={path.join(" ")}>
								<Link href={`/${locale}/reference/${path.join("/")}`}>
									<code translate="no">{names[0]}</code>
								</Link>
								<span>{summaryOf(command.summary, locale)}</span>
							</li>
						))}
					</ul>
				</section>
			))}
			<section className={styles.group} aria-labelledby="globals">
				<h2 id="globals">{words.globals}</h2>
				<OptionTable rows={globalRows(locale)} locale={locale} caption={words.globals} />
			</section>
		</main>
	);
}
