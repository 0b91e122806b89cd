// HEALTHCHECK's arguments.

import { invalidParameter } from "../../lib/errors";
import { parseDuration } from "../../lib/time/duration";
import type { Healthcheck } from "../../oci/image/types";
import type { Flags } from "./flags";
import type { Node } from "./parse";

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
		if (value !== 0 && value < 1e6) throw invalidParameter(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
		return value || undefined;
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
	return Number(text) || undefined;
}
