// What POST /build is asked for: its parameters, read and checked.

import type { RunResources } from "../../builder/types";
import type { RegistryAuth } from "../../containerd/api";
import { decodeBase64 } from "../../lib/base64";
import { text } from "../../lib/bytes";
import { invalidParameter, notImplemented } from "../../lib/errors";
import type { Request } from "../../lib/http/types";
import { parseNormalized, type Reference } from "../../lib/reference";
import { parseTarget } from "../image/names";

export interface BuildRequest {
	/** 2: BuildKit. */
	version: 1 | 2;
	/** Of the Dockerfile in the context; "" where none was named. */
	dockerfile: string;
	/** A URL instead of a body. */
	remote: string;
	tags: Reference[];
	buildArgs: Record<string, string>;
	labels: Record<string, string>;
	target: string;
	platform: string;
	noCache: boolean;
	noCacheFilter: string[];
	cacheFrom: string[];
	pull: boolean;
	/** The id alone, at the end. */
	quiet: boolean;
	remove: boolean;
	forceRemove: boolean;
	network: string;
	extraHosts: string[];
	shmSize: number;
	ulimits: Array<{ Name: string; Soft: number; Hard: number }>;
	cgroupParent: string;
	resources: RunResources;
	/** "image", or what is sent back: "tar", "local". */
	output: "image" | "files" | "none";
	/** Of this engine's client: named contexts, entitlements, and whether the Dockerfile is only checked. */
	contexts: Record<string, string>;
	allow: string[];
	check: boolean;
	/** Of the image's manifest. */
	annotations: Record<string, string>;
	describe: "targets" | "outline" | undefined;
	secrets: Record<string, Uint8Array>;
	auth(reference: string): RegistryAuth | undefined;
}

const NO_SESSION =
	"this host's builder has no sessions (BuildKit's gRPC): the context is sent as a tar. Build with DOCKER_BUILDKIT=0";

/** @throws EngineError invalidParameter, notImplemented */
export function readBuildRequest({ query, headers }: Request): BuildRequest {
	const get = (name: string): string => query.get(name) ?? "";
	const number = (name: string): number => {
		const value = Number(get(name) || 0);
		return Number.isSafeInteger(value) ? value : 0;
	};
	const version = get("version") === "2" ? 2 : 1;
	if (!["", "1", "2"].includes(get("version"))) throw invalidParameter(`invalid version: ${get("version")}`);
	if (get("session") !== "" || get("remote") === "client-session") throw notImplemented(NO_SESSION);
	if (get("remote") === "upload-request" || get("buildid").startsWith("upload-request:")) throw notImplemented(NO_SESSION);
	if (query.flag("squash")) throw invalidParameter("squash is only supported with experimental mode");
	if (get("isolation") !== "" && get("isolation") !== "default") {
		throw invalidParameter(`Unsupported isolation: ${JSON.stringify(get("isolation"))}`);
	}
	if (query.all("securityopt").length > 0 && get("securityopt") !== "[]" && get("securityopt") !== "null") {
		throw invalidParameter("The daemon on this platform does not support setting security options on build");
	}
	const remove = query.flag("forcerm") || get("rm") === "" || query.flag("rm");
	return {
		version,
		dockerfile: get("dockerfile"),
		remote: get("remote"),
		tags: query.all("t").flatMap((name) => (name === "" ? [] : [parseTarget(name, "")])),
		buildArgs: pairs(get("buildargs"), "build args"),
		labels: pairs(get("labels"), "labels"),
		target: get("target"),
		platform: get("platform"),
		noCache: query.flag("nocache"),
		noCacheFilter: list(get("nocachefilter"), "no-cache filters"),
		cacheFrom: list(get("cachefrom"), "cache-from images"),
		pull: query.flag("pull"),
		quiet: query.flag("q"),
		remove,
		forceRemove: query.flag("forcerm"),
		network: get("networkmode"),
		extraHosts: query.all("extrahosts"),
		shmSize: number("shmsize"),
		ulimits: json<BuildRequest["ulimits"]>(get("ulimits"), "ulimit settings", []),
		cgroupParent: get("cgroupparent"),
		resources: {
			memory: number("memory") || undefined,
			memorySwap: number("memswap") || undefined,
			cpuShares: number("cpushares") || undefined,
			cpuPeriod: number("cpuperiod") || undefined,
			cpuQuota: number("cpuquota") || undefined,
			cpusetCpus: get("cpusetcpus") || undefined,
			cpusetMems: get("cpusetmems") || undefined,
		},
		output: outputOf(get("outputs"), version),
		contexts: pairs(get("contexts"), "contexts"),
		allow: list(get("allow"), "entitlements"),
		check: query.flag("check"),
		annotations: pairs(get("annotations"), "annotations"),
		describe: (["targets", "outline"] as const).find((what) => what === get("describe")),
		secrets: secretsOf(headers["x-build-secrets"]),
		auth: registries(headers["x-registry-config"]),
	};
}

function json<T>(value: string, what: string, otherwise: T): T {
	if (value === "") return otherwise;
	try {
		return (JSON.parse(value) as T | null) ?? otherwise;
	} catch (error) {
		throw invalidParameter(`error reading ${what}: ${(error as Error).message}`);
	}
}
/** null: an argument without a value, whose default holds. */
function pairs(value: string, what: string): Record<string, string> {
	const entries = Object.entries(json<Record<string, unknown>>(value, what, {}));
	return Object.fromEntries(entries.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}
const list = (value: string, what: string): string[] => {
	const values = json<unknown[]>(value, what, []);
	return Array.isArray(values) ? values.filter((one): one is string => typeof one === "string") : [];
};

function outputOf(value: string, version: 1 | 2): BuildRequest["output"] {
	const outputs = json<Array<{ Type?: string }>>(value, "outputs", []);
	if (outputs.length === 0) return "image";
	if (version === 1) throw invalidParameter("outputs are only supported with BuildKit");
	if (outputs.length > 1) throw invalidParameter("multiple outputs not supported");
	const type = outputs[0]!.Type ?? "";
	if (type === "" || type === "moby" || type === "image" || type === "docker") return "image";
	if (type === "local" || type === "tar") return "files";
	if (type === "cacheonly") return "none";
	throw notImplemented(`exporter ${JSON.stringify(type)} could not be found`);
}

/** X-Build-Secrets, of this engine's client: base64 of a JSON object, id → content in base64. @throws EngineError invalidParameter */
function secretsOf(header: string | undefined): Record<string, Uint8Array> {
	if (!header) return {};
	try {
		const given = JSON.parse(text(decodeBase64(header))) as Record<string, string>;
		return Object.fromEntries(Object.entries(given).map(([id, content]) => [id, decodeBase64(content)]));
	} catch (error) {
		throw invalidParameter(`error reading secrets: ${(error as Error).message}`);
	}
}

/** X-Registry-Config: credentials by registry. */
function registries(header: string | undefined): BuildRequest["auth"] {
	let known: Record<string, RegistryAuth> = {};
	try {
		if (header) known = (JSON.parse(text(decodeBase64(header))) as Record<string, RegistryAuth> | null) ?? {};
	} catch {
		// what cannot be read counts as none
	}
	return (reference) => {
		const { domain } = parseNormalized(reference);
		const auth = known[domain === "docker.io" ? "https://index.docker.io/v1/" : domain] ?? known[`https://${domain}`];
		return auth && (auth.username || auth.identitytoken) ? auth : undefined;
	};
}
