// Ports as -p and --expose name them: "80/tcp", "8080", "8000-8010".

import type { HostConfig } from "../../api/container";
import { systemError } from "../../lib/errors";

/** First and last port; undefined for what is none. */
export function parsePortRange(text: string): [first: number, last: number] | undefined {
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
	if (!match) return undefined;
	const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
	return first <= last && last <= 65535 ? [first, last] : undefined;
}

/** @throws EngineError invalid port specification */
export function verifyPortBindings({ PortBindings }: Pick<HostConfig, "PortBindings">): void {
	for (const [name, bindings] of Object.entries(PortBindings ?? {})) {
		const [, number] = /^(\d{1,5})(?:\/(?:tcp|udp|sctp))?$/.exec(name) ?? [];
		if (!number || Number(number) === 0 || Number(number) > 65535) throw invalidPort(name);
		for (const { HostPort } of bindings ?? []) if (HostPort && !parsePortRange(HostPort)) throw invalidPort(HostPort);
	}
}
const invalidPort = (text: string) => systemError(`invalid port specification: ${JSON.stringify(text)}`);

/** "80" and "80-90/udp" of a filter, as all ports that are meant: "80/tcp" … @throws EngineError system */
export function verifyPortFilter(filter: string, text: string): string[] {
	if (text.includes(":")) throw systemError(`filter for '${filter}' should not contain ':': ${text}`);
	const wrong = (why: string): Error => systemError(`error while looking up for ${filter} ${text}: ${why}`);
	if (text === "") throw wrong("invalid port range: value is empty");
	const [range = "", ...protocol] = text.split("/");
	const [start = "", ...more] = range.split("-");
	const end = more.length > 0 ? more.join("-") : start;
	const [first, last] = [port(start), port(end)];
	if (typeof first === "string") throw wrong(`invalid start port '${start}': ${first}`);
	if (typeof last === "string") throw wrong(`invalid end port '${end}': ${last}`);
	if (last < first) throw wrong(`invalid port range: ${text}`);
	const type = protocol.join("/").toLowerCase() || "tcp";
	return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${type}`);
}
/** A number, or what is wrong with it. */
function port(text: string): number | string {
	if (text === "") return "value is empty";
	if (!/^\d+$/.test(text)) return "invalid syntax";
	return Number(text) > 65535 ? "value out of range" : Number(text);
}
