// -p [ip:][hostPort:]containerPort[/proto] and --expose.

import type { PortBinding } from "../../api/network";
import { isIP } from "../../lib/ip";

export interface Ports {
	exposed: Record<string, Record<string, never>>;
	bindings: Record<string, PortBinding[]>;
}

/** @throws Error as docker's */
export function parsePorts(specs: readonly string[]): Ports {
	const ports: Ports = { exposed: {}, bindings: {} };
	for (const spec of specs) addPort(ports, spec.includes("=") ? longForm(spec) : spec);
	return ports;
}

/** published=8080,target=80,protocol=tcp */
function longForm(spec: string): string {
	const params: Record<string, string> = { protocol: "tcp" };
	for (const field of spec.split(",")) {
		const at = field.indexOf("=");
		if (at <= 0) throw new Error(`invalid publish opts format (should be name=value but got '${field}')`);
		params[field.slice(0, at)] = field.slice(at + 1);
	}
	return `${params.published ?? ""}:${params.target ?? ""}/${params.protocol}`;
}

/** One short form added. @throws Error */
export function addPort(ports: Ports, spec: string): void {
	const parts = spec.split(":");
	const last = parts.pop() ?? "";
	let hostPort = parts.pop() ?? "";
	let ip = parts.join(":");
	const { port: container, protocol } = splitProtocol(last);
	if (ip.startsWith("[")) {
		if (!ip.endsWith("]")) throw new Error(`invalid IP address ${ip}: address ${ip}:: missing ']' in address`);
		ip = ip.slice(1, -1);
	}
	if (ip !== "" && !isIP(ip)) throw new Error(`invalid IP address: ${ip}`);
	if (container === "") throw new Error(`no port specified: ${spec}<empty>`);
	const inside = rangeOr(container, `invalid containerPort: ${container}`);
	const outside = hostPort === "" ? [0, 0] : rangeOr(hostPort, `invalid hostPort: ${hostPort}`);
	const count = inside[1]! - inside[0]!;
	if (hostPort !== "" && count !== outside[1]! - outside[0]! && count !== 0)
		throw new Error(`invalid ranges specified for container and host Ports: ${container} and ${hostPort}`);
	if (!["tcp", "udp", "sctp"].includes(protocol.toLowerCase())) throw new Error(`invalid proto: ${protocol}`);
	for (let i = 0; i <= count; i++) {
		const port = `${inside[0]! + i}/${protocol.toLowerCase()}`;
		if (hostPort !== "") hostPort = String(outside[0]! + i);
		const range = count === 0 && outside[0] !== outside[1];
		ports.exposed[port] = {};
		ports.bindings[port] ??= [];
		ports.bindings[port].push({ HostIp: ip, HostPort: range ? `${hostPort}-${outside[1]}` : hostPort });
	}
}

/** 80, 80/udp, 80-90/tcp of --expose. @throws Error */
export function exposePorts(specs: readonly string[]): string[] {
	return specs.flatMap((spec) => {
		if (spec.includes(":")) throw new Error(`invalid port format for --expose: ${spec}`);
		const { port, protocol } = splitProtocol(spec);
		let range: number[];
		try {
			range = portRange(port);
		} catch (error) {
			throw new Error(`invalid range format for --expose: ${spec}, error: ${(error as Error).message}`);
		}
		const [from, to] = range as [number, number];
		return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}/${protocol}`);
	});
}

export function splitProtocol(text: string): { port: string; protocol: string } {
	const [port = "", protocol] = text.split("/");
	if (port === "" || text === "") return { port: "", protocol: "" };
	return { port, protocol: protocol || "tcp" };
}

function rangeOr(text: string, message: string): number[] {
	try {
		return portRange(text);
	} catch {
		throw new Error(message);
	}
}
/** First and last port. @throws Error */
function portRange(text: string): number[] {
	if (text === "") throw new Error("empty string specified for ports");
	const [from, to = from] = text.split("-").map(portNumber);
	if (to! < from!) throw new Error(`invalid range specified for port: ${text}`);
	return [from!, to!];
}
function portNumber(text: string): number {
	if (!/^\d+$/.test(text)) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
	if (Number(text) > 65535) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
	return Number(text);
}
