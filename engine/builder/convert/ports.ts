// EXPOSE's ports: "80", "53/udp", "8000-8002"; an address or a port of the host before them is read, and warned of.

import { invalidParameter } from "../../lib/errors";
import type { RuleName } from "../lint/rules";

type Report = (rule: RuleName, words: string) => void;

/** "8000/tcp" … @throws EngineError invalidParameter */
export function parsePorts(raw: string, report: Report = () => {}): string[] {
	const parts = raw.split(":");
	const container = parts.at(-1)!;
	const host = parts.length > 1 ? parts.at(-2)! : "";
	const address = parts.slice(0, -2).join(":");
	const [port = "", proto] = splitOnce(container, "/");
	if (port === "") throw invalidParameter(`invalid port: ${JSON.stringify(raw)}: no port specified`);
	const protocol = proto || "tcp";
	if (!/^(tcp|udp|sctp)$/i.test(protocol)) {
		throw invalidParameter(`invalid port: ${JSON.stringify(raw)}: invalid proto: ${protocol}`);
	}
	if (protocol !== protocol.toLowerCase()) {
		report("ExposeProtoCasing", `Defined protocol '${raw}' in EXPOSE instruction should be lowercase`);
	}
	if (address !== "" || host !== "") {
		const words = `EXPOSE instruction should not define an IP address or host-port mapping, found '${raw}'`;
		report("ExposeInvalidFormat", words);
	}
	const bracket = address.startsWith("[") ? bracketProblem(address) : undefined;
	if (bracket) throw invalidParameter(`invalid IP address ${address}: address ${address}:: ${bracket}`);
	if (address !== "" && !isAddress(address.replace(/^\[(.*)\]$/, "$1"))) {
		throw invalidParameter(`invalid IP address: ${address}`);
	}
	const [start, end] = range(port) ?? fail(`invalid containerPort: ${port}`);
	if (host !== "") {
		const [from, to] = range(host) ?? fail(`invalid hostPort: ${host}`);
		if (end - start !== to - from && end !== start) {
			fail(`invalid ranges specified for container and host Ports: ${port} and ${host}`);
		}
	}
	return Array.from({ length: end - start + 1 }, (_, at) => `${start + at}/${protocol.toLowerCase()}`);
}

/** What Go finds wrong with an address in brackets. */
function bracketProblem(address: string): string | undefined {
	const end = address.indexOf("]");
	if (end < 0) return "missing ']' in address";
	if (end === address.length - 1) return undefined;
	return address[end + 1] === ":" ? "too many colons in address" : "missing port in address";
}
function fail(words: string): never {
	throw invalidParameter(words);
}
function splitOnce(text: string, separator: string): [string, string | undefined] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
function range(text: string): [number, number] | undefined {
	const [first, last = first] = splitOnce(text, "-");
	const [start, end] = [number(first!), number(last!)];
	return start === undefined || end === undefined || end < start ? undefined : [start, end];
}
const number = (text: string): number | undefined => (/^\+?\d+$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined);
const isAddress = (text: string): boolean =>
	/^(\d{1,3}\.){3}\d{1,3}$/.test(text)
		? text.split(".").every((one) => Number(one) < 256)
		: /^[0-9a-f:]+$/i.test(text) && text.includes(":");
