// How an enclosure is named, and a cgroup's use in one line.

import { mebibytes } from "../../machine/bytes";
import type { Words } from "../../words";
import type { Room, Usage } from "./model";

export const roomName = ({ host, containers }: Room, words: Words["isolation"]): string =>
	[...(host ? [words.host] : []), ...containers].join(", ") || words.nobody;

/** A cgroup's use against its limits in one line, as much of it as fits: what matters most comes first. */
export function usageLine(
	{ memory, memoryMax, pids, pidsMax, cpuMax }: Usage,
	words: Words["isolation"],
	fits: (line: string) => boolean = () => true,
): string {
	const of = (used: string, limit: string | null): string => (limit === null ? used : `${used} / ${limit}`);
	const parts = [
		`${words.memory} ${of(mebibytes(memory), memoryMax === null ? null : mebibytes(memoryMax))}`,
		...(cpuMax === null ? [] : [`CPU ≤ ${cpuMax}`]),
		`${words.pids} ${of(String(pids), pidsMax === null ? null : String(pidsMax))}`,
	];
	while (parts.length > 1 && !fits(parts.join(" · "))) parts.pop();
	return parts.join(" · ");
}
