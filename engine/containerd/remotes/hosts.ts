// Where a registry of a name really is.

/** "docker.io" → "https://registry-1.docker.io", or what the site says instead. */
export type Hosts = Readonly<Record<string, string>>;

const DOCKER_HUB = "https://registry-1.docker.io";

/** The base of a registry's addresses, without /v2. Registries on this machine speak plain HTTP, as Docker has it. */
export function baseOf(domain: string, hosts: Hosts): string {
	const given = Object.hasOwn(hosts, domain) ? hosts[domain] : undefined;
	if (given !== undefined) return given.replace(/\/+$/, "");
	if (domain === "docker.io") return DOCKER_HUB;
	return `${isLocal(domain) ? "http" : "https"}://${domain}`;
}
const isLocal = (domain: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(domain);
