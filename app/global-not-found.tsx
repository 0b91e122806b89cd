// An address that leads nowhere: said in both languages, since nobody knows which was meant.

import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "@/app/styles/globals.css";
import type { Metadata } from "next";
import { Mark } from "@/components/page/mark";
import { wordsFor } from "@/components/words";
import { LOCALES } from "@/components/words/locale";
import styles from "./not-found.module.css";

export const metadata: Metadata = { title: "404 · Drydock", robots: { index: false } };

export default function NotFound() {
	return (
		<html lang="ko">
			<body>
				<main id="main" className={styles.main}>
					<Mark size={56} />
					{LOCALES.map((locale, index) => {
						const words = wordsFor(locale);
						const Heading = index === 0 ? "h1" : "h2";
						return (
							<section key={locale} lang={locale}>
								<Heading>{words.notFound.title}</Heading>
								<p>{words.notFound.text}</p>
								<p>
									<a href={`/${locale}`}>{words.nav.home}</a> · <a href={`/${locale}/lessons`}>{words.nav.lessons}</a>
								</p>
							</section>
						);
					})}
				</main>
			</body>
		</html>
	);
}
