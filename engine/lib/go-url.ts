// Addresses as Go's net/url takes them apart, with its words for what is none: clients of Docker's say them as they are.

import { goQuote } from "./quote";

export interface GoUrl {
	/** In lower case; "" for none. */
	scheme: string;
	/** user or user:password, as it stands there. */
	user?: string;
	/** With its port, if it has one; an address of IPv6 in its brackets. */
	host: string;
	path: string;
	query: string;
	fragment: string;
}

const HEX = /^[\da-fA-F]{2}$/;

/** @throws Error `parse "…": why` */
export function parseGoUrl(text: string): GoUrl {
	const [before, fragment] = cut(text, "#");
	const of = <T>(whole: string, act: () => T): T => {
		try {
			return act();
		} catch (error) {
			throw new Error(`parse ${goQuote(whole)}: ${(error as Error).message}`);
		}
	};
	const url = of(before, () => parse(before));
	return { ...url, fragment: of(text, () => unescaped(fragment, "path")) };
}

/** Of "host:80", "[::1]:80": both. undefined where there is no port, or what is no host. */
export function splitHostPort(text: string): [host: string, port: string] | undefined {
	const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
	return port === undefined ? undefined : [bracketed ?? plain ?? "", port];
}

/** net.JoinHostPort. */
export const joinHostPort = (host: string, port: string | number): string =>
	host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

function parse(text: string): Omit<GoUrl, "fragment"> {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
	if (/[\x00-\x1f\x7f]/.test(text)) throw new Error("net/url: invalid control character in URL");
	const [scheme, behind] = splitScheme(text);
	const [rest, query] = cut(behind, "?");
	const url = { scheme: scheme.toLowerCase(), host: "", path: "", query };
	if (!rest.startsWith("/")) {
		if (scheme !== "") return url;
		if (rest.split("/", 1)[0]!.includes(":")) throw new Error("first path segment in URL cannot contain colon");
	}
	if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///"))) return { ...url, path: unescaped(rest, "path") };
	const end = rest.indexOf("/", 2);
	const authority = end < 0 ? rest.slice(2) : rest.slice(2, end);
	const path = end < 0 ? "" : rest.slice(end);
	const at = authority.lastIndexOf("@");
	const host = parseHost(authority.slice(at + 1));
	if (at < 0) return { ...url, host, path: unescaped(path, "path") };
	const user = authority.slice(0, at);
	if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(user)) throw new Error("net/url: invalid userinfo");
	for (const part of cut(user, ":")) unescaped(part, "path");
	return { ...url, user, host, path: unescaped(path, "path") };
}

function splitScheme(text: string): [scheme: string, rest: string] {
	const [, scheme] = /^([^:]*):/.exec(text) ?? [];
	if (scheme === "") throw new Error("missing protocol scheme");
	return scheme !== undefined && /^[a-z][a-z\d+.-]*$/i.test(scheme) ? [scheme, text.slice(scheme.length + 1)] : ["", text];
}

function parseHost(text: string): string {
	const last = text.startsWith("[") ? text.lastIndexOf("]") + 1 : text.lastIndexOf(":");
	if (text.startsWith("[") && last === 0) throw new Error("missing ']' in host");
	const port = last < 0 ? "" : text.slice(last);
	if (port !== "" && !/^:\d*$/.test(port)) throw new Error(`invalid port ${goQuote(port)} after host`);
	const zone = text.startsWith("[") ? text.slice(0, last).indexOf("%25") : -1;
	if (zone < 0) return unescaped(text, "host");
	return (
		unescaped(text.slice(0, zone), "host") +
		unescaped(text.slice(zone, last - 1), "zone") +
		unescaped(text.slice(last - 1), "host")
	);
}

type Mode = "host" | "zone" | "path";
/** Percent escapes, undone. */
function unescaped(text: string, mode: Mode): string {
	const bytes: number[] = [];
	const encoder = new TextEncoder();
	for (let at = 0; at < text.length; ) {
		if (text[at] === "%") {
			const digits = text.slice(at + 1, at + 3);
			const byte = Number.parseInt(digits, 16);
			const wrong = !HEX.test(digits) || (mode === "host" && byte < 0x80 && digits !== "25");
			if (wrong || (mode === "zone" && digits !== "25" && byte !== 0x20 && !inHost(String.fromCharCode(byte)) && byte < 0x80)) {
				throw new Error(`invalid URL escape ${goQuote(threeBytes(text.slice(at, at + 3)))}`);
			}
			bytes.push(byte);
			at += 3;
			continue;
		}
		const character = String.fromCodePoint(text.codePointAt(at)!);
		if (mode !== "path" && character.charCodeAt(0) < 0x80 && !inHost(character)) {
			throw new Error(`invalid character ${goQuote(character)} in host name`);
		}
		bytes.push(...encoder.encode(character));
		at += character.length;
	}
	return new TextDecoder().decode(Uint8Array.from(bytes));
}
/** Go counts bytes; half of a character it would show in hexadecimal digits, which is left out here. */
const threeBytes = (text: string): string =>
	new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, 3), { stream: true });
const inHost = (character: string): boolean => /^[\w\-.~!$&'()*+,;=:[\]<>"]$/.test(character);

function cut(text: string, separator: string): [before: string, after: string] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
