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
	const [range, protocol = "tcp"] = text.split("/");
	const found = parsePortRange(range!);
	if (!found) throw systemError(`error while looking up for ${filter} ${text}: invalid start port '${range}': invalid syntax`);
	return Array.from({ length: found[1] - found[0] + 1 }, (_, at) => `${found[0] + at}/${protocol}`);
}
