// Addresses, subnets, MAC addresses and ports as strings of a JSON body, refused in the words of Go's net packages.

import { parseIp, parsePrefix } from "../../../lib/ip";
import { type Kind, list, map, nothing, parsed, struct, text } from "../../../lib/unmarshal";

/** What netip.ParseAddr says of a text that is no address. */
function addressProblem(value: string): string {
	const mark = [...value].find((character) => ".:%".includes(character));
	if (mark === undefined) return "unable to parse IP";
	if (mark === "%") return "missing IPv6 address";
	return mark === "." ? ipv4Problem(value) : "each colon-separated field must have at least one digit";
}
function ipv4Problem(value: string): string {
	const fields = value.split(".");
	for (const [at, field] of fields.entries()) {
		const odd = /[^0-9]/.exec(field);
		if (odd) return `unexpected character (at ${JSON.stringify([field.slice(odd.index), ...fields.slice(at + 1)].join("."))})`;
		if (field === "") return `IPv4 field must have at least one digit`;
		if (field.length > 1 && field.startsWith("0")) return "IPv4 field has octet with leading zero";
		if (Number(field) > 255) return "IPv4 field has value >255";
	}
	return fields.length < 4 ? "IPv4 address too short" : "IPv4 address too long";
}

export const address = parsed("netip.Addr", (value) => {
	if (value !== "" && !parseIp(value.replace(/%.*$/, ""))) {
		throw new Error(`ParseAddr(${JSON.stringify(value)}): ${addressProblem(value)}`);
	}
	return value;
});
export const prefix = parsed("netip.Prefix", (value) => {
	if (value === "" || parsePrefix(value)) return value;
	const slash = value.lastIndexOf("/");
	const problem =
		slash < 0
			? "no '/'"
			: !parseIp(value.slice(0, slash))
				? `ParseAddr(${JSON.stringify(value.slice(0, slash))}): ${addressProblem(value.slice(0, slash))}`
				: /^\d+$/.test(value.slice(slash + 1))
					? "prefix length out of range"
					: `bad bits after slash: ${JSON.stringify(value.slice(slash + 1))}`;
	throw new Error(`netip.ParsePrefix(${JSON.stringify(value)}): ${problem}`);
});
/** In the usual notations; it becomes the one with colons. */
export const hardware = parsed("network.HardwareAddr", (value) => {
	if (value === "") return value;
	const digits = value.replace(/[:.-]/g, "");
	const known = [/^[\da-f]{2}(?<s>[:-])[\da-f]{2}(\k<s>[\da-f]{2})+$/i, /^[\da-f]{4}(\.[\da-f]{4})+$/i].some((form) =>
		form.test(value),
	);
	if (!known || ![12, 16, 40].includes(digits.length)) throw new Error(`address ${value}: invalid MAC address`);
	return digits.toLowerCase().replace(/(..)(?!$)/g, "$1:");
});

/** "80" is "80/tcp". */
export function parsePort(text: string): string {
	if (text === "") return text;
	const [number = "", ...protocol] = text.split("/");
	const wrong = (why: string): Error => new Error(`invalid port '${number}': ${why}`);
	if (number === "") throw wrong("value is empty");
	if (!/^\d+$/.test(number)) throw wrong("invalid syntax");
	if (Number(number) > 65535) throw wrong("value out of range");
	return `${Number(number)}/${protocol.join("/").toLowerCase() || "tcp"}`;
}
const port = { type: "network.Port", parse: parsePort };

export const portSet: Kind = map(nothing, port);
export const portMap: Kind = map(list(struct("network.PortBinding", { HostIp: address, HostPort: text })), port);
