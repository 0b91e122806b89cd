"use client";
// Beside a lesson: console above, pictures below; on a phone a sheet from below, the console first.

import { Console } from "../console/console";
import { Stage } from "../stage/stage";
import styles from "./workbench.module.css";

export function Workbench() {
	return (
		<div className={styles.bench} data-bench>
			<Stage console={<Console />} />
		</div>
	);
}
