"use client";
// Takes the picture along, as SVG or PNG.

import { type RefObject, useState } from "react";
import { useWords } from "../words/context";
import { copyPicture } from "./copy-picture";
import styles from "./frame.module.css";

const FORMS = ["svg", "png"] as const;

export function CopyButtons({ figure }: { figure: RefObject<HTMLElement | null> }) {
	const words = useWords().copying;
	const [note, setNote] = useState("");
	async function copy(as: (typeof FORMS)[number]): Promise<void> {
		const picture = figure.current?.querySelector<SVGSVGElement>("[data-picture] svg");
		if (!picture) return;
		try {
			setNote((await copyPicture(picture, as)) === "copied" ? words.copied : words.saved);
		} catch {
			setNote(words.failed);
		}
		setTimeout(() => setNote(""), 2500);
	}
	return (
		<span className={styles.copy}>
			<span className={styles.copyNote} role="status">
				{note}
			</span>
			{FORMS.map((as) => (
				<button
					key={as}
					type="button"
					aria-label={words.copy(as.toUpperCase())}
					title={words.copy(as.toUpperCase())}
					onClick={() => void copy(as)}
				>
					{as.toUpperCase()}
				</button>
			))}
		</span>
	);
}
