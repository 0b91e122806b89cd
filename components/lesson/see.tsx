"use client";
// A way from the text to a picture.

import type { ReactNode } from "react";
import { openView, type View } from "../stage/store";
import styles from "./lesson.module.css";

export function See({ view, children }: { view: View; children: ReactNode }) {
	return (
		<button type="button" className={styles.see} data-see={view} onClick={() => openView(view)}>
			<svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
				<path d="M1.5 4.5h13M1.5 8h13M1.5 11.5h13" stroke="currentColor" strokeWidth="1.5" />
				<path d="M9 2v12" stroke="var(--signal)" strokeWidth="1.8" />
			</svg>
			{children}
		</button>
	);
}
