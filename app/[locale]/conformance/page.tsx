// What the tests found when they compared this engine with the real Docker and the real kernel: made from what they wrote down.

import type { Metadata } from "next";
import { alternatesOf } from "@/components/page/alternates";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import { REASONS_IN_KOREAN } from "@/content/conformance/reasons";
import { RECORD, type RecordedDifference, type RecordedSuite } from "@/content/conformance/record";
import { SUITES } from "@/content/conformance/suites";
import styles from "./conformance.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale).conformance;
	return {
		title: words.title,
		description: words.lead,
		alternates: alternatesOf(locale, "/conformance"),
	};
}

type Words = ReturnType<typeof wordsFor>["conformance"];

export default async function Conformance({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale).conformance;
	const sum = (of: "all" | "same"): number => RECORD.reduce((total, suite) => total + suite[of], 0);
	return (
		<main id="main" className="reading">
			<h1>{words.title}</h1>
			<p className="lead">{words.lead}</p>
			<p className={styles.sum}>{words.summary(sum("same"), sum("all"))}</p>
			{RECORD.map((recorded) => (
				<Comparison key={recorded.id} recorded={recorded} locale={locale} words={words} />
			))}
			<section className={styles.how}>
				<h2>{words.how}</h2>
				<p>{words.howText}</p>
			</section>
		</main>
	);
}

function Comparison({ recorded, locale, words }: { recorded: RecordedSuite; locale: Locale; words: Words }) {
	const suite = SUITES.find(({ id }) => id === recorded.id);
	if (!suite) throw new Error(`content/conformance has no suite ${recorded.id}`);
	const { all, same, differences } = recorded;
	const count = (n: number): string => n.toLocaleString(locale);
	return (
		<section className={styles.suite} aria-labelledby={recorded.id}>
			<h2 id={recorded.id}>{suite.title[locale]}</h2>
			<p>{suite.about[locale]}</p>
			<dl className={styles.facts}>
				<div>
					<dt>{words.same}</dt>
					<dd>
						<strong>{count(same)}</strong> {words.of} {count(all)}
						{!recorded.whole && ` (${words.sample})`}
						<meter className={styles.meter} min={0} max={all} value={same} aria-hidden="true" />
					</dd>
				</div>
				<div>
					<dt>{words.with}</dt>
					<dd translate="no">{recorded.with}</dd>
				</div>
				<div>
					<dt>{words.when}</dt>
					<dd>
						<time dateTime={recorded.when}>{recorded.when}</time>
					</dd>
				</div>
			</dl>
			{differences.length === 0 ? (
				<p className={styles.none}>{words.none}</p>
			) : (
				<Differences list={differences} locale={locale} words={words} title={suite.title[locale]} />
			)}
		</section>
	);
}

function Differences({
	list,
	locale,
	words,
	title,
}: {
	list: readonly RecordedDifference[];
	locale: Locale;
	words: Words;
	title: string;
}) {
	const reasons = [...new Set(list.map(({ reason }) => reason))];
	return (
		<details className={styles.differences}>
			<summary>{words.differences(reasons.length)}</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
			<section className={styles.scroll} tabIndex={0} aria-label={title}>
				<table>
					<thead>
						<tr>
							<th scope="col">{words.why}</th>
							<th scope="col">{words.step}</th>
						</tr>
					</thead>
					<tbody>
						{reasons.map((reason) => (
							<tr key={reason}>
								<th scope="row">{locale === "ko" ? (REASONS_IN_KOREAN[reason] ?? reason) : reason}</th>
								<td translate="no">
									{[...new Set(list.filter((one) => one.reason === reason).map(({ step }) => step))].map((step) => (
										<code key={step}>{step}</code>
									))}
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</section>
		</details>
	);
}
