// Signed tokens: JSON Web Tokens (RFC 7519) with HMAC-SHA256 (RFC 7518 section 3.2), signed and read by this registry alone.

import { createHMAC, createSHA256 } from "hash-wasm";
import { decodeBase64, encodeBase64Url } from "../../lib/base64";
import { text, utf8 } from "../../lib/bytes";

export type Claims = Record<string, unknown>;

const HEADER = encodeBase64Url(utf8('{"alg":"HS256","typ":"JWT"}'));

async function signature(secret: Uint8Array, signed: string): Promise<string> {
	const hmac = await createHMAC(createSHA256(), secret);
	return encodeBase64Url(hmac.init().update(signed).digest("binary"));
}

export async function sign(secret: Uint8Array, claims: Claims): Promise<string> {
	const signed = `${HEADER}.${encodeBase64Url(utf8(JSON.stringify(claims)))}`;
	return `${signed}.${await signature(secret, signed)}`;
}
/** The claims of a token that was signed with the secret; whether its time is over is for the caller to see. */
export async function verify(secret: Uint8Array, token: string): Promise<Claims | undefined> {
	const [header, payload, given, ...more] = token.split(".");
	// the algorithm is ours to say, not the token's
	if (header !== HEADER || payload === undefined || given === undefined || more.length > 0) return undefined;
	if (!same(given, await signature(secret, `${header}.${payload}`))) return undefined;
	try {
		const claims: unknown = JSON.parse(text(decodeBase64(payload)));
		return typeof claims === "object" && claims !== null ? (claims as Claims) : undefined;
	} catch {
		return undefined;
	}
}

/** Takes as long wherever they differ. */
function same(a: string, b: string): boolean {
	let difference = a.length ^ b.length;
	for (let at = 0; at < b.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
	return difference === 0;
}
