"use client";
// What every picture has around it: its name, the switch to its table, and a way to read it.

import { type ReactNode, useRef, useState } from "react";
import { useWords } from "../words/context";
import { CopyButtons } from "./copy-buttons";
import styles from "./frame.module.css";

interface Props {
	/** What the picture shows. */
	caption: string;
	/** Said in the picture's place while there is nothing to draw. */
	empty?: string;
	controls?: ReactNode;
	picture: ReactNode;
	table: ReactNode;
	/** Below picture or table, always there. */
	foot?: ReactNode;
}

export function PictureFrame({ caption, empty, controls, picture, table, foot }: Props) {
	const words = useWords().stage;
	const [asTable, setAsTable] = useState(false);
	const figure = useRef<HTMLElement>(null);
	if (empty) return <p className={styles.empty}>{empty}</p>;
	return (
		<figure ref={figure} className={styles.frame}>
			<div className={styles.head}>
				<figcaption className="visually-hidden">{caption}</figcaption>
				<div className={styles.controls}>{controls}</div>
				{!asTable && <CopyButtons figure={figure} />}
				<button type="button" className={styles.toggle} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
					{words.table}
				</button>
			</div>
			{asTable ? (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
				<section className={styles.table} tabIndex={0} aria-label={caption}>
					{table}
				</section>
			) : (
				<div className={styles.picture} data-picture>
					{picture}
				</div>
			)}
			{foot}
		</figure>
	);
}
