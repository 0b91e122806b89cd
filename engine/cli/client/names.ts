// A daemon's name → its address, by /etc/hosts. Names that are not there are left to connect(2): on a real host it asks the DNS.

import { readText } from "../../lib/files";
import type { Sys } from "../../sys";

/** The first address of that name, as hosts(5) has it; the name itself where there is none. */
export async function addressOf(sys: Sys, name: string): Promise<string> {
	if (/^[\d.]+$/.test(name) || name.includes(":")) return name;
	const hosts = await readText(sys, "/etc/hosts").catch(() => "");
	const lines = hosts.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
	const named = lines.filter(([, ...names]) => names.some((one) => one.toLowerCase() === name.toLowerCase()));
	const found = named.find(([address]) => !address!.includes(":")) ?? named[0];
	return found?.[0] ?? (name === "localhost" ? "127.0.0.1" : name);
}
