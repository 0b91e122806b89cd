// The site's pull-through cache: another registry behind /v2, spoken to by the client that containerd pulls with.

import { type RemoteOptions, Repository } from "../../containerd/remotes/repository";
import { fetchDocument, resolve as resolveName } from "../../containerd/remotes/resolve";
import { EngineError } from "../../lib/errors";
import { RegistryError } from "../../registry/errors";
import { ContentCache } from "../../registry/mirror/cache";
import { Mirror, type Upstream } from "../../registry/mirror/mirror";
import { silent } from "../../trace/event";
import { nodeFiles } from "./files";
import { guardedFetch } from "./guarded-fetch";
import { nodeClock } from "./port";

export interface MirrorSettings {
	/** Such as https://registry-1.docker.io. */
	upstream: string;
	username?: string;
	password?: string;
	/** Where what was fetched is kept. */
	folder: string;
	/** Bytes. */
	quota: number;
	maxBlob: number;
	/** Milliseconds. */
	timeout: number;
	tagAge: number;
}

const GB = 1 << 30;
const DEFAULTS = { quota: 10 * GB, maxBlob: 2 * GB, timeout: 30_000, tagAge: 300_000 };

/** From the environment; undefined without an upstream. @throws Error naming the setting that is wrong */
export function mirrorSettings(environment: Record<string, string | undefined>, folder: string): MirrorSettings | undefined {
	const { UPSTREAM_REGISTRY, UPSTREAM_USERNAME, UPSTREAM_PASSWORD } = environment;
	if (!UPSTREAM_REGISTRY) return undefined;
	const upstream = /^https?:\/\//.test(UPSTREAM_REGISTRY) ? UPSTREAM_REGISTRY : `https://${UPSTREAM_REGISTRY}`;
	if (!URL.canParse(upstream)) throw new Error(`UPSTREAM_REGISTRY: ${JSON.stringify(UPSTREAM_REGISTRY)} is no address`);
	const seconds = (name: string, otherwise: number): number => {
		const given = environment[name];
		if (!given) return otherwise;
		if (!/^\d+$/.test(given)) throw new Error(`${name}: ${JSON.stringify(given)} is no number of seconds`);
		return Number(given) * 1000;
	};
	return {
		upstream: new URL(upstream).origin,
		...(UPSTREAM_USERNAME ? { username: UPSTREAM_USERNAME, password: UPSTREAM_PASSWORD ?? "" } : {}),
		folder: environment.UPSTREAM_CACHE || folder,
		quota: bytes(environment, "UPSTREAM_CACHE_SIZE", DEFAULTS.quota),
		maxBlob: bytes(environment, "UPSTREAM_MAX_BLOB", DEFAULTS.maxBlob),
		timeout: seconds("UPSTREAM_TIMEOUT", DEFAULTS.timeout),
		tagAge: seconds("UPSTREAM_TAG_AGE", DEFAULTS.tagAge),
	};
}
/** "512M", "10G", or bytes. */
function bytes(environment: Record<string, string | undefined>, name: string, otherwise: number): number {
	const given = environment[name];
	if (!given) return otherwise;
	const match = /^(\d+)\s*([KMGT]?)i?B?$/i.exec(given.trim());
	if (!match) throw new Error(`${name}: ${JSON.stringify(given)} is no size, such as 512M or 10G`);
	return Number(match[1]) * 1024 ** ["", "K", "M", "G", "T"].indexOf(match[2]!.toUpperCase());
}

export async function openMirror(settings: MirrorSettings): Promise<Mirror> {
	const cache = await ContentCache.open(nodeFiles(settings.folder, { durable: false }), settings.quota, Date.now);
	const { maxBlob, tagAge } = settings;
	return new Mirror(cache, upstreamOf(settings), { maxBlob, tagAge, parallel: 8, now: Date.now });
}

const DOMAIN = "upstream.invalid";

function upstreamOf({ upstream, username, password, timeout }: MirrorSettings): Upstream {
	const options: RemoteOptions = {
		fetch: guardedFetch({ origin: upstream, timeout }),
		hosts: { [DOMAIN]: upstream },
		trace: silent,
		clock: nodeClock,
		...(username ? { auth: { username, password } } : {}),
	};
	const repository = (name: string): Repository => new Repository(DOMAIN, name, options);
	return {
		resolve: (name, tag) =>
			translated({ Tag: tag }, async () => {
				const { descriptor } = await resolveName(repository(name), { domain: DOMAIN, path: name, tag });
				return descriptor.digest;
			}),
		manifest: (name, digest) =>
			translated({ Name: name, Revision: digest }, async () => {
				const { data, descriptor } = await fetchDocument(repository(name), digest);
				return { data, mediaType: descriptor.mediaType };
			}),
		blob: (name, digest) =>
			translated(digest, async () => {
				const { headers, body } = await repository(name).request({ method: "GET", path: `blobs/${digest}`, expect: [200] });
				const length = headers["content-length"];
				return { size: length === undefined ? undefined : Number(length), body };
			}),
	};
}

/** What the upstream refused, as this registry's refusal; credentials that it does not take are not the visitor's affair. */
async function translated<T>(detail: unknown, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof EngineError))
			throw new RegistryError("UNAVAILABLE", undefined, { status: 502, message: String(error) });
		const blob = typeof detail === "string";
		if (error.kind === "notFound" || error.kind === "unauthorized" || error.kind === "forbidden")
			throw new RegistryError(blob ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN", detail);
		if (error.kind === "invalidParameter") throw new RegistryError("MANIFEST_INVALID", error.message);
		if (error.detail?.status === 429) {
			const { said } = error.detail;
			throw new RegistryError("TOOMANYREQUESTS", undefined, typeof said === "string" ? { message: said } : {});
		}
		throw new RegistryError("UNAVAILABLE", undefined, { status: 502, message: `the upstream registry: ${error.message}` });
	}
}
