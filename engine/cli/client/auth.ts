// Logins as headers of the API.

import { encodeBase64 } from "../../lib/base64";
import { utf8 } from "../../lib/bytes";
import type { Cli } from "../cli";
import { allLogins, loginFor, serverOf } from "../credentials/store";

/** base64url of a login, with padding, as X-Registry-Auth and X-Registry-Config have it. */
export const encodeAuth = (login: unknown): string =>
	encodeBase64(utf8(JSON.stringify(login)))
		.replaceAll("+", "-")
		.replaceAll("/", "_");

/** X-Registry-Auth for a registry; an empty login where there is none. */
export const authHeader = async (cli: Cli, domain: string): Promise<Record<string, string>> => ({
	"x-registry-auth": encodeAuth(await loginFor(cli, serverOf(domain))),
});
/** X-Registry-Config, for builds: every login that is known, or none where they cannot be had. */
export const authsHeader = async (cli: Cli): Promise<Record<string, string>> => ({
	"x-registry-config": encodeAuth(await allLogins(cli).catch(() => ({}))),
});
