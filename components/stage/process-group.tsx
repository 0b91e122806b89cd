"use client";
// Processes of one kind in a list to choose from.

import type { ProcessInfo } from "../../engine/host/browser/facade";
import { processName } from "./calls/model";

/** Nothing where there are none. */
export function ProcessGroup({ label, processes }: { label: string; processes: readonly ProcessInfo[] }) {
	if (processes.length === 0) return null;
	return (
		<optgroup label={label}>
			{processes.map((process) => (
				<option key={process.pid} value={process.pid}>
					{processName(process)}
				</option>
			))}
		</optgroup>
	);
}
