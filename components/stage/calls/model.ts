// Which system calls are shown: those whose name, path or argument has the text; failures alone when asked.

import type { ProcessInfo } from "../../../engine/host/browser/facade";
import type { CallEvent } from "../../machine/store";

export interface CallFilter {
	text: string;
	onlyErrors: boolean;
}
export const failed = ({ result }: CallEvent): boolean => result.startsWith("-1 ");

export function shownCalls(calls: readonly CallEvent[], { text, onlyErrors }: CallFilter): CallEvent[] {
	const wanted = text.trim().toLowerCase();
	return calls.filter(
		(call) => (!onlyErrors || failed(call)) && (wanted === "" || callLine(call).toLowerCase().includes(wanted)),
	);
}
export const callLine = ({ name, args }: CallEvent): string => `${name}(${args.join(", ")})`;

/** Processes to choose from: those of containers first. */
export function choices(processes: readonly ProcessInfo[]): { containers: ProcessInfo[]; host: ProcessInfo[] } {
	const living = processes.filter(({ state, argv }) => state !== "Z" && argv.length > 0);
	const inside = ({ cgroup }: ProcessInfo): boolean => cgroup.startsWith("/docker/");
	return { containers: living.filter(inside), host: living.filter((process) => !inside(process)) };
}
/** "43 nginx", and as what PID it knows itself: "43 (1) nginx". */
export function processName({ pid, nspids, argv }: ProcessInfo): string {
	const inner = nspids.at(-1);
	const program = (argv[0] ?? "").split("/").at(-1);
	return `${pid}${inner !== undefined && inner !== pid ? ` (${inner})` : ""} ${[program, ...argv.slice(1)].join(" ")}`;
}
