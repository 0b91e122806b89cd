// -p of a service: [published:]target[/protocol], or target=80,published=8080,protocol=tcp,mode=host. One text may mean several ports.

import { readCsv } from "../csv";
import { parsePorts } from "../ports";

export interface ServicePort {
	Protocol: string;
	TargetPort: number;
	/** 0: any. */
	PublishedPort: number;
	PublishMode: "ingress" | "host";
}

/** @throws Error as docker's */
export const parseServicePort = (text: string): ServicePort[] =>
	/\w+=\w+(,\w+=\w+)*/.test(text) ? [longForm(text)] : shortForm(text);

function longForm(text: string): ServicePort {
	const port: ServicePort = { Protocol: "tcp", TargetPort: 0, PublishedPort: 0, PublishMode: "ingress" };
	for (const field of readCsv(text)) {
		const at = field.indexOf("=");
		if (at <= 0) throw new Error(`invalid field: ${field}`);
		const [key, value] = [field.slice(0, at).toLowerCase(), field.slice(at + 1).toLowerCase()];
		if (key === "protocol") {
			if (!["tcp", "udp", "sctp"].includes(value)) throw new Error(`invalid protocol value '${value}'`);
			port.Protocol = value;
		} else if (key === "mode") {
			if (value !== "ingress" && value !== "host")
				throw new Error(`invalid publish mode value (${value}): must be either 'ingress' or 'host'`);
			port.PublishMode = value;
		} else if (key === "target") port.TargetPort = numberOf("target", value);
		else if (key === "published") port.PublishedPort = numberOf("published", value);
		else throw new Error(`invalid field key: ${key}`);
	}
	if (port.TargetPort === 0) throw new Error("missing mandatory field 'target'");
	return port;
}
function numberOf(which: string, text: string): number {
	const why = !/^\d+$/.test(text) ? "invalid syntax" : Number(text) > 0xffff ? "value out of range" : "";
	if (why) throw new Error(`invalid ${which} port (${text}): value must be an integer: ${why}`);
	return Number(text);
}

function shortForm(text: string): ServicePort[] {
	const { bindings } = parsePorts([text]);
	if (Object.values(bindings).some((all) => all.some(({ HostIp }) => HostIp !== ""))) throw new Error("hostip is not supported");
	return Object.entries(bindings).flatMap(([port, all]) => {
		const [target = "", Protocol = ""] = port.split("/");
		return all.flatMap(({ HostPort }) => {
			const [first = 0, last = first] = HostPort.split("-").map(Number);
			const published = Array.from({ length: last - first + 1 }, (_, at) => first + at);
			return published.map(
				(PublishedPort): ServicePort => ({ Protocol, TargetPort: Number(target), PublishedPort, PublishMode: "ingress" }),
			);
		});
	});
}
