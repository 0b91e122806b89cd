// docker manifest inspect: a manifest or a list of them as the registry has it.

import { encodeBase64 } from "../../../lib/base64";
import { text } from "../../../lib/bytes";
import { digestOf } from "../../../lib/digest";
import { familiarString, parseNormalized, type Reference, tagNameOnly } from "../../../lib/reference";
import { type RegistryClient, registryClient } from "../../client/registry";
import { describe } from "../../describe";
import { bool } from "../../flags/spec";
import { between, type Call, command, type Group } from "../command";

const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const LISTS = ["application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json"];

interface Manifest {
	mediaType?: string;
	schemaVersion: number;
	config?: { digest: string };
	manifests?: Descriptor[];
}
interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
	platform?: Record<string, unknown>;
}
interface Fetched {
	bytes: Uint8Array;
	manifest: Manifest;
	mediaType: string;
}

async function fetchManifest(registry: RegistryClient, shown: string, name: string): Promise<Fetched> {
	const answer = await registry.manifest(name).catch((error: unknown) => {
		const words = `Get "https://${registry.domain}/v2/": ${describe(error)}`;
		throw new Error(`failed to configure transport: error pinging v2 registry: ${words}`);
	});
	if (answer.status === 401 || answer.status === 403) throw new Error("unauthorized: authentication required");
	if (answer.status !== 200) throw new Error(`no such manifest: ${shown}`);
	const manifest = JSON.parse(text(answer.bytes)) as Manifest;
	const mediaType = (manifest.mediaType ?? answer.headers["content-type"] ?? "").split(";")[0]!;
	return { bytes: answer.bytes, manifest, mediaType };
}

/** The platform that the image's configuration tells. */
async function platformOf(registry: RegistryClient, { manifest }: Fetched): Promise<Record<string, unknown> | undefined> {
	if (!manifest.config) return undefined;
	const blob = await registry.blob(manifest.config.digest);
	if (blob.status !== 200) return undefined;
	const config = JSON.parse(text(blob.bytes)) as Record<string, unknown>;
	const told = { architecture: config.architecture, os: config.os, "os.version": config["os.version"], variant: config.variant };
	return Object.fromEntries(Object.entries(told).filter(([, value]) => value));
}

function described(ref: string, one: Fetched, digest: string, platform: Record<string, unknown> | undefined): unknown {
	const kind = one.mediaType === OCI_MANIFEST ? "OCIManifest" : "SchemaV2Manifest";
	return {
		Ref: ref,
		Descriptor: { mediaType: one.mediaType, digest, size: one.bytes.length, ...(platform ? { platform } : {}) },
		Raw: encodeBase64(one.bytes),
		[kind]: one.manifest,
	};
}

const OPTIONS = {
	insecure: bool("Speak plain HTTP with a registry that has no TLS"),
	verbose: bool("Show layers and platforms, too", "v"),
};
const inspect = command({
	name: "inspect",
	synopsis: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
	summary: "Display an image manifest, or manifest list",
	options: OPTIONS,
	args: between(1, 2),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const reference = tagNameOnly(parseNormalized(args.at(-1)!));
		const shown = familiarString(reference);
		if (args.length === 2) throw new Error(`no such manifest: ${shown}: this client keeps no manifest lists of its own`);
		const registry = await registryClient(cli, reference, options.insecure);
		const found = await fetchManifest(registry, shown, nameOrDigest(reference));
		const list = LISTS.includes(found.mediaType);
		if (!options.verbose) {
			const indent = list ? 3 : "\t";
			return cli.out.line(JSON.stringify(list ? withoutOwn(found.manifest) : found.manifest, null, indent));
		}
		if (!list) {
			const digest = await digestOf(found.bytes);
			return cli.out.line(JSON.stringify(described(shown, found, digest, await platformOf(registry, found)), null, "\t"));
		}
		const all: unknown[] = [];
		for (const { digest, mediaType, platform } of found.manifest.manifests ?? []) {
			if (mediaType !== DOCKER_MANIFEST && mediaType !== OCI_MANIFEST) continue;
			const one = await fetchManifest(registry, `${shown}@${digest}`, digest);
			all.push(described(`${shown}@${digest}`, one, digest, platform));
		}
		await cli.out.line(JSON.stringify(all, null, "\t"));
	},
});

const nameOrDigest = (reference: Reference): string => reference.digest ?? reference.tag ?? "latest";

/** docker makes a list of its own from what it read: the parts that its kind of list has. */
function withoutOwn({ schemaVersion, mediaType, manifests }: Manifest): unknown {
	return {
		schemaVersion,
		mediaType,
		manifests: (manifests ?? []).map(({ mediaType: type, size, digest, platform }) => ({
			mediaType: type,
			size,
			digest,
			platform,
		})),
	};
}

export const manifest: Group = {
	name: "manifest",
	synopsis: "COMMAND",
	summary: "Manage Docker image manifests and manifest lists",
	description: "Look at manifests and lists of manifests in a registry. The client asks the registry itself.",
	commands: [inspect],
};
