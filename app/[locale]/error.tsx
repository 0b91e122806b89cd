"use client";
// A page that broke while it was shown: said in its language, with a way on. The machine in its worker is not touched by it.

import { useLocale } from "@/components/words/context";
import { TROUBLE } from "@/components/words/trouble";
import styles from "../not-found.module.css";

export default function PageError({ reset }: { reset: () => void }) {
	const words = TROUBLE[useLocale()];
	return (
		<main id="main" className={styles.main}>
			<section role="alert">
				<h1>{words.title}</h1>
				<p>{words.text}</p>
				<p>
					<button type="button" className="button strong" onClick={reset}>
						{words.retry}
					</button>
				</p>
			</section>
		</main>
	);
}
