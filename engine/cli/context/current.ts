// Which context a command line means, and the daemon that it leads to.

import { readFile } from "../../lib/files";
import type { Sys } from "../../sys";
import { type Host, parseHost } from "../client/host";
import { BadSshAddress, type TlsFiles } from "../client/reach";
import { describe } from "../describe";
import { type ContextMetadata, type ContextStore, dockerEndpoint } from "./store";

export interface Choice {
	/** --context */
	context: string;
	/** -H, at most one. */
	host: readonly string[];
	/** The options for TLS: whether they were asked for, and the files they name; the usual ones. */
	tls: { wanted: boolean; verify: boolean; files: readonly string[]; usual: readonly string[] };
}

/**
 * --context, then -H or DOCKER_HOST (which mean "default"), then DOCKER_CONTEXT, then the configuration. A name is not looked up here.
 */
export function contextName(choice: Choice, env: Record<string, string>, configured: string | undefined): string {
	if (choice.context) return choice.context;
	if (choice.host.length > 0 || env.DOCKER_HOST) return "default";
	return env.DOCKER_CONTEXT || configured || "default";
}

/** What "default" stands for. @throws Error for an address that is none */
export function defaultContext(choice: Choice, env: Record<string, string>): ContextMetadata {
	const host = parseHost(choice.host[0] ?? env.DOCKER_HOST ?? "");
	return {
		Name: "default",
		Metadata: {},
		Endpoints: { docker: { Host: host.url, SkipTLSVerify: choice.tls.wanted && !choice.tls.verify } },
	};
}

/** @throws Error "unable to resolve docker endpoint: …" */
export async function resolveHost(
	sys: Sys,
	name: string,
	choice: Choice,
	env: Record<string, string>,
	store: ContextStore,
): Promise<Host> {
	try {
		return await (name === "default" ? ownHost(sys, choice, env) : storedHost(name, store));
	} catch (error) {
		const words = describe(error);
		throw new Error(error instanceof BadSshAddress ? words : `unable to resolve docker endpoint: ${words}`);
	}
}

async function ownHost(sys: Sys, choice: Choice, env: Record<string, string>): Promise<Host> {
	if (choice.host.length > 1) throw new Error("Specify only one -H");
	const host = parseHost(choice.host[0] ?? env.DOCKER_HOST ?? "");
	if (!choice.tls.wanted) return host;
	const [ca = "", cert = "", key = ""] = choice.tls.files;
	const files = { ca: await pem(sys, ca), cert: await pem(sys, cert, choice), key: await pem(sys, key, choice) };
	return withTls(host, { ...files, verify: choice.tls.verify });
}

async function storedHost(name: string, store: ContextStore): Promise<Host> {
	const endpoint = dockerEndpoint(await store.get(name));
	const host = parseHost(endpoint.Host ?? "");
	const { Host: _, SkipTLSVerify } = endpoint;
	const { "ca.pem": ca, "cert.pem": cert, "key.pem": key } = (await store.tlsFiles(name)).docker ?? {};
	if (ca || cert || key || SkipTLSVerify) return withTls(host, { ca, cert, key, verify: !SkipTLSVerify });
	return host;
}

/** A socket of this host, and what is another way altogether, needs none of it. */
const withTls = (host: Host, tls: TlsFiles): Host =>
	"host" in host.address ? { ...host, address: { ...host.address, tls } } : host;

/** @param choice where it is given, a file in the usual place may be missing. @throws Error for a file that cannot be read */
async function pem(sys: Sys, file: string, choice?: Choice): Promise<Uint8Array | undefined> {
	try {
		return await readFile(sys, file);
	} catch {
		if (choice && !choice.tls.verify && choice.tls.usual.includes(file)) return undefined;
		throw new Error(`open ${file}: no such file or directory`);
	}
}
