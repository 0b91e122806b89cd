// The forms of a daemon's address: DOCKER_HOST, -H, and the endpoint of a context.

import { SANDBOX_PATH } from "../../api/sandbox";
import { joinHostPort, parseGoUrl, splitHostPort } from "../../lib/go-url";
import { sshArguments, type TlsFiles } from "./reach";

export interface Host {
	/** As shown in messages: unix:///var/run/docker.sock */
	url: string;
	address:
		| { unix: string }
		| { host: string; port: number; tls?: TlsFiles }
		| { https: string }
		/** A site that lends a daemon: its streams are carried by ordinary requests. */
		| { site: string }
		| { ssh: string[] };
	/** What comes before every path of the API; empty for most. */
	base: string;
}

export const DEFAULT_SOCKET = "/var/run/docker.sock";
export const DEFAULT_HOST = `unix://${DEFAULT_SOCKET}`;
const DEFAULT_PORT = 2375;
const SITE = new RegExp(`^https?://[^/]+${SANDBOX_PATH}/*$`);

/**
 * Docker's own forms, and beyond them http:// and https:// with a path, for a daemon behind a server, and a site that lends one.
 * @throws Error for what is no daemon address
 */
export function parseHost(text: string): Host {
	const given = text.trim() === "" ? DEFAULT_HOST : text.trim();
	const at = given.indexOf("://");
	const scheme = at < 0 ? "tcp" : given.slice(0, at);
	const rest = at < 0 ? given : given.slice(at + 3);
	if (SITE.test(given)) return { url: given, address: { site: given.replace(/\/+$/, "") }, base: "" };
	const form = FORMS[scheme];
	if (!form) throw new Error(`invalid bind address format: ${given}`);
	return form(rest, given);
}

const FORMS: Record<string, (rest: string, given: string) => Host> = {
	unix: (rest) => {
		if (rest.includes("://")) throw new Error(`invalid proto, expected unix: ${rest}`);
		const path = rest || DEFAULT_SOCKET;
		return { url: `unix://${path}`, address: { unix: path }, base: "" };
	},
	tcp,
	http: (rest, given) => network("http", rest, given, 80),
	https: (rest, given) => {
		if (rest === "" || rest.startsWith("/")) throw new Error(`unable to parse docker host \`${given}\``);
		return { url: given, address: { https: `https://${rest.replace(/\/+$/, "")}` }, base: "" };
	},
	fd: (_, given) => {
		throw new Error(`unable to parse docker host \`${given}\``);
	},
	ssh: (_, given) => ({ url: given, address: { ssh: sshArguments(given) }, base: "" }),
};

/** docker's opts.ParseTCPAddr. */
function tcp(text: string): Host {
	if (text.includes("://")) throw new Error(`invalid proto, expected tcp: ${text}`);
	const url = parseGoUrl(`tcp://${text}${text.endsWith("]:") ? DEFAULT_PORT : ""}`);
	const parts = splitHostPort(url.host) ?? splitHostPort(joinHostPort(url.host, DEFAULT_PORT));
	if (!parts) throw new Error(`invalid bind address format: ${text}`);
	const [host, port] = [parts[0] || "localhost", Number(parts[1] || DEFAULT_PORT)];
	return { url: `tcp://${joinHostPort(host, port)}${url.path}`, address: { host, port }, base: url.path.replace(/\/+$/, "") };
}

function network(scheme: string, rest: string, given: string, usual: number): Host {
	const parts = /^(\[[^\]]*\]|[^:/]*)(?::(\d*))?(\/.*)?$/.exec(rest);
	if (!parts) throw new Error(`invalid bind address format: ${given}`);
	parseGoUrl(given);
	const host = parts[1]!.replace(/^\[|\]$/g, "") || "localhost";
	const port = Number(parts[2] || usual);
	const path = parts[3] ?? "";
	return { url: `${scheme}://${joinHostPort(host, port)}${path}`, address: { host, port }, base: path.replace(/\/+$/, "") };
}

/** Where its requests go, as errors have it: http://127.0.0.1:2375 */
export function shownAddress(host: Host): string {
	const { address } = host;
	if ("unix" in address || "https" in address || "site" in address) return host.url;
	return `${"tls" in address && address.tls ? "https" : "http"}://${hostHeader(host)}`;
}

/** The same as Go writes it in a URL: http://%2Fvar%2Frun%2Fdocker.sock */
export const urlAddress = (host: Host): string =>
	"unix" in host.address ? `http://${encodeURIComponent(host.address.unix)}` : shownAddress(host);

/** The Host header of requests to it. */
export function hostHeader({ address }: Host): string {
	if ("unix" in address || "site" in address) return "api.moby.localhost";
	if ("ssh" in address) return "docker.example.com";
	if ("https" in address) return address.https.slice("https://".length).split("/")[0]!;
	return joinHostPort(address.host, address.port);
}
