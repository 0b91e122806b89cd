// /etc/hosts and /etc/resolv.conf of a container.

/** hosts(5): the names every host has, then extra ones ("name", "address"). */
export function hostsFile(extra: ReadonlyArray<readonly [name: string, address: string]>): string {
	const lines = [
		"127.0.0.1\tlocalhost",
		"::1\tlocalhost ip6-localhost ip6-loopback",
		"fe00::\tip6-localnet",
		"ff00::\tip6-mcastprefix",
		"ff02::1\tip6-allnodes",
		"ff02::2\tip6-allrouters",
		...extra.map(([name, address]) => `${address}\t${name}`),
	];
	return `${lines.join("\n")}\n`;
}

export interface ResolverSettings {
	nameservers: readonly string[];
	search: readonly string[];
	options: readonly string[];
}

/** resolv.conf(5): the host's, with what was asked for in its place. */
export function resolverFile(host: string, asked: ResolverSettings): string {
	const of = (keyword: string): string[] =>
		host
			.split("\n")
			.filter((line) => line.startsWith(`${keyword} `) || line.startsWith(`${keyword}\t`))
			.flatMap((line) => line.trim().split(/\s+/).slice(1));
	const pick = (mine: readonly string[], keyword: string): readonly string[] => (mine.length > 0 ? mine : of(keyword));
	const nameservers = pick(asked.nameservers, "nameserver");
	const search = pick(asked.search, "search").filter((domain) => domain !== ".");
	const options = pick(asked.options, "options");
	let file = "";
	if (search.length > 0) file += `search ${search.join(" ")}\n`;
	for (const server of nameservers) file += `nameserver ${server}\n`;
	if (options.length > 0) file += `options ${options.join(" ")}\n`;
	return file;
}
