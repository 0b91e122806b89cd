// Which devices the processes of a control group may open and make nodes of. On Linux it is a BPF program (BPF_CGROUP_DEVICE) that
// a runtime makes from rules such as config.json's; here it is the rules.

import { major, minor, S_IFBLK, S_IFCHR } from "../../fs/vfs/mode";
import type { DeviceRule } from "../../sys";

export const DEVICE_TYPE: ReadonlyMap<number, "b" | "c"> = new Map([
	[S_IFBLK, "b"],
	[S_IFCHR, "c"],
]);

/** `access`: letters of "rwm", for read, write and mknod. Later rules change what earlier ones said. */
export function allowsDevice(rules: readonly DeviceRule[], type: "b" | "c", device: number, access: string): boolean {
	const granted = new Set<string>();
	for (const rule of rules) {
		if (!isAbout(rule, type, device)) continue;
		for (const letter of rule.access ?? "rwm") {
			if (rule.allow) granted.add(letter);
			else granted.delete(letter);
		}
	}
	return [...access].every((letter) => granted.has(letter));
}
/** A number that is missing or negative stands for all. */
function isAbout(rule: DeviceRule, type: "b" | "c", device: number): boolean {
	const kind = rule.type ?? "a";
	const is = (wanted: number | undefined, number: number): boolean => wanted === undefined || wanted < 0 || wanted === number;
	return (kind === "a" || kind === "" || kind === type) && is(rule.major, major(device)) && is(rule.minor, minor(device));
}
