import { describe, expect, it } from "vitest";
import { utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { goJson } from "../../../engine/lib/json";
import { readVerified } from "../../../engine/oci/cas/read";
import { chainId, chainIds } from "../../../engine/oci/image/chain-id";
import { detectMediaType, parseDocument, parseIndex, parseManifest } from "../../../engine/oci/image/parse";
import { formatPlatform, parsePlatform, selectManifest } from "../../../engine/oci/image/platform";

const digest = (n: number) => `sha256:${String(n).repeat(64)}`;

describe("chain ids", () => {
	it("are those of the image specification", () => {
		expect(chainId([])).toBe("");
		expect(chainIds([digest(1), digest(2), digest(3)])).toEqual([
			digest(1),
			digestOf(`${digest(1)} ${digest(2)}`),
			digestOf(`${digestOf(`${digest(1)} ${digest(2)}`)} ${digest(3)}`),
		]);
	});
});

describe("platforms", () => {
	it.each([
		["linux/amd64", "linux/amd64"],
		["linux/x86_64", "linux/amd64"],
		["linux/arm64/v8", "linux/arm64"],
		["linux/arm", "linux/arm/v7"],
		["amd64", "linux/amd64"],
	])("reads %s as %s", (text, expected) => expect(formatPlatform(parsePlatform(text))).toBe(expected));
	it("chooses from an index, and never an attestation", () => {
		const of = (architecture: string, variant?: string, annotations?: Record<string, string>) => ({
			mediaType: "m",
			digest: digest(1),
			size: 1,
			platform: { os: architecture === "unknown" ? "unknown" : "linux", architecture, variant },
			annotations,
		});
		const manifests = [of("unknown"), of("arm64", "v8"), of("amd64")];
		expect(selectManifest(manifests, { os: "linux", architecture: "amd64" })).toBe(manifests[2]);
		expect(selectManifest(manifests, { os: "linux", architecture: "arm64" })).toBe(manifests[1]);
		expect(selectManifest(manifests, { os: "linux", architecture: "s390x" })).toBeUndefined();
	});
});

describe("documents", () => {
	const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest(1), size: 3 };
	const bad: Array<[name: string, value: unknown, message: string]> = [
		["no JSON", undefined, "invalid manifest: "],
		["a list", [], "not an object"],
		["no config", { layers: [] }, "config: not a descriptor"],
		["a bad digest", { config: { ...config, digest: "sha256:12" }, layers: [] }, "invalid checksum digest length"],
		["a negative size", { config: { ...config, size: -1 }, layers: [] }, "invalid size -1"],
		["manifest and index in one", { config, layers: [], manifests: [] }, "it has manifests"],
	];
	it.each(bad)("refuses %s", (_name, value, message) => {
		expect(() => parseManifest(utf8(value === undefined ? "{" : JSON.stringify(value)))).toThrow(message);
	});
	it("refuses types that are no image's, in containerd's words", () => {
		expect(() => parseIndex(utf8(JSON.stringify({ manifests: [], layers: [] })))).toThrow("it has layers");
		expect(() => parseDocument(utf8("{}"), "text/html")).toThrow(
			"unsupported manifest media type and no default available: text/html",
		);
		expect(() => parseDocument(utf8("{}"), "application/vnd.docker.distribution.manifest.v1+prettyjws")).toThrow(
			"no longer supported",
		);
		expect(detectMediaType(utf8('{"schemaVersion":2,"manifests":[]}'))).toBe("application/vnd.oci.image.index.v1+json");
	});
});

describe("content by digest", () => {
	it("is what its digest says, or an error", async () => {
		const bytes = utf8("content");
		expect(await readVerified([bytes], digestOf(bytes), 7)).toEqual(bytes);
		await expect(readVerified([bytes], digest(1))).rejects.toMatchObject({ kind: "dataLoss" });
		await expect(readVerified([bytes], digestOf(bytes), 6)).rejects.toThrow("unexpected commit size 7, expected 6");
		await expect(readVerified([bytes.subarray(1)], digestOf(bytes), 7)).rejects.toThrow("unexpected commit size 6");
	});
	it("has JSON as Go writes it", () =>
		expect(goJson({ b: "<&>", a: undefined, c: 1 })).toBe('{"b":"\\u003c\\u0026\\u003e","c":1}'));
});
