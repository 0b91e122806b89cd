// /proc/sys/net of a namespace: values as text, with what Linux begins with. Those per interface (conf/*, neigh/*) begin as "default".

import { GC, initial, perInterface, perNeighbourTable } from "./sysctl-values";

export { SYSCTL_NAMES } from "./sysctl-values";

/** What a value must look like (EINVAL), where it is not simply numbers. */
export function acceptable(path: string, value: string): boolean {
	const before = initial[path];
	if (typeof before === "string" && !/^\d/.test(before)) return true;
	return /^-?\d+(\s+-?\d+)*$/.test(value);
}

export class Sysctl {
	private readonly values = new Map<string, string>();

	get(path: string): string {
		const set = this.values.get(path);
		if (set !== undefined) return set;
		const parts = path.split("/");
		const [family, kind, device, name] = parts as [string, string, string, string];
		if (kind === "conf" && parts.length === 4) {
			if (device !== "default" && device !== "all") return this.get(`${family}/conf/default/${name}`);
			return String(perInterface[family as "ipv4" | "ipv6"]?.[name] ?? 0);
		}
		if (kind === "neigh" && parts.length === 4) {
			if (device !== "default") return this.get(`${family}/neigh/default/${name}`);
			return String(perNeighbourTable[name] ?? GC[name as keyof typeof GC] ?? 0);
		}
		return String(initial[path] ?? 0);
	}
	number(path: string): number {
		return Number.parseInt(this.get(path), 10) || 0;
	}
	/** Two numbers: a range. */
	range(path: string): [low: number, high: number] {
		const [low = 0, high = 0] = this.get(path).split(/\s+/).map(Number);
		return [low, high];
	}
	/** Forwarding of all is every interface's, now and to come. */
	set(path: string, value: string, devices: readonly string[]): void {
		this.values.set(path, value.trim().replace(/\s+/g, "\t"));
		const all = path === "ipv4/ip_forward" ? "ipv4" : /^(ipv[46])\/conf\/all\/(forwarding|disable_ipv6)$/.exec(path)?.[1];
		if (!all) return;
		const name = path.endsWith("disable_ipv6") ? "disable_ipv6" : "forwarding";
		if (name === "forwarding" && all === "ipv4") {
			this.values.set("ipv4/ip_forward", value.trim());
			this.values.set("ipv4/conf/all/forwarding", value.trim());
		}
		for (const device of ["default", ...devices]) this.values.set(`${all}/conf/${device}/${name}`, value.trim());
	}
	/** A device got another name, or (undefined) is gone. */
	rename(from: string, to: string | undefined): void {
		for (const [path, value] of [...this.values]) {
			const parts = path.split("/");
			if ((parts[1] !== "conf" && parts[1] !== "neigh") || parts[2] !== from) continue;
			this.values.delete(path);
			if (to !== undefined) this.values.set([parts[0], parts[1], to, parts[3]].join("/"), value);
		}
	}
	/** For one interface: as "all" or its own says. */
	either(family: "ipv4" | "ipv6", device: string, name: string): boolean {
		return this.number(`${family}/conf/all/${name}`) !== 0 || this.number(`${family}/conf/${device}/${name}`) !== 0;
	}
}
