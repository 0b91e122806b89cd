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
		if (wanted !== undefined) {
			const [number = "", protocol = "tcp"] = wanted.split("/");
			if (!/^\d+$/.test(number) || Number(number) > 65535)
				throw new Error(
					`Error: invalid port (${number}): strconv.ParseUint: parsing ${JSON.stringify(number)}: ${/^\d+$/.test(number) ? "value out of range" : "invalid syntax"}`,
				);
			const bindings = ports[`${number}/${protocol}`];
			if (!bindings) throw new Error(`Error: No public port '${wanted}' published for ${name}`);
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

/** Numbers in names by their value: 80 before 443. */
const sorted = (lines: string[]): string[] => lines.sort(naturalOrder);
