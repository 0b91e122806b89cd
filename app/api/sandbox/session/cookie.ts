// The session's cookie: which session, signed; no script sees it, and no other site's page sends it.
//
//     drydock_sandbox = KEY . SESSION . SIGNATURE          HMAC-SHA-256 of KEY.SESSION, base64url
//
// Keys are made new every few hours; an old one is still believed until the sessions that it signed are over.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Shared } from "./state";

const NAME = "drydock_sandbox";
const ROTATION = 6 * 3_600_000;
const KEPT = 3;

/** The key that signs now, made when there is none or the last is old. Changes `shared`. */
export function currentKey(shared: Shared, now: number): Shared["keys"][number] {
	const newest = shared.keys[0];
	if (newest && now - newest.since < ROTATION) return newest;
	const key = { id: randomBytes(4).toString("hex"), secret: randomBytes(32).toString("base64url"), since: now };
	shared.keys = [key, ...shared.keys].slice(0, KEPT);
	return key;
}

export const newSessionId = (): string => randomBytes(18).toString("base64url");

const signature = (secret: string, signed: string): Buffer => createHmac("sha256", secret).update(signed).digest();

export function sealed(key: { id: string; secret: string }, session: string): string {
	const signed = `${key.id}.${session}`;
	return `${signed}.${signature(key.secret, signed).toString("base64url")}`;
}

/** The session's id, or undefined for a cookie that we did not sign, or too long ago. */
export function opened(keys: Shared["keys"], value: string): string | undefined {
	const match = /^([0-9a-f]{8})\.([\w-]{24})\.([\w-]{43})$/.exec(value);
	const key = keys.find(({ id }) => id === match?.[1]);
	if (!match || !key) return undefined;
	const given = Buffer.from(match[3]!, "base64url");
	const right = signature(key.secret, `${match[1]}.${match[2]}`);
	return given.length === right.length && timingSafeEqual(given, right) ? match[2] : undefined;
}

/** The one cookie of the name; several are nobody's. */
export function cookieIn(header: string | null): string | undefined {
	const values = (header ?? "")
		.split(";")
		.map((pair) => pair.trim())
		.filter((pair) => pair.startsWith(`${NAME}=`))
		.map((pair) => pair.slice(NAME.length + 1));
	return values.length === 1 ? values[0] : undefined;
}

/** Set-Cookie; without a value the cookie is taken away. */
export const setCookie = (value: string | undefined, secure: boolean): string =>
	`${NAME}=${value ?? ""}; Path=/api/sandbox; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}${value === undefined ? "; Max-Age=0" : ""}`;
