// One command: how it is called, its options, examples that run beside it, and what differs from Docker elsewhere.

import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { CommandChip } from "@/components/console/command-chip";
import { alternatesOf } from "@/components/page/alternates";
import { Workbench } from "@/components/page/workbench";
import { wordsFor } from "@/components/words";
import { LOCALES, type Locale } from "@/components/words/locale";
import lesson from "../../lessons/[slug]/lesson.module.css";
import { ENTRIES, findEntry, groupNoteOf, notesOf, optionRows, summaryOf } from "../commands";
import { OptionTable } from "../option-table";
import styles from "../reference.module.css";

interface Props {
	params: Promise<{ locale: Locale; command: string[] }>;
}

export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string; command: string[] }> =>
	LOCALES.flatMap((locale) => ENTRIES.map(({ path }) => ({ locale, command: path })));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale, command } = await params;
	const entry = findEntry(command);
	if (!entry) return {};
	return {
		title: entry.names[0],
		description: summaryOf(entry.command.summary, locale),
		alternates: alternatesOf(locale, `/reference/${command.join("/")}`),
	};
}

export default async function CommandPage({ params }: Props) {
	const { locale, command: path } = await params;
	const entry = findEntry(path);
	if (!entry) notFound();
	const words = wordsFor(locale).reference;
	const { command, names, group } = entry;
	const { examples = [], differs } = notesOf(entry);
	const groupNote = groupNoteOf(group?.name ?? "");
	const rows = optionRows(command.options, locale);
	const forms = command.synopsis === "" ? [""] : command.synopsis.split("\n");
	return (
		<div className={lesson.page} data-page="lesson">
			<main id="main" className={lesson.text}>
				<p className={lesson.where}>
					<Link href={`/${locale}/reference`}>{words.title}</Link>
				</p>
				<h1 translate="no" className={styles.name}>
					{names[0]}
				</h1>
				<p className="lead">{summaryOf(command.summary, locale)}</p>
				<section aria-labelledby="usage" className={styles.part}>
					<h2 id="usage">{words.usage}</h2>
					<pre translate="no">
						<code>{forms.map((form, index) => (index > 0 ? form.trim() : `${names[0]} ${form}`)).join("\n")}</code>
					</pre>
					{names.length > 1 && (
						<p>
							{words.names}{" "}
							{names.slice(1).map((name) => (
								<code key={name} translate="no" className={styles.also}>
									{name}
								</code>
							))}
						</p>
					)}
				</section>
				{examples.length > 0 && (
					<section aria-labelledby="examples" className={styles.part}>
						<h2 id="examples">{words.examples}</h2>
						<div className={styles.examples}>
							{examples.map((line, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: the same line may stand twice, and none moves
								<CommandChip key={index} line={line} where="host" />
							))}
						</div>
					</section>
				)}
				{(differs || groupNote) && (
					<section aria-labelledby="differs" className={styles.part}>
						<h2 id="differs">{words.differs}</h2>
						{differs && <p>{differs[locale]}</p>}
						{groupNote && <p>{groupNote[locale]}</p>}
					</section>
				)}
				<section aria-labelledby="options" className={styles.part}>
					<h2 id="options">{words.options}</h2>
					{rows.length > 0 ? <OptionTable rows={rows} locale={locale} caption={words.options} /> : <p>{words.noOptions}</p>}
				</section>
			</main>
			<Workbench />
		</div>
	);
}
