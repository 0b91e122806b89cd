// Checks of names and addresses that options take: hosts, IP and MAC addresses, DNS search domains.

import { ipText, isIP, parseIp } from "../../lib/ip";
import { goQuote } from "../../lib/quote";

/** An address as Go's net.IP writes it: small letters, zeros left out, IPv4 in IPv6 as IPv4; undefined for what is none. */
function shortest(text: string): string | undefined {
	const ip = parseIp(text);
	return ip && ipText(ip).replace(/^::ffff:(?=.*\.)/, "");
}

/** --dns. @throws Error */
export function checkIPAddress(text: string): string {
	const address = shortest(text.trim());
	if (address === undefined) throw new Error(`IP address is not correctly formatted: ${text}`);
	return address;
}

/** --ip, --ip6. @throws Error */
export function parseIP(text: string): string {
	const trimmed = text.trim();
	const address = trimmed === "" ? "" : shortest(trimmed);
	if (address === undefined) throw new Error(`failed to parse IP: ${goQuote(text)}`);
	return address;
}

/** "host:ip" or "host=ip", as the daemon takes it: with a colon. @throws Error */
export function checkExtraHost(text: string): string {
	const equals = text.indexOf("=");
	const at = equals >= 0 ? equals : text.indexOf(":");
	const name = text.slice(0, Math.max(at, 0));
	if (at < 0 || name === "" || name.includes(":")) throw new Error(`bad format for add-host: ${goQuote(text)}`);
	let address = text.slice(at + 1);
	if (address !== "host-gateway") {
		if (address.length > 2 && address.startsWith("[") && address.endsWith("]")) address = address.slice(1, -1);
		if (!isIP(address.trim())) throw new Error(`invalid IP address in add-host: ${goQuote(address)}`);
	}
	return `${name}:${address}`;
}

const MAC =
	/^([0-9a-f]{2}([:-])[0-9a-f]{2}(\2[0-9a-f]{2}){4}((\2[0-9a-f]{2}){2}|(\2[0-9a-f]{2}){14})?|([0-9a-f]{4}\.){2}[0-9a-f]{4}|([0-9a-f]{4}\.){3}[0-9a-f]{4})$/i;
export function checkMac(text: string): string {
	if (text !== "" && !MAC.test(text.trim())) throw new Error(`${text} is not a valid mac address`);
	return text;
}

/** A MAC address that checkMac let through, as Go writes it: 02-42-AC-11-00-02 and 0242.ac11.0002 are 02:42:ac:11:00:02. */
export const plainMac = (text: string): string =>
	text
		.toLowerCase()
		.match(/[0-9a-f]{2}/g)
		?.join(":") ?? "";

/** --dns-search: "." stands for none. @throws Error */
export function checkSearchDomain(text: string): string {
	const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, "");
	if (trimmed === ".") return trimmed;
	const valid =
		/^(:?(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))(:?\.(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])))*)\.?\s*$/;
	if (!/[a-zA-Z]/.test(trimmed) || !valid.test(trimmed) || trimmed.length >= 255)
		throw new Error(`${trimmed} is not a valid domain`);
	return trimmed;
}

/** "name" or "name:alias" of --link. @throws Error */
export function parseLink(text: string): { name: string; alias: string } {
	if (text === "") throw new Error("empty string specified for links");
	const parts = text.split(":");
	if (parts.length > 2) throw new Error(`bad format for links: ${text}`);
	const [name, alias] = parts as [string, string?];
	if (alias === undefined) return { name, alias: name };
	// a link as the daemon lists it: /name:/other/alias
	if (name.startsWith("/")) return { name: name.slice(1), alias: alias.slice(alias.lastIndexOf("/") + 1) };
	return { name, alias };
}
export function checkLink(text: string): string {
	parseLink(text);
	return text;
}
