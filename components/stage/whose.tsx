"use client";
// The head of a picture of what a process does: whose it is, and what else there is to choose.

import type { ReactNode } from "react";
import styles from "./whose.module.css";

interface Props {
	/** The picture's own: data-picture-NAME. */
	name: string;
	/** What the picture shows. */
	caption: string;
	/** In the head. */
	controls: ReactNode;
	children: ReactNode;
}

export function ProcessPicture({ name, caption, controls, children }: Props) {
	return (
		<figure className={styles.picture} {...{ [`data-picture-${name}`]: true }}>
			<figcaption className="visually-hidden">{caption}</figcaption>
			<div className={styles.head}>{controls}</div>
			{children}
		</figure>
	);
}

interface WhoseProps {
	label: string;
	chosen: string;
	choose: (whose: string) => void;
	/** The list is about to be opened. */
	opening?: () => void;
	/** The options. */
	children: ReactNode;
}

export function Whose({ label, chosen, choose, opening, children }: WhoseProps) {
	return (
		<label className={styles.whose}>
			<span>{label}</span>
			<select value={chosen} onFocus={opening} onChange={({ target }) => choose(target.value)}>
				{children}
			</select>
		</label>
	);
}
