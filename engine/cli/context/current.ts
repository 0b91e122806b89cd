// Which context a command line means, and the daemon that it leads to.

import { readFile } from "../../lib/files";
import type { Sys } from "../../sys";
import { type Host, parseHost } from "../client/host";
import { describe } from "../describe";
import { type ContextMetadata, type ContextStore, dockerEndpoint } from "./store";

export interface Choice {
	/** --context */
	context: string;
	/** -H, at most one. */
	host: readonly string[];
	/** The options for TLS: whether they were asked for, and the files they name. */
	tls: { wanted: boolean; verify: boolean; files: readonly string[] };
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
		throw new Error(`unable to resolve docker endpoint: ${describe(error)}`);
	}
}

async function ownHost(sys: Sys, choice: Choice, env: Record<string, string>): Promise<Host> {
	if (choice.host.length > 1) throw new Error("Specify only one -H");
	const host = parseHost(choice.host[0] ?? env.DOCKER_HOST ?? "");
	if (choice.tls.wanted) await refuseTls(sys, host, choice.tls.files);
	return host;
}

async function storedHost(name: string, store: ContextStore): Promise<Host> {
	const host = parseHost(dockerEndpoint(await store.get(name)).Host ?? "");
	const secured = Object.keys((await store.tlsFiles(name)).docker ?? {}).length > 0;
	if (secured && !("unix" in host.address)) throw new Error(NO_TLS);
	return host;
}

const NO_TLS = "this client has no TLS with certificates of its own; https:// addresses use those that its surroundings trust";

/** The files are looked at as docker does; what they would be used for is not there. A socket of this host needs none of it. */
async function refuseTls(sys: Sys, host: Host, files: readonly string[]): Promise<void> {
	for (const file of files) {
		try {
			await readFile(sys, file);
		} catch {
			throw new Error(`open ${file}: no such file or directory`);
		}
	}
	if (!("unix" in host.address)) throw new Error(NO_TLS);
}
