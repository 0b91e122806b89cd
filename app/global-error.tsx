"use client";
// When even the frame of the pages broke: said in both languages, since nobody knows which was meant.

import "@/app/styles/globals.css";
import { LOCALES } from "@/components/words/locale";
import { TROUBLE } from "@/components/words/trouble";
import styles from "./not-found.module.css";

export default function GlobalError({ reset }: { reset: () => void }) {
	return (
		<html lang="ko">
			<body>
				<main id="main" className={styles.main}>
					{LOCALES.map((locale, index) => {
						const words = TROUBLE[locale];
						const Heading = index === 0 ? "h1" : "h2";
						return (
							<section key={locale} lang={locale}>
								<Heading>{words.title}</Heading>
								<p>{words.text}</p>
								<p>
									<button type="button" className="button" onClick={reset}>
										{words.retry}
									</button>
								</p>
							</section>
						);
					})}
				</main>
			</body>
		</html>
	);
}
