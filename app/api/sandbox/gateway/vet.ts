// What of a learner's request goes on to the inner daemon: its method, path and header fields, each looked at and written
// anew. The inner daemon is the learner's own, so this is not where the outer one is protected from it; it keeps one request one
// request, so that nobody's bytes are read as somebody else's.

import { hasToken } from "@/engine/lib/http/parse";
import type { Headers } from "@/engine/lib/http/types";

/** A request that does not go on, and the HTTP status that says so. */
export class Refused extends Error {
	override readonly name = "Refused";
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

export interface Vetted {
	method: string;
	/** Path and query as they go on. */
	target: string;
	/** The path's segments, decoded, without the version. */
	segments: string[];
	headers: Headers;
	/** The protocol that the client asks to change to. */
	upgrade?: string;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE"]);
/** The Engine API's resources. */
const RESOURCES = new Set(
	"_ping version info auth events system containers images networks volumes exec build commit session grpc distribution swarm services tasks nodes secrets configs plugins".split(
		" ",
	),
);
const TARGET_LIMIT = 64 * 1024;
const VALUE_LIMIT = 64 * 1024;

/** What a client may say; all else is dropped. */
const REQUEST_HEADERS = [
	"content-type",
	"accept",
	"user-agent",
	"x-registry-auth",
	"x-registry-config",
	"x-docker-expose-session-uuid",
	"x-docker-expose-session-name",
	"x-docker-expose-session-sharedkey",
	"x-docker-expose-session-grpc-method",
];
const UPGRADES = new Set(["tcp", "h2c"]);

/** @throws Refused */
export function vet({ method, target, headers }: { method: string; target: string; headers: Headers }): Vetted {
	if (!METHODS.has(method)) throw new Refused(405, `the method ${method.slice(0, 20)} is not part of the Engine API`);
	for (const single of ["host", "content-length", "transfer-encoding", "content-type", "upgrade", "expect"]) {
		if (headers[single]?.includes(",")) throw new Refused(400, `more than one header field ${single}`);
	}
	// HTTP has a rule for it, and not everybody keeps it: that is how one request is read as two
	if (headers["content-length"] !== undefined && headers["transfer-encoding"] !== undefined)
		throw new Refused(400, "both Content-Length and Transfer-Encoding");
	const { segments, path, query } = vetTarget(target);
	const upgrade = upgradeOf(headers);
	return { method, target: query === "" ? path : `${path}?${query}`, segments, headers: vetHeaders(headers, upgrade), upgrade };
}

function upgradeOf(headers: Headers): string | undefined {
	const asked = headers.upgrade?.toLowerCase();
	if (asked === undefined || !hasToken(headers, "connection", "upgrade")) return undefined;
	if (!UPGRADES.has(asked)) throw new Refused(400, `connections are not upgraded to ${asked.slice(0, 20)} here`);
	return asked;
}

function vetHeaders(headers: Headers, upgrade: string | undefined): Headers {
	const kept: Headers = { host: "docker" };
	for (const name of REQUEST_HEADERS) {
		const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
		if (value === undefined) continue;
		if (value.length > VALUE_LIMIT) throw new Refused(431, `the header field ${name} is too long`);
		kept[name] = value;
	}
	return upgrade ? { ...kept, connection: "Upgrade", upgrade } : kept;
}

function vetTarget(target: string): { segments: string[]; path: string; query: string } {
	if (target.length > TARGET_LIMIT) throw new Refused(414, "the address is too long");
	if (!target.startsWith("/")) throw new Refused(400, "the address is no path");
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	if (/[\u0000-\u0020\u007f-\uffff#\\]/.test(target)) throw new Refused(400, "the address has characters that must be encoded");
	const mark = target.indexOf("?");
	const [rawPath, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
	const all = rawPath.slice(1).split("/").map(vetSegment);
	const versioned = /^v\d+\.\d+$/.test(all[0]!);
	const segments = versioned ? all.slice(1) : all;
	if (!RESOURCES.has(segments[0] ?? "")) throw new Refused(404, "page not found");
	return { segments, path: `/${all.map(encodeSegment).join("/")}`, query };
}

function vetSegment(raw: string): string {
	let segment: string;
	try {
		segment = decodeURIComponent(raw);
	} catch {
		throw new Refused(400, "the path is not well encoded");
	}
	if (segment === "") throw new Refused(400, "the path has an empty part");
	if (segment === "." || segment === "..") throw new Refused(400, "the path has a part . or ..");
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	if (/[/\\\u0000-\u001f\u007f]/.test(segment))
		throw new Refused(400, "a part of the path has an encoded slash or control character");
	return segment;
}

/** As Go writes a path: what needs no escape has none. */
const encodeSegment = (segment: string): string =>
	encodeURIComponent(segment).replace(/%(3A|40|24|26|2B|2C|3B|3D)/g, (kept) => decodeURIComponent(kept));
