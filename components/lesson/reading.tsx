"use client";
// Reading mode: the text alone, without the machine beside it; and on paper.

import { useEffect, useState } from "react";
import { useWords } from "../words/context";
import styles from "./lesson.module.css";

const KEY = "drydock.reading";

export function ReadingTools() {
	const words = useWords().reading;
	const [alone, setAlone] = useState(false);
	useEffect(() => {
		try {
			setAlone(localStorage.getItem(KEY) === "1");
		} catch {
			// Storage is forbidden: the choice lasts as long as the page.
		}
	}, []);
	useEffect(() => {
		document.documentElement.toggleAttribute("data-reading", alone);
		return () => document.documentElement.removeAttribute("data-reading");
	}, [alone]);
	function choose(next: boolean): void {
		setAlone(next);
		try {
			localStorage.setItem(KEY, next ? "1" : "0");
		} catch {
			// As above.
		}
	}
	return (
		<p className={styles.reading}>
			<button type="button" aria-pressed={alone} onClick={() => choose(!alone)}>
				{alone ? words.off : words.on}
			</button>
			<button type="button" onClick={() => print()}>
				{words.print}
			</button>
		</p>
	);
}
