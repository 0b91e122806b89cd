// Credentials for a registry: Basic (RFC 7617), and Bearer tokens as the distribution project's token specification has them.

import { encodeBase64 } from "../../lib/base64";
import { collect, text, utf8 } from "../../lib/bytes";
import { unauthorized } from "../../lib/errors";
import type { Fetch, FetchRequest } from "../../port";
import type { RegistryAuth } from "../api";

export interface Challenge {
	scheme: "basic" | "bearer";
	parameters: Record<string, string>;
}

/** The first challenge of a WWW-Authenticate header that is known here. */
export function parseChallenge(header: string): Challenge | undefined {
	const match = /\b(bearer|basic)\b\s*(.*)$/i.exec(header);
	if (!match) return undefined;
	const parameters: Record<string, string> = {};
	for (const [, name, quoted, plain] of match[2]!.matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)) {
		parameters[name!.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
	}
	return { scheme: match[1]!.toLowerCase() as Challenge["scheme"], parameters };
}

export interface Answer {
	/** For the Authorization header. */
	authorization: string;
	/** What may be kept in place of the password, where the token server gives such a thing. */
	identityToken?: string;
}

export interface AnswerOptions {
	/** Of the form repository:NAME:ACTIONS; what the challenge names is asked for too. */
	scopes: readonly string[];
	/** For a login: asks for what outlives the password's use. */
	offline?: boolean;
}

/** @throws EngineError unauthorized */
export async function answer(
	fetch: Fetch,
	challenge: Challenge,
	auth: RegistryAuth | undefined,
	options: AnswerOptions,
): Promise<Answer> {
	if (challenge.scheme === "basic") {
		if (!auth?.username) throw unauthorized("authorization failed: no basic auth credentials");
		return { authorization: basic(auth) };
	}
	const { token, refresh } = await readToken(fetch, tokenRequest(challenge.parameters, auth, options));
	return { authorization: `Bearer ${token}`, ...(refresh ? { identityToken: refresh } : {}) };
}

const basic = ({ username = "", password = "" }: RegistryAuth): string =>
	`Basic ${encodeBase64(utf8(`${username}:${password}`))}`;

function tokenRequest(
	parameters: Record<string, string>,
	auth: RegistryAuth | undefined,
	{ scopes, offline }: AnswerOptions,
): FetchRequest {
	const { realm, service } = parameters;
	if (!realm) throw unauthorized("no realm specified for token auth challenge");
	const wanted = new Set([...scopes, ...(parameters.scope ?? "").split(" ")].filter((scope) => scope !== ""));
	const query: Array<[string, string]> = [...(service ? [["service", service] as [string, string]] : [])];
	const encode = (fields: Array<[string, string]>) =>
		fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
	if (auth?.identitytoken) {
		const form = encode([
			["grant_type", "refresh_token"],
			["client_id", "drydock"],
			["refresh_token", auth.identitytoken],
			...query,
			["scope", [...wanted].join(" ")],
		]);
		return { method: "POST", url: realm, headers: { "content-type": "application/x-www-form-urlencoded" }, body: utf8(form) };
	}
	for (const scope of wanted) query.push(["scope", scope]);
	if (auth?.username) query.unshift(["account", auth.username]);
	if (offline) query.push(["client_id", "docker"], ["offline_token", "true"]);
	const headers: Record<string, string> = auth?.username ? { authorization: basic(auth) } : {};
	return { method: "GET", url: `${realm}${realm.includes("?") ? "&" : "?"}${encode(query)}`, headers };
}

async function readToken(fetch: Fetch, request: FetchRequest): Promise<{ token: string; refresh?: string }> {
	const response = await fetch(request);
	const body = text(await collect(response.body));
	if (response.status !== 200) {
		const said = messageIn(body);
		throw unauthorized(
			`failed to authorize: failed to fetch oauth token: unexpected status from ${request.method} request to ${request.url.replace(/\?.*/, "")}: ${response.status}`,
			{
				status: response.status,
				...(said ? { said } : {}),
			},
		);
	}
	try {
		const { token, access_token, refresh_token } = JSON.parse(body) as Record<string, string | undefined>;
		const found = token || access_token;
		if (found) return { token: found, ...(refresh_token ? { refresh: refresh_token } : {}) };
	} catch {
		// no JSON, so no token
	}
	throw unauthorized("failed to authorize: no token in the authorization server's answer");
}

/** The first message of an error document, with its code in words before it, as Go's clients write it. */
function messageIn(body: string): string | undefined {
	try {
		const { errors } = JSON.parse(body) as { errors?: Array<{ code?: string; message?: string }> };
		const first = errors?.[0];
		return first?.code ? `${first.code.toLowerCase().replaceAll("_", " ")}: ${first.message ?? ""}` : undefined;
	} catch {
		return undefined;
	}
}
