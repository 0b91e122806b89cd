// Which of an index's manifests is meant for a platform (containerd's platforms package).

import { invalidParameter, messageOf } from "../../lib/errors";
import { parseJson } from "../../lib/json-problem";
import { isOperatingSystem, verifyPlatform } from "../../lib/platform";
import type { Descriptor, Platform } from "./types";

/** What this machine is. */
export const DEFAULT_PLATFORM: Platform = { os: "linux", architecture: "amd64" };

const ARCHITECTURES: Record<string, [architecture: string, variant?: string]> = {
	x86_64: ["amd64"],
	"x86-64": ["amd64"],
	aarch64: ["arm64"],
	armhf: ["arm", "v7"],
	armel: ["arm", "v6"],
	i386: ["386"],
};

/** What is missing is "". */
export function normalizePlatform({ os = "", architecture = "", variant }: Partial<Platform>): Platform {
	const [name, ofName] = ARCHITECTURES[architecture.toLowerCase()] ?? [architecture.toLowerCase()];
	let kind = variant?.toLowerCase() || ofName;
	if ((name === "arm64" && (kind === "v8" || kind === "8")) || (name === "amd64" && kind === "v1")) kind = undefined;
	if (name === "arm" && kind === undefined) kind = "v7";
	return { os: os.toLowerCase(), architecture: name, ...(kind ? { variant: kind } : {}) };
}

/** "linux/arm/v7". @throws EngineError invalidParameter */
export function parsePlatform(text: string): Platform {
	verifyPlatform(text);
	const parts = text.split("/");
	if (parts.length === 1) {
		const only = parts[0]!.toLowerCase();
		if (isOperatingSystem(only)) return { ...DEFAULT_PLATFORM, os: only };
		return normalizePlatform({ os: DEFAULT_PLATFORM.os, architecture: only });
	}
	return normalizePlatform({ os: parts[0]!, architecture: parts[1]!, variant: parts[2] });
}

/** JSON, as the Engine API's clients write it. @throws EngineError invalidParameter */
export function decodePlatform(json: string): Platform {
	let value: unknown;
	try {
		value = parseJson(json);
	} catch (error) {
		throw invalidParameter(`failed to parse platform: ${messageOf(error)}`);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw invalidParameter(`failed to parse platform: json: cannot unmarshal into Go value of type v1.Platform`);
	const { os, architecture, variant } = value as Partial<Record<keyof Platform, unknown>>;
	for (const [field, one] of Object.entries({ os, architecture, variant }))
		if (one !== undefined && one !== null && typeof one !== "string")
			throw invalidParameter(
				`failed to parse platform: json: cannot unmarshal ${typeof one} into Go struct field Platform.${field} of type string`,
			);
	if (!os || !architecture) throw invalidParameter("both OS and Architecture must be provided");
	return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) } as Platform);
}

export const formatPlatform = ({ os, architecture, variant }: Platform): string =>
	[os, architecture, ...(variant ? [variant] : [])].join("/");

export function matchesPlatform(wanted: Platform, offered: Platform): boolean {
	const a = normalizePlatform(wanted);
	const b = normalizePlatform(offered);
	return a.os === b.os && a.architecture === b.architecture && (a.variant === b.variant || b.variant === undefined);
}

/** Attestations and the like stand in an index as manifests for the platform "unknown". */
export const isAttestation = (manifest: Descriptor): boolean =>
	manifest.platform?.os === "unknown" || manifest.annotations?.["vnd.docker.reference.type"] !== undefined;

/** The manifest for the platform, or undefined. One without a platform fits when nothing better does. */
export function selectManifest(manifests: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
	const candidates = manifests.filter((manifest) => !isAttestation(manifest));
	const exact = candidates.find(
		({ platform }) => platform && formatPlatform(normalizePlatform(platform)) === formatPlatform(normalizePlatform(wanted)),
	);
	return (
		exact ??
		candidates.find(({ platform }) => platform && matchesPlatform(wanted, platform)) ??
		candidates.find(({ platform }) => !platform)
	);
}
