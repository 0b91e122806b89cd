// docker port.

import { naturalOrder } from "../../format/natural";
import { between, command } from "../command";
import { inspectContainer } from "./api";

const join = (ip: string, port: string): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

export const port = command({
	name: "port",
	synopsis: "CONTAINER [PRIVATE_PORT[/PROTO]]",
	summary: "List port mappings or a specific mapping for the container",
	otherNames: ["docker container port", "docker port"],
	args: between(1, 2),
	run: async ({ cli, args }) => {
		const [name, wanted] = args as [string, string?];
		const { NetworkSettings } = await inspectContainer(cli.client, name);
		const ports = NetworkSettings.Ports ?? {};
		if (wanted) {
			const [number = "", protocol] = wanted.split("/", 2);
			const problem = portProblem(number);
			if (problem) throw new Error(`invalid port '${number}': ${problem}`);
			const bindings = ports[`${Number(number)}/${protocol?.toLowerCase() || "tcp"}`];
			if (!bindings?.length) throw new Error(`Error: No public port '${wanted}' published for ${name}`);
			const lines = bindings.map(({ HostIp, HostPort }) => join(HostIp, HostPort));
			for (const line of sorted(lines)) await cli.out.line(line);
			return;
		}
		const lines = Object.entries(ports).flatMap(([inside, bindings]) =>
			(bindings ?? []).map(({ HostIp, HostPort }) => `${inside} -> ${join(HostIp, HostPort)}`),
		);
		for (const line of sorted(lines)) await cli.out.line(line);
	},
});

function portProblem(text: string): string | undefined {
	if (text === "") return "value is empty";
	if (!/^\d+$/.test(text)) return "invalid syntax";
	return Number(text) > 65535 ? "value out of range" : undefined;
}

/** Numbers in names by their value: 80 before 443. */
const sorted = (lines: string[]): string[] => lines.sort(naturalOrder);
