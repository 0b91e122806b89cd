// Logins of the configuration as headers of the API.

import { utf8 } from "../../lib/bytes";
import type { ConfigFile } from "../config";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
	let out = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
		const bits = (a << 16) | (b << 8) | c;
		const count = Math.min(3, bytes.length - at) + 1;
		for (let i = 0; i < 4; i++) out += i < count ? ALPHABET[(bits >> (18 - 6 * i)) & 63] : "=";
	}
	return out;
}
/** @throws Error for what is no base64 */
export function fromBase64(encoded: string): Uint8Array<ArrayBuffer> {
	const digits = encoded.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
	const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
	let held = 0;
	let bits = 0;
	let at = 0;
	for (const digit of digits) {
		const value = ALPHABET.indexOf(digit);
		if (value < 0) throw new Error("illegal base64 data");
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[at++] = (held >> bits) & 0xff;
		}
	}
	return out;
}

export const INDEX_SERVER = "https://index.docker.io/v1/";
/** The key of a registry's login in the configuration. */
export const serverOf = (domain: string): string =>
	domain === "docker.io" || domain === "index.docker.io" ? INDEX_SERVER : domain;

export interface AuthConfig {
	username?: string;
	password?: string;
	auth?: string;
	serveraddress?: string;
	identitytoken?: string;
}

export function loginOf(config: ConfigFile, domain: string): AuthConfig {
	const server = serverOf(domain);
	const stored = config.data.auths?.[server];
	if (!stored) return {};
	const login: AuthConfig = { serveraddress: server };
	if (stored.identitytoken) login.identitytoken = stored.identitytoken;
	if (stored.auth) {
		const plain = new TextDecoder().decode(fromBase64(stored.auth));
		const colon = plain.indexOf(":");
		login.username = plain.slice(0, colon);
		login.password = plain.slice(colon + 1);
	}
	return login;
}

/** base64url of a login, as X-Registry-Auth has it. */
export const encodeAuth = (login: unknown): string =>
	toBase64(utf8(JSON.stringify(login)))
		.replaceAll("+", "-")
		.replaceAll("/", "_");

/** X-Registry-Auth for a registry; an empty login where there is none. */
export const authHeader = (config: ConfigFile, domain: string): Record<string, string> => ({
	"x-registry-auth": encodeAuth(loginOf(config, domain)),
});
