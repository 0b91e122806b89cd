// The texts about a process's memory: smaps, smaps_rollup, numa_maps, and the sums of status (man 5 proc).

import { residentOf, type Usage } from "../../mm/usage";
import type { Process } from "../../task";

/** A line of maps, taken apart. */
interface Mapping {
	line: string;
	start: number;
	bytes: number;
	bits: string;
	name: string;
	usage: Usage;
	resident: number;
}
function mappings(process: Process): Mapping[] {
	const usages = process.usages();
	return process
		.maps()
		.split("\n")
		.filter(Boolean)
		.map((line, index) => {
			const [range = "", bits = ""] = line.split(" ", 2);
			const [start = 0, end = 0] = range.split("-").map((word) => Number.parseInt(word, 16));
			const name = /^(?:\S+ +){5}(.*)$/.exec(line)?.[1] ?? "";
			const usage = usages[index]!;
			return { line, start, bytes: end - start, bits, name, usage, resident: residentOf(usage) };
		});
}
const kB = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
const fields = (rows: ReadonlyArray<readonly [name: string, bytes: number]>): string =>
	rows.map(([name, bytes]) => `${`${name}:`.padEnd(15)}${kB(bytes).padStart(12)}\n`).join("");

const isShared = ({ bits }: Mapping): boolean => bits[3] === "s";
const total = (all: readonly Mapping[], bytes: (mapping: Mapping) => number): number =>
	all.reduce((sum, mapping) => sum + bytes(mapping), 0);
function counters(all: readonly Mapping[]): Array<readonly [name: string, bytes: number]> {
	const resident = total(all, (mapping) => mapping.resident);
	const anonymous = total(all, ({ usage }) => usage.anon);
	return [
		["Rss", resident],
		["Pss", resident],
		["Pss_Dirty", anonymous],
		["Shared_Clean", 0],
		["Shared_Dirty", total(all, (mapping) => (isShared(mapping) ? mapping.resident : 0))],
		["Private_Clean", total(all, (mapping) => (isShared(mapping) ? 0 : mapping.usage.file))],
		["Private_Dirty", anonymous],
		["Referenced", resident],
		["Anonymous", anonymous],
		["KSM", 0],
		["LazyFree", 0],
		["AnonHugePages", 0],
		["ShmemPmdMapped", 0],
		["FilePmdMapped", 0],
		["Shared_Hugetlb", 0],
		["Private_Hugetlb", 0],
		["Swap", 0],
		["SwapPss", 0],
		["Locked", total(all, ({ usage }) => usage.locked)],
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
			return `${mapping.line}\n${sizes}THPeligible:           0\nVmFlags: ${[...flags, "mr", "mw", "me", ...(mapping.usage.locked > 0 ? ["lo"] : [])].join(" ")} \n`;
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
		.map(({ start, name, usage, resident }) => {
			const what = name.startsWith("/") ? ` file=${name}` : name.startsWith("[") ? ` ${name.slice(1, -1)}` : "";
			const counts = [
				usage.anon > 0 ? ` anon=${usage.anon / 4096} dirty=${usage.anon / 4096}` : "",
				usage.file > 0 ? ` mapped=${usage.file / 4096}` : "",
			];
			const where = resident > 0 ? ` N0=${resident / 4096} kernelpagesize_kB=4` : "";
			return `${start.toString(16).padStart(8, "0")} default${what}${counts.join("")}${where}\n`;
		})
		.join("");

/** For /proc/PID/status: bytes by kind. */
export function memorySums(process: Process) {
	const all = mappings(process);
	const sum = (wanted: (mapping: Mapping) => boolean): number => total(all, (mapping) => (wanted(mapping) ? mapping.bytes : 0));
	const runs = ({ bits }: Mapping): boolean => bits[2] === "x";
	return {
		data: sum((mapping) => mapping.bits[1] === "w" && !isShared(mapping) && mapping.name !== "[stack]"),
		stack: sum(({ name }) => name === "[stack]"),
		executable: sum((mapping) => runs(mapping) && mapping.name === process.executable),
		libraries: sum((mapping) => runs(mapping) && mapping.name !== process.executable),
		resident: total(all, (mapping) => mapping.resident),
		anonymous: total(all, ({ usage }) => usage.anon),
		files: total(all, ({ usage }) => usage.file),
		shared: total(all, ({ usage }) => usage.shmem),
		tables: all.length === 0 ? 0 : 4096 * (4 + Math.ceil(total(all, (mapping) => mapping.resident) / (512 * 4096))),
	};
}
