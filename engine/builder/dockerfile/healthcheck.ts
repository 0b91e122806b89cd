// HEALTHCHECK's arguments.

import { invalidParameter } from "../../lib/errors";
import type { Healthcheck } from "../../oci/image/types";
import type { Flags } from "./flags";
import type { Node } from "./parse";

const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Go's durations ("1m30s") in nanoseconds. @throws EngineError invalidParameter */
export function parseDuration(text: string): number {
	const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
	if (text === "0") return 0;
	if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.replace(/^[+-]/, "")) {
		throw invalidParameter(`time: invalid duration ${JSON.stringify(text)}`);
	}
	const total = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
	return text.startsWith("-") ? -total : total;
}

export function parseHealthcheck(node: Node, flags: Flags): Healthcheck {
	if (node.args.length === 0) throw invalidParameter("HEALTHCHECK requires at least one argument");
	const type = node.args[0]!.toUpperCase();
	const args = node.args.slice(1);
	if (type === "NONE") {
		if (args.length > 0) throw invalidParameter("HEALTHCHECK NONE takes no arguments");
		return { Test: ["NONE"] };
	}
	if (type !== "CMD") throw invalidParameter(`Unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
	if (args.length === 0) throw invalidParameter("Missing command after HEALTHCHECK CMD");
	const duration = (name: string): number | undefined => {
		const text = flags[name]?.[0];
		if (text === undefined || text === "") return undefined;
		const value = parseDuration(text);
		if (value < 0) throw invalidParameter(`Interval ${JSON.stringify(name)} cannot be negative`);
		if (value > 0 && value < 1e6) throw invalidParameter(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
		return value;
	};
	return {
		Test: node.json ? ["CMD", ...args] : ["CMD-SHELL", args.join(" ")],
		Interval: duration("interval"),
		Timeout: duration("timeout"),
		StartPeriod: duration("start-period"),
		StartInterval: duration("start-interval"),
		Retries: retries(flags.retries?.[0]),
	};
}

function retries(text: string | undefined): number | undefined {
	if (text === undefined || text === "") return undefined;
	if (!/^[+-]?\d+$/.test(text)) throw invalidParameter(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	if (Number(text) < 0) throw invalidParameter(`--retries cannot be negative (${Number(text)})`);
	return Number(text);
}
