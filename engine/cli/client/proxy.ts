// Whether a request to a tcp:// daemon goes by way of a proxy: HTTP_PROXY and NO_PROXY as Go's httpproxy reads them
// (golang.org/x/net/http/httpproxy). Attached streams go straight to the daemon, as with docker.

import { encodeBase64 } from "../../lib/base64";
import { utf8 } from "../../lib/bytes";
import { contains, parseIp, parsePrefix } from "../../lib/ip";
import type { Host } from "./host";

export interface HttpProxy {
	host: string;
	port: number;
	/** Proxy-Authorization, of a login in its URL. */
	authorization?: string;
}

/** What carries requests to the daemon; undefined where nothing does. @throws Error for a proxy of a kind that is not known here */
export function proxyFor({ address }: Host, env: Readonly<Record<string, string>>): HttpProxy | undefined {
	const given = env.HTTP_PROXY || env.http_proxy || "";
	if (!("port" in address) || address.tls || given === "") return undefined;
	if (isLocal(address.host) || isExcepted(address, env.NO_PROXY || env.no_proxy || "")) return undefined;
	const parts = PROXY.exec(given);
	if (!parts) return undefined;
	const { scheme = "http", login, host, port = "80" } = parts.groups as Record<string, string | undefined>;
	if (scheme !== "http") throw new Error(`proxy ${scheme}://${host}:${port}: this client knows http:// proxies only`);
	return {
		host: host!.replace(/^\[|\]$/g, ""),
		port: Number(port),
		...(login === undefined ? {} : { authorization: `Basic ${encodeBase64(utf8(decoded(login)))}` }),
	};
}

/** With a scheme, or an address alone, which is one of HTTP. What is neither names no proxy. */
const PROXY =
	/^(?:(?<scheme>[a-z0-9]+):\/\/)?(?:(?<login>[^@/]*)@)?(?<host>\[[0-9a-fA-F:]+\]|[^:/@[\]]+)(?::(?<port>\d{1,5}))?(?:\/.*)?$/;

/** USER or USER:PASSWORD of a URL, as HTTP has it. */
function decoded(login: string): string {
	const [user = "", ...password] = login.split(":");
	return [user, password.join(":")].map((part) => part.replace(/%[0-9a-fA-F]{2}/g, (hex) => decodeURIComponent(hex))).join(":");
}

function isLocal(host: string): boolean {
	const ip = parseIp(host);
	if (ip) return ip.six ? ip.value === 1n : ip.value >> 24n === 127n;
	return host === "localhost";
}

/** Is the daemon one of NO_PROXY's: "*", addresses, ADDRESS/BITS, names (of all below them too), ".below", each with a port or not? */
function isExcepted({ host, port }: { host: string; port: number }, list: string): boolean {
	const name = host.toLowerCase().replace(/\.$/, "");
	const ip = parseIp(host);
	return list.split(",").some((piece) => {
		const entry = piece.trim().toLowerCase();
		if (entry === "") return false;
		if (entry === "*") return true;
		const prefix = parsePrefix(entry);
		if (prefix) return ip !== undefined && contains(prefix, ip);
		const [, what = "", itsPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [entry, entry];
		if (itsPort !== undefined && Number(itsPort) !== port) return false;
		const itsIp = parseIp(what.replace(/^\[|\]$/g, ""));
		if (itsIp) return ip?.six === itsIp.six && ip.value === itsIp.value;
		const domain = what.replace(/^\*(?=\.)/, "");
		return domain.startsWith(".") ? name.endsWith(domain) : name === domain || name.endsWith(`.${domain}`);
	});
}
