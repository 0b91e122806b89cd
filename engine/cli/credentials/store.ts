// Logins to registries: in config.json, with a helper program that it names, or in DOCKER_AUTH_CONFIG, which goes before both.

import { joinHostPort, parseGoUrl } from "../../lib/go-url";
import type { Cli } from "../cli";
import { describe } from "../describe";
import { logWarning } from "../stream/log";
import { decodeAuth, type StoredLogin, storedLogin } from "./entry";
import { type Auths, environmentAuths } from "./environment";
import { eraseFromHelper, fromHelper, listOfHelper, toHelper } from "./helper";

export const INDEX_SERVER = "https://index.docker.io/v1/";
/** Under this name a helper gives back an identity token instead of a password. */
const TOKEN_USER = "<token>";

/** The key of a registry's login. */
export const serverOf = (domain: string): string =>
	domain === "docker.io" || domain === "index.docker.io" ? INDEX_SERVER : domain;

/** "https://host:port/path" → "host:port"; what is no address keeps what stands before its first slash. */
export function hostnameOf(server: string): string {
	const address = server.includes("://") && (parsedHost(server) || barePart(server.slice(server.indexOf("://") + 3)));
	return address || server.split("/")[0]!;
}
function parsedHost(server: string): string {
	try {
		const { host } = parseGoUrl(server);
		const [, bracketed, port] = /^\[(.*)\](?::(\d+))?/.exec(host) ?? [];
		if (bracketed !== undefined) return port ? joinHostPort(bracketed, port) : bracketed;
		return host.split(":").length > 2 ? "" : host.replace(/:$/, "");
	} catch {
		return "";
	}
}
/** Go takes no address of IPv6 without brackets; the last number is its port then. */
function barePart(rest: string): string {
	const host = rest.split("/")[0]!;
	const [, address, port] = /^([^[].*:.*):(\d+)$/.exec(host) ?? [];
	return address === undefined ? host : joinHostPort(address, port!);
}

/** As the API's X-Registry-Auth has it. */
export interface AuthConfig {
	username?: string;
	password?: string;
	serveraddress?: string;
	identitytoken?: string;
	registrytoken?: string;
}

function decoded(server: string, { auth, identitytoken, registrytoken }: StoredLogin): AuthConfig {
	return {
		serveraddress: server,
		...(auth ? decodeAuth(auth) : {}),
		...(identitytoken ? { identitytoken } : {}),
		...(registrytoken ? { registrytoken } : {}),
	};
}

/** Keys may have been written with a scheme or a path. */
function stored(auths: Auths | undefined, server: string): AuthConfig {
	const key = auths?.[server] ? server : Object.keys(auths ?? {}).find((one) => hostnameOf(one) === server);
	return key === undefined ? {} : decoded(key, auths![key]!);
}

/** A registry's own, or the one for all; "" in credHelpers is none. */
const helperOf = ({ config: { data } }: Cli, server: string): string => {
	const { credHelpers = {}, credsStore = "" } = data;
	return Object.hasOwn(credHelpers, serverOf(server)) ? credHelpers[serverOf(server)]! : credsStore;
};

/** The login for a server (serverOf's key); an empty one where there is none. @param keeper whose helper has it @throws Error when a helper fails */
export async function loginFor(cli: Cli, server: string, keeper = server): Promise<AuthConfig> {
	const own = (await environmentAuths(cli))[server];
	if (own) return decoded(server, own);
	const helper = helperOf(cli, keeper);
	return helper ? helped(cli, helper, server) : stored(cli.config.data.auths, server);
}
async function helped(cli: Cli, helper: string, server: string): Promise<AuthConfig> {
	const kept = await fromHelper(cli.run, helper, server);
	if (!kept) return {};
	if (kept.Username === TOKEN_USER) return { serveraddress: server, identitytoken: kept.Secret };
	return { serveraddress: server, username: kept.Username, password: kept.Secret };
}

/** Every login that is known, for builds, which may need several. @throws Error when the helper for all fails */
export async function allLogins(cli: Cli): Promise<Record<string, AuthConfig>> {
	const { auths = {}, credHelpers = {}, credsStore } = cli.config.data;
	const logins: Record<string, AuthConfig> = {};
	if (credsStore)
		for (const server of await listOfHelper(cli.run, credsStore)) logins[server] = await helped(cli, credsStore, server);
	else for (const [server, entry] of Object.entries(auths)) logins[server] = decoded(server, entry);
	for (const [server, entry] of Object.entries(await environmentAuths(cli))) logins[server] = decoded(server, entry);
	for (const server of Object.keys(credHelpers)) {
		try {
			logins[server] = await loginFor(cli, serverOf(server));
		} catch (error) {
			await logWarning(cli, `Failed to get credentials for registry: ${server}`, describe(error));
		}
	}
	return logins;
}

/** Keeps a login. Answers whether a password has come to lie in the file unencrypted. */
export async function keepLogin(cli: Cli, server: string, login: AuthConfig): Promise<boolean> {
	const { username = "", password = "", identitytoken } = login;
	const helper = helperOf(cli, server);
	const { data } = cli.config;
	if (helper) {
		const kept = identitytoken ? { Username: TOKEN_USER, Secret: identitytoken } : { Username: username, Secret: password };
		await toHelper(cli.run, helper, server, kept);
	}
	// of a helper's the file only remembers that there is one
	const entry = helper ? {} : storedLogin(username, identitytoken ? "" : password, identitytoken);
	const before = data.auths?.[server];
	if (before && before.auth === entry.auth && before.identitytoken === entry.identitytoken) return false;
	data.auths = { ...data.auths, [server]: entry };
	await cli.config.save();
	return !helper && !identitytoken && password !== "";
}

/** @throws Error when a helper fails */
export async function forgetLogin(cli: Cli, server: string, keeper = server): Promise<void> {
	const helper = helperOf(cli, keeper);
	if (helper) await eraseFromHelper(cli.run, helper, server);
	const { [server]: gone, ...others } = cli.config.data.auths ?? {};
	if (gone === undefined) return;
	cli.config.data.auths = others;
	await cli.config.save();
}
