// Logins to registries: in config.json, with a helper program that it names, or in DOCKER_AUTH_CONFIG, which goes before both.

import { decodeBase64, encodeBase64 } from "../../lib/base64";
import { text, utf8 } from "../../lib/bytes";
import type { Cli } from "../cli";
import type { StoredLogin } from "../config";
import { eraseFromHelper, fromHelper, toHelper } from "./helper";

export const INDEX_SERVER = "https://index.docker.io/v1/";
/** Under this name a helper gives back an identity token instead of a password. */
const TOKEN_USER = "<token>";

/** The key of a registry's login. */
export const serverOf = (domain: string): string =>
	domain === "docker.io" || domain === "index.docker.io" ? INDEX_SERVER : domain;
/** "https://host/path" → "host" */
export const hostnameOf = (server: string): string => server.replace(/^https?:\/\//, "").split("/")[0]!;

/** As the API's X-Registry-Auth has it. */
export interface AuthConfig {
	username?: string;
	password?: string;
	serveraddress?: string;
	identitytoken?: string;
}

function decoded(server: string, stored: StoredLogin): AuthConfig {
	const login: AuthConfig = { serveraddress: server };
	if (stored.identitytoken) login.identitytoken = stored.identitytoken;
	if (!stored.auth) return login;
	const plain = text(decodeBase64(stored.auth));
	const colon = plain.indexOf(":");
	if (colon < 0) throw new Error("invalid auth configuration file");
	return { ...login, username: plain.slice(0, colon), password: plain.slice(colon + 1).replace(/\0+$/, "") };
}

type Auths = Record<string, StoredLogin>;
/** Keys may have been written with a scheme or a path. */
function stored(auths: Auths | undefined, server: string): StoredLogin | undefined {
	if (!auths) return undefined;
	if (auths[server]) return auths[server];
	const key = Object.keys(auths).find((one) => hostnameOf(one) === server);
	return key === undefined ? undefined : auths[key];
}

function environmentAuths(cli: Cli): Auths | undefined {
	const given = cli.env.DOCKER_AUTH_CONFIG;
	if (!given) return undefined;
	try {
		return (JSON.parse(given) as { auths?: Auths }).auths;
	} catch {
		return undefined;
	}
}

const helperOf = (cli: Cli, server: string): string | undefined =>
	cli.config.data.credHelpers?.[hostnameOf(server)] ??
	cli.config.data.credHelpers?.[server] ??
	(cli.config.data.credsStore || undefined);

/** The login for a server (serverOf's key); an empty one where there is none. @throws Error when a helper fails */
export async function loginFor(cli: Cli, server: string): Promise<AuthConfig> {
	const own = stored(environmentAuths(cli), server);
	if (own) return decoded(server, own);
	const helper = helperOf(cli, server);
	if (!helper) {
		const kept = stored(cli.config.data.auths, server);
		return kept ? decoded(server, kept) : {};
	}
	const kept = await fromHelper(cli.run, helper, server);
	if (!kept) return {};
	if (kept.Username === TOKEN_USER) return { serveraddress: server, identitytoken: kept.Secret };
	return { serveraddress: server, username: kept.Username, password: kept.Secret };
}

/** Every login that config.json knows of, for builds, which may need several. */
export async function allLogins(cli: Cli): Promise<Record<string, AuthConfig>> {
	const { auths, credHelpers } = cli.config.data;
	const servers = new Set([
		...Object.keys(environmentAuths(cli) ?? {}),
		...Object.keys(auths ?? {}),
		...Object.keys(credHelpers ?? {}),
	]);
	const logins: Record<string, AuthConfig> = {};
	for (const server of servers) logins[server] = await loginFor(cli, server);
	return logins;
}

/** Keeps a login. Answers whether a password has come to lie in the file unencrypted. */
export async function keepLogin(cli: Cli, server: string, login: AuthConfig): Promise<boolean> {
	const helper = helperOf(cli, server);
	const { data } = cli.config;
	if (helper) {
		const token = login.identitytoken !== undefined;
		const kept = token
			? { Username: TOKEN_USER, Secret: login.identitytoken! }
			: { Username: login.username!, Secret: login.password! };
		await toHelper(cli.run, helper, server, kept);
		// the file only remembers that there is one
		data.auths = { ...data.auths, [server]: {} };
		await cli.config.save();
		return false;
	}
	const pair = `${login.username ?? ""}:${login.identitytoken ? "" : (login.password ?? "")}`;
	const entry: StoredLogin = { auth: encodeBase64(utf8(pair)) };
	if (login.identitytoken) entry.identitytoken = login.identitytoken;
	const before = data.auths?.[server];
	if (before && before.auth === entry.auth && before.identitytoken === entry.identitytoken) return false;
	data.auths = { ...data.auths, [server]: entry };
	await cli.config.save();
	return !login.identitytoken && Boolean(login.password);
}

/** @throws Error when a helper fails */
export async function forgetLogin(cli: Cli, server: string): Promise<void> {
	const helper = helperOf(cli, server);
	if (helper) await eraseFromHelper(cli.run, helper, server);
	const { [server]: gone, ...others } = cli.config.data.auths ?? {};
	if (gone === undefined) return;
	cli.config.data.auths = others;
	await cli.config.save();
}
