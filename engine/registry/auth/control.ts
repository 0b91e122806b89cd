// Access control: who a request comes from, and whether that one may do what it wants.
//
//     basic    the user and password with every request                      RFC 7617
//     token    401 names a realm; the client gets a short-lived token there   https://distribution.github.io/distribution/spec/auth/token/
//
// A request without rights is answered 401 with the challenge; a user who is known and may not is told 403.

import { decodeBase64 } from "../../lib/base64";
import { text } from "../../lib/bytes";
import { RegistryError } from "../errors";
import type { RegistryRequest } from "../types";
import type { Users } from "./htpasswd";
import { granted, type Rule } from "./rights";
import { type Access, covers, formatScope } from "./scope";
import type { TokenService } from "./tokens";

export interface AccessControl {
	/** What of the asked access the request has. @throws RegistryError UNAUTHORIZED or DENIED where `needed` is not covered */
	authorize(request: RegistryRequest, needed: readonly Access[]): Promise<Grants>;
}
export interface Grants {
	user?: string;
	may(access: Access): boolean;
}

export interface BasicCredentials {
	user: string;
	password: string;
}
/** undefined for no or other credentials. */
export function basicCredentials({ headers }: RegistryRequest): BasicCredentials | undefined {
	const match = /^basic\s+(\S+)$/i.exec(headers.authorization ?? "");
	if (!match) return undefined;
	try {
		const plain = text(decodeBase64(match[1]!));
		const colon = plain.indexOf(":");
		return colon < 0 ? undefined : { user: plain.slice(0, colon), password: plain.slice(colon + 1) };
	} catch {
		return undefined;
	}
}

const detailOf = (needed: readonly Access[]): unknown =>
	needed.length === 0
		? undefined
		: needed.flatMap(({ type, name, actions }) =>
				actions.map((action) => ({ Type: type, Class: "", Name: name, Action: action })),
			);

export function basicAccess(users: Users, rules: readonly Rule[], realm: string): AccessControl {
	return {
		async authorize(request, needed) {
			const credentials = basicCredentials(request);
			const user = credentials && (await users.check(credentials.user, credentials.password)) ? credentials.user : undefined;
			const may = (access: Access): boolean => covers([granted(rules, user, access)], access);
			// /v2/ always asks: what a client is not asked for there it does not send later
			if (user === undefined && (credentials || needed.length === 0 || !needed.every(may))) {
				const headers = { "www-authenticate": `Basic realm=${JSON.stringify(realm)}` };
				throw new RegistryError("UNAUTHORIZED", detailOf(needed), { headers });
			}
			if (!needed.every(may)) throw new RegistryError("DENIED", detailOf(needed));
			return { user, may };
		},
	};
}

export function tokenAccess(tokens: TokenService): AccessControl {
	return {
		async authorize(request, needed) {
			const given = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
			const token = given === undefined ? undefined : await tokens.read(given);
			const may = (access: Access): boolean => token !== undefined && covers(token.access, access);
			if (token && needed.every(may)) return { user: token.user, may };
			const parameters = [`realm="${tokens.realmFor(request)}"`, `service="${tokens.service}"`];
			if (needed.length > 0) parameters.push(`scope="${needed.map(formatScope).join(" ")}"`);
			if (given !== undefined) parameters.push(`error="${token ? "insufficient_scope" : "invalid_token"}"`);
			const headers = { "www-authenticate": `Bearer ${parameters.join(",")}` };
			throw new RegistryError("UNAUTHORIZED", detailOf(needed), { headers });
		},
	};
}
