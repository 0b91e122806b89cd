// Credentials for a registry: Basic (RFC 7617), and Bearer tokens as the distribution project's token specification has them.

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

/** The Authorization header that answers a challenge. @throws EngineError unauthorized */
export async function answer(fetch: Fetch, challenge: Challenge, auth: RegistryAuth | undefined, scope: string): Promise<string> {
	if (challenge.scheme === "basic") {
		if (!auth?.username) throw unauthorized("no basic auth credentials");
		return basic(auth);
	}
	const token = await readToken(fetch, tokenRequest(challenge.parameters, auth, scope));
	return `Bearer ${token}`;
}

const basic = ({ username = "", password = "" }: RegistryAuth): string => `Basic ${base64(utf8(`${username}:${password}`))}`;

function tokenRequest(parameters: Record<string, string>, auth: RegistryAuth | undefined, scope: string): FetchRequest {
	const { realm, service } = parameters;
	if (!realm) throw unauthorized("no realm specified for token auth challenge");
	const query: Array<[string, string]> = [];
	if (service) query.push(["service", service]);
	for (const one of (parameters.scope ?? scope).split(" ")) if (one !== "") query.push(["scope", one]);
	const encode = (fields: Array<[string, string]>) =>
		fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
	if (auth?.identitytoken) {
		const form = encode([
			["grant_type", "refresh_token"],
			["client_id", "drydock"],
			["refresh_token", auth.identitytoken],
			...query,
		]);
		return { method: "POST", url: realm, headers: { "content-type": "application/x-www-form-urlencoded" }, body: utf8(form) };
	}
	if (auth?.username) query.unshift(["account", auth.username]);
	const headers: Record<string, string> = auth?.username ? { authorization: basic(auth) } : {};
	return { method: "GET", url: `${realm}${realm.includes("?") ? "&" : "?"}${encode(query)}`, headers };
}

async function readToken(fetch: Fetch, request: FetchRequest): Promise<string> {
	const response = await fetch(request);
	const body = text(await collect(response.body));
	if (response.status !== 200) {
		throw unauthorized(`failed to authorize: failed to fetch oauth token: unexpected status ${response.status}`, {
			status: response.status,
		});
	}
	try {
		const { token, access_token } = JSON.parse(body) as { token?: string; access_token?: string };
		const found = token || access_token;
		if (found) return found;
	} catch {
		// no JSON, so no token
	}
	throw unauthorized("failed to authorize: no token in the authorization server's answer");
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
export function base64(bytes: Uint8Array): string {
	let out = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const left = bytes.length - at;
		const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
		out += ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]!;
		out += left > 1 ? ALPHABET[(word >> 6) & 63]! : "=";
		out += left > 2 ? ALPHABET[word & 63]! : "=";
	}
	return out;
}
