// The texts about a process's memory: smaps, smaps_rollup, numa_maps, and the sums of status (man 5 proc). All of what is mapped counts
// as resident but pages that cannot be touched: programs are not paged out piece by piece here.

import type { Process } from "../../task";

/** A line of maps, taken apart. */
interface Mapping {
	line: string;
	start: number;
	bytes: number;
	bits: string;
	name: string;
	resident: number;
}
function mappings(process: Process): Mapping[] {
	return process
		.maps()
		.split("\n")
		.filter(Boolean)
		.map((line) => {
			const [range = "", bits = ""] = line.split(" ", 2);
			const [start = 0, end = 0] = range.split("-").map((word) => Number.parseInt(word, 16));
			const name = /^(?:\S+ +){5}(.*)$/.exec(line)?.[1] ?? "";
			return { line, start, bytes: end - start, bits, name, resident: bits.startsWith("---") ? 0 : end - start };
		});
}
const kB = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
const fields = (rows: ReadonlyArray<readonly [name: string, bytes: number]>): string =>
	rows.map(([name, bytes]) => `${`${name}:`.padEnd(15)}${kB(bytes).padStart(12)}\n`).join("");

const isShared = ({ bits }: Mapping): boolean => bits[3] === "s";
const isAnonymous = ({ name }: Mapping): boolean => !name.startsWith("/");
function counters(all: readonly Mapping[]): Array<readonly [name: string, bytes: number]> {
	const sum = (wanted: (mapping: Mapping) => boolean): number =>
		all.reduce((total, mapping) => (wanted(mapping) ? total + mapping.resident : total), 0);
	const resident = sum(() => true);
	const shared = sum(isShared);
	return [
		["Rss", resident],
		["Pss", resident],
		["Pss_Dirty", 0],
		["Shared_Clean", shared],
		["Shared_Dirty", 0],
		["Private_Clean", sum((mapping) => !isShared(mapping) && !isAnonymous(mapping))],
		["Private_Dirty", sum((mapping) => !isShared(mapping) && isAnonymous(mapping))],
		["Referenced", resident],
		["Anonymous", sum((mapping) => isAnonymous(mapping) && !isShared(mapping))],
		["KSM", 0],
		["LazyFree", 0],
		["AnonHugePages", 0],
		["ShmemPmdMapped", 0],
		["FilePmdMapped", 0],
		["Shared_Hugetlb", 0],
		["Private_Hugetlb", 0],
		["Swap", 0],
		["SwapPss", 0],
		["Locked", 0],
	];
}
const FLAGS: ReadonlyArray<[bit: string, flag: string]> = [
	["r", "rd"],
	["w", "wr"],
	["x", "ex"],
	["s", "sh"],
];

export function smapsText(process: Process): string {
	return mappings(process)
		.map((mapping) => {
			const sizes = fields([["Size", mapping.bytes], ["KernelPageSize", 4096], ["MMUPageSize", 4096], ...counters([mapping])]);
			const flags = FLAGS.filter(([bit]) => mapping.bits.includes(bit)).map(([, flag]) => flag);
			return `${mapping.line}\n${sizes}THPeligible:           0\nVmFlags: ${[...flags, "mr", "mw", "me"].join(" ")} \n`;
		})
		.join("");
}
export function smapsRollupText(process: Process): string {
	const all = mappings(process);
	const [first] = all;
	const last = all.at(-1);
	if (!first || !last) return "";
	const hex = (value: number): string => value.toString(16).padStart(8, "0");
	const range = `${hex(first.start)}-${hex(last.start + last.bytes)} ---p 00000000 00:00 0`;
	return `${range.padEnd(73)}[rollup]\n${fields(counters(all))}`;
}
export const numaMapsText = (process: Process): string =>
	mappings(process)
		.map(({ start, name, resident }) => {
			const what = name.startsWith("/") ? ` file=${name}` : name.startsWith("[") ? ` ${name.slice(1, -1)}` : "";
			const pages = resident / 4096;
			return `${start.toString(16).padStart(8, "0")} default${what} anon=${pages} dirty=${pages} N0=${pages} kernelpagesize_kB=4\n`;
		})
		.join("");

/** For /proc/PID/status: bytes by kind. */
export function memorySums(process: Process) {
	const all = mappings(process);
	const sum = (wanted: (mapping: Mapping) => boolean): number =>
		all.reduce((total, mapping) => (wanted(mapping) ? total + mapping.bytes : total), 0);
	const runs = ({ bits }: Mapping): boolean => bits[2] === "x";
	return {
		data: sum((mapping) => mapping.bits[1] === "w" && !isShared(mapping) && mapping.name !== "[stack]"),
		stack: sum(({ name }) => name === "[stack]"),
		executable: sum((mapping) => runs(mapping) && mapping.name === process.executable),
		libraries: sum((mapping) => runs(mapping) && mapping.name !== process.executable),
		resident: all.reduce((total, { resident }) => total + resident, 0),
		anonymous: all.reduce((total, mapping) => (isAnonymous(mapping) && !isShared(mapping) ? total + mapping.resident : total), 0),
		files: all.reduce((total, mapping) => (isAnonymous(mapping) ? total : total + mapping.resident), 0),
		shared: all.reduce((total, mapping) => (isAnonymous(mapping) && isShared(mapping) ? total + mapping.resident : total), 0),
	};
}
