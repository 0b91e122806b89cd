// The common errors of Docker, explained; each has an address of its own.

import type { Metadata } from "next";
import { CommandChip } from "@/components/console/command-chip";
import { Look } from "@/components/console/error-help";
import { alternatesOf } from "@/components/page/alternates";
import { Workbench } from "@/components/page/workbench";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { ERROR_GROUPS, type ExplainedError } from "@/content/errors";
import lesson from "../lessons/[slug]/lesson.module.css";
import styles from "./errors.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale).errors;
	return {
		title: words.title,
		description: words.lead,
		alternates: alternatesOf(locale, "/errors"),
	};
}

export default async function Errors({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale).errors;
	return (
		<div className={lesson.page} data-page="lesson">
			<main id="main" className={lesson.text}>
				<h1>{words.title}</h1>
				<p className="lead">{words.lead}</p>
				<nav aria-label={words.contents} className={styles.contents}>
					{ERROR_GROUPS.map((group) => (
						<a key={group.id} href={`#group-${group.id}`}>
							{group.title[locale]}
						</a>
					))}
				</nav>
				{ERROR_GROUPS.map((group) => (
					<section key={group.id} aria-labelledby={`group-${group.id}`} className={styles.group}>
						<h2 id={`group-${group.id}`}>{group.title[locale]}</h2>
						{group.errors.map((error) => (
							<Explained key={error.id} error={error} locale={locale} />
						))}
					</section>
				))}
			</main>
			<Workbench />
		</div>
	);
}

function Explained({ error, locale }: { error: ExplainedError; locale: Locale }) {
	const words = wordsFor(locale).errors;
	return (
		<article id={error.id} className={styles.error}>
			<h3>
				<a href={`#${error.id}`}>{error.title[locale]}</a>
				{error.exit !== undefined && !error.title[locale].includes(String(error.exit)) && (
					<span> · {words.exit(error.exit)}</span>
				)}
			</h3>
			<p>{error.means[locale]}</p>
			<p>{error.todo[locale]}</p>
			<Look lines={error.look} />
			<details>
				<summary>{words.make}</summary>
				<div className={styles.make}>
					{error.make.map((line, index) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: the same line may stand twice, and none moves
						<CommandChip key={index} line={line} where="host" />
					))}
				</div>
			</details>
		</article>
	);
}
