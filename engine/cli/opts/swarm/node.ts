// Options of a swarm's nodes: an address to listen on, an authority elsewhere, pools of subnets.

import { joinHostPort, parseGoUrl, splitHostPort } from "../../../lib/go-url";
import { masked, parsePrefix, prefixText } from "../../../lib/ip";
import { readCsv } from "../csv";

export const DEFAULT_LISTEN = "0.0.0.0:2377";

/** host:port, of which either may be left out. @throws Error as docker's */
export function parseListenAddress(text: string, before: string): string {
	if (text === "" || text === "tcp://") return before;
	let address = text.replace(/^tcp:\/\//, "");
	if (address.includes("://") || address === "") throw new Error(`invalid proto, expected tcp: ${text}`);
	const [usualHost, usualPort] = splitHostPort(before) ?? ["", ""];
	if (address.endsWith("]:")) address += usualPort;
	const { host, path } = parseGoUrl(`tcp://${address}`);
	const parts = splitHostPort(host) ?? splitHostPort(joinHostPort(host, usualPort));
	if (!parts) throw new Error(`invalid bind address format: ${text}`);
	const port = parts[1] || usualPort;
	if (!/^[+-]?\d+$/.test(port)) throw new Error(`invalid bind address format: ${text}`);
	return joinHostPort(parts[0] || usualHost, port) + path;
}

export interface ExternalCa {
	Protocol: "cfssl";
	URL: string;
	Options: Record<string, string>;
	/** A file whose content the swarm is to be given. */
	CACert?: string;
}
/** protocol=cfssl,url=https://… @throws Error */
export function parseExternalCa(text: string): ExternalCa {
	const found: Partial<ExternalCa> = {};
	const Options: Record<string, string> = {};
	for (const field of readCsv(text)) {
		const at = field.indexOf("=");
		if (at < 0) throw new Error(`invalid field '${field}' must be a key=value pair`);
		const [key, value] = [field.slice(0, at), field.slice(at + 1)];
		const known = key.toLowerCase();
		if (known === "protocol") {
			if (value.toLowerCase() !== "cfssl") throw new Error(`unrecognized external CA protocol ${value}`);
			found.Protocol = "cfssl";
		} else if (known === "url") found.URL = value;
		else if (known === "cacert") found.CACert = value;
		else Options[key] = value;
	}
	if (!found.Protocol) throw new Error("the external-ca option needs a protocol= parameter");
	if (found.URL === undefined) throw new Error("the external-ca option needs a url= parameter");
	return { ...found, Protocol: found.Protocol, URL: found.URL, Options };
}

/** pflag's IPNetSlice: networks parted by commas. @throws Error */
export const parseNetworks = (text: string): string[] =>
	text === ""
		? []
		: readCsv(text.replace(/["'`]/g, "")).map((one) => {
				const prefix = parsePrefix(one.trim());
				if (!prefix) throw new Error(`invalid string being converted to CIDR: ${one}`);
				return prefixText(masked(prefix));
			});
