// Manifests from a registry, asked for by the client itself: docker manifest is the one command that goes past the daemon.

import { encodeBase64 } from "../../lib/base64";
import { collect, text, utf8 } from "../../lib/bytes";
import { request } from "../../lib/http/client";
import type { Headers } from "../../lib/http/types";
import { nameOf, type Reference } from "../../lib/reference";
import type { Cli } from "../cli";
import { type AuthConfig, loginFor, serverOf } from "../credentials/store";
import { dial } from "./dial";
import { parseHost } from "./host";

const MANIFEST_TYPES = [
	"application/vnd.docker.distribution.manifest.v2+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.index.v1+json",
];

export interface Answer {
	status: number;
	headers: Headers;
	bytes: Uint8Array;
}
export interface RegistryClient {
	domain: string;
	/** By tag or digest. */
	manifest(name: string): Promise<Answer>;
	blob(digest: string): Promise<Answer>;
}

/** Registries of this machine speak plain HTTP, and so do others with --insecure. */
const isLocal = (domain: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(domain);

export async function registryClient(cli: Cli, reference: Reference, insecure: boolean): Promise<RegistryClient> {
	const { domain } = reference;
	const path = nameOf(reference).slice(domain.length + 1);
	const base = cli.registries[domain] ?? (domain === "docker.io" ? "https://registry-1.docker.io" : `https://${domain}`);
	const login = await loginFor(cli, serverOf(domain));
	const plain = insecure && isLocal(domain);
	let token: string | undefined;
	const get = async (url: string, headers: Headers): Promise<Answer> =>
		plain ? overSocket(cli, domain, url, headers) : overFetch(cli, base + url, headers);
	const authorized = async (url: string, headers: Headers): Promise<Answer> => {
		const first = await get(url, { ...headers, ...(token ? { authorization: token } : {}) });
		if (first.status !== 401) return first;
		token = await authorization(cli, first.headers["www-authenticate"] ?? "", login, plain ? get : undefined);
		return token ? get(url, { ...headers, authorization: token }) : first;
	};
	return {
		domain,
		manifest: (name) => authorized(`/v2/${path}/manifests/${name}`, { accept: MANIFEST_TYPES.join(", ") }),
		blob: (digest) => authorized(`/v2/${path}/blobs/${digest}`, {}),
	};
}

async function overSocket(cli: Cli, domain: string, url: string, headers: Headers): Promise<Answer> {
	const stream = await dial(cli.sys, parseHost(`http://${domain}`)).catch(() => {
		throw new Error(`dial tcp ${domain}: connect: connection refused`);
	});
	try {
		const answer = await request(stream, { method: "GET", target: url, headers: { host: domain, ...headers } });
		return { status: answer.status, headers: answer.headers, bytes: await answer.body.bytes() };
	} finally {
		await stream.close();
	}
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
async function overFetch(cli: Cli, url: string, headers: Headers): Promise<Answer> {
	if (!cli.fetch) throw new Error(`Get "${url}": this client reaches nothing outside`);
	const answer = await cli.fetch({ method: "GET", url, headers });
	const bytes = await collect(answer.body);
	const target = answer.headers.location;
	// a registry's blobs often lie elsewhere, where its token is nobody's business
	if (REDIRECTS.has(answer.status) && target) return overFetch(cli, resolved(url, target), {});
	return { status: answer.status, headers: answer.headers, bytes };
}

/** A Location header, which may be a path on the same host. */
const resolved = (url: string, location: string): string =>
	/^https?:\/\//.test(location) ? location : url.split("/").slice(0, 3).join("/") + location;

/** What the registry's challenge asks for: a basic login as it is, or a token for it. */
async function authorization(
	cli: Cli,
	challenge: string,
	{ username, password }: AuthConfig,
	get: ((url: string, headers: Headers) => Promise<Answer>) | undefined,
): Promise<string | undefined> {
	const basic = username ? `Basic ${encodeBase64(utf8(`${username}:${password ?? ""}`))}` : undefined;
	if (/^basic\b/i.test(challenge)) return basic;
	const fields = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
	if (!/^bearer\b/i.test(challenge) || !fields.realm) return undefined;
	const query = ["service", "scope"].filter((key) => fields[key]).map((key) => `${key}=${encodeURIComponent(fields[key]!)}`);
	const url = `${fields.realm}?${query.join("&")}`;
	const headers: Headers = basic ? { authorization: basic } : {};
	const own = get && /^http:\/\/[^/]+(\/.*)$/.exec(url);
	const answer = own ? await get(own[1]!, headers) : await overFetch(cli, url, headers);
	if (answer.status !== 200) return undefined;
	const { token, access_token } = JSON.parse(text(answer.bytes)) as { token?: string; access_token?: string };
	return token || access_token ? `Bearer ${token || access_token}` : undefined;
}
