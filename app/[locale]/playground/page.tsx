// The playground: the whole machine without a lesson.

import type { Metadata } from "next";
import { alternatesOf } from "@/components/page/alternates";
import styles from "@/components/playground/playground.module.css";
import { Terminals } from "@/components/playground/terminals";
import { Tools } from "@/components/playground/tools";
import { Stage } from "@/components/stage/stage";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale).playground;
	return {
		title: words.title,
		description: words.lead,
		alternates: alternatesOf(locale, "/playground"),
	};
}

export default async function Playground({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale);
	return (
		<main id="main" className={styles.bench}>
			<div className={styles.desk}>
				<div className={styles.title}>
					<h1>{words.playground.title}</h1>
					<p>{words.playground.lead}</p>
					<noscript>
						<p>{words.machine.noscript}</p>
					</noscript>
				</div>
				<Terminals />
				<Tools />
			</div>
			<Stage />
		</main>
	);
}
