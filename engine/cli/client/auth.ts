// Logins as headers of the API.

import { encodeBase64 } from "../../lib/base64";
import { utf8 } from "../../lib/bytes";
import type { Cli } from "../cli";
import { loginFor, serverOf } from "../credentials/store";

/** base64url of a login, with padding, as X-Registry-Auth and X-Registry-Config have it. */
export const encodeAuth = (login: unknown): string =>
	encodeBase64(utf8(JSON.stringify(login)))
		.replaceAll("+", "-")
		.replaceAll("/", "_");

/** X-Registry-Auth for a registry; an empty login where there is none. */
export const authHeader = async (cli: Cli, domain: string): Promise<Record<string, string>> => ({
	"x-registry-auth": encodeAuth(await loginFor(cli, serverOf(domain))),
});
