// Whose system calls go into the machine's trace: of nobody, of all containers, or of a process and its descendants.

import type { CallSelection } from "../host/browser/facade";
import type { Process } from "../kernel/task";

const CONTAINERS = "/docker/";

export function callFilter(selection: CallSelection | null): ((process: Process) => boolean) | undefined {
	if (selection === null) return undefined;
	if (selection.of === "containers") return (process) => process.cgroup.startsWith(CONTAINERS);
	const { pid } = selection;
	return (process) => {
		for (let at: Process | undefined = process; at; at = at.parent) if (at.pid === pid) return true;
		return false;
	};
}
