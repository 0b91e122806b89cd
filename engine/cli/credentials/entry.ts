// A login as config.json has it: user and password behind base64, tokens beside them.

import { decodeBase64, encodeBase64 } from "../../lib/base64";
import { text, utf8 } from "../../lib/bytes";
import { bytes } from "../../lib/unmarshal";

export interface StoredLogin {
	/** base64 of user:password */
	auth?: string;
	identitytoken?: string;
	registrytoken?: string;
}

/** @throws Error worded as docker's */
export function decodeAuth(auth: string): { username: string; password: string } {
	if (auth === "") return { username: "", password: "" };
	const plain = text(decodeBase64(bytes.decode(auth, undefined)));
	const colon = plain.indexOf(":");
	if (colon <= 0) throw new Error("invalid auth configuration file");
	return { username: plain.slice(0, colon), password: plain.slice(colon + 1).replace(/^\0+|\0+$/g, "") };
}

/** What a file gets; nothing of it is left where it is empty. */
export const storedLogin = (username: string, password: string, identitytoken?: string, registrytoken?: string): StoredLogin => ({
	...(username || password ? { auth: encodeBase64(utf8(`${username}:${password}`)) } : {}),
	...(identitytoken ? { identitytoken } : {}),
	...(registrytoken ? { registrytoken } : {}),
});

/** Old files have name and password in the clear; `auth`, where it is there, goes before them. */
export function withoutPlain(entry: StoredLogin & { username?: string; password?: string }): StoredLogin {
	const { username = "", password = "" } = entry.auth ? decodeAuth(entry.auth) : entry;
	return storedLogin(username, password, entry.identitytoken, entry.registrytoken);
}
