// Where a registry of a name really is.

import type { RegistrySettings } from "../api";

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

export interface Endpoint {
	base: string;
	/** Somebody else's copy of the registry. */
	mirror: boolean;
}
/**
 * Where a registry is asked, one after another until one answers: mirrors of docker.io when something is read, then the registry
 * itself; one that is called insecure by HTTPS and then without.
 */
export function endpointsOf(domain: string, hosts: Hosts, settings: RegistrySettings | undefined, reading: boolean): Endpoint[] {
	const base = baseOf(domain, hosts);
	const mirrors = domain === "docker.io" && reading ? (settings?.mirrors ?? []) : [];
	const plain = base === `https://${domain}` && settings?.insecure.some((one) => covers(one, domain));
	return [
		...mirrors.map((one) => ({ base: one.replace(/\/+$/, ""), mirror: true })),
		{ base, mirror: false },
		...(plain ? [{ base: `http://${domain}`, mirror: false }] : []),
	];
}

/** @param insecure a registry's name, with its port where it has one; or the addresses of a network, 10.0.0.0/8 */
function covers(insecure: string, domain: string): boolean {
	const [, network, bits] = /^([\d.]+)\/(\d+)$/.exec(insecure) ?? [];
	if (network === undefined) return insecure === domain;
	const [of, address] = [network, domain.replace(/:\d+$/, "")].map(numberOf);
	const size = 2 ** (32 - Number(bits));
	return of !== undefined && address !== undefined && Math.floor(of / size) === Math.floor(address / size);
}
const numberOf = (address: string): number | undefined =>
	/^\d+(\.\d+){3}$/.test(address) ? address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
