"use client";
// The parts of a lesson that stand apart from its text.

import type { ReactNode } from "react";
import { useWords } from "../words/context";
import styles from "./lesson.module.css";

interface Props {
	children: ReactNode;
}

export function Question({ children }: Props) {
	return <div className={styles.question}>{children}</div>;
}
export function Break({ children }: Props) {
	const words = useWords().lesson;
	return (
		<div className={styles.break}>
			<p className={styles.kind}>{words.break}</p>
			{children}
		</div>
	);
}
export function Changed({ children }: Props) {
	const words = useWords().lesson;
	return (
		<div className={styles.changed}>
			<p className={styles.kind}>{words.changed}</p>
			{children}
		</div>
	);
}
export function Aside({ children }: Props) {
	return <div className={styles.aside}>{children}</div>;
}
