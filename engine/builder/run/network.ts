// The network of RUN commands: a place in the default bridge network, as containers have it; none; or the host's own.

import { writeFile } from "../../lib/files";
import type { HostsRecord } from "../../network/files";
import { hostsFile } from "../../network/files";
import type { Networks } from "../../network/networks";
import type { Sys } from "../../sys";
import type { RunRequest } from "../types";
import { HOSTNAME, type SpecNetwork } from "./spec";

export interface CommandNetwork extends SpecNetwork {
	/** The command's first process waits to be started. */
	join(pid: number): Promise<void>;
	leave(): Promise<void>;
}

/** @param networks undefined: loopback is all there is. @param directory for its files */
export async function commandNetwork(
	sys: Sys,
	networks: Networks | undefined,
	id: string,
	directory: string,
	{ network = "default", extraHosts = [] }: RunRequest,
): Promise<CommandNetwork> {
	const files = { hosts: `${directory}/hosts`, resolvConf: `${directory}/resolv.conf` };
	const hosts: HostsRecord[] = extraHosts.map(({ host, ip }) => ({ names: host, address: ip }));
	if (!networks || network === "none") {
		await writeFile(sys, files.hosts, `${hostsFile(hosts)}127.0.0.1\t${HOSTNAME}\n`);
		await writeFile(sys, files.resolvConf, "");
		return { ...files, host: false, join: async () => {}, leave: async () => {} };
	}
	const host = network === "host";
	const resolver = { nameservers: [], search: [], options: [] };
	const settings = { hostname: HOSTNAME, domainname: "", hosts, resolver, ports: [], host };
	const sandbox = await networks.createSandbox(id, { ...settings, hostsPath: files.hosts, resolvConfPath: files.resolvConf });
	const joined = networks.get(network === "default" ? "bridge" : network);
	return {
		...files,
		host,
		join: (pid) =>
			sandbox.settle(pid, joined.stored.ipv6, async () => {
				await sandbox.join(joined, id, { dnsNames: [], links: {}, gatewayPriority: 0 });
			}),
		leave: () => networks.destroySandbox(id),
	};
}
