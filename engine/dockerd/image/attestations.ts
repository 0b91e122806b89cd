// GET /images/{name}/attestations: what in-toto statements say of an image, as BuildKit puts them beside it in its index.

import type { AttestationStatement } from "../../api/image";
import { text } from "../../lib/bytes";
import { isKind, messageOf, notFound, systemError } from "../../lib/errors";
import { parseJson } from "../../lib/json-problem";
import { OCI_INDEX } from "../../oci/image/media-types";
import { DEFAULT_PLATFORM, formatPlatform, selectManifest } from "../../oci/image/platform";
import type { Descriptor, Platform } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { resolveImage } from "./names";

const PREDICATE_TYPE = "in-toto.io/predicate-type";

export interface AttestationOptions {
	platform?: Platform;
	/** Which there may be; any where none is named. */
	predicateTypes: readonly string[];
	/** With what each says. */
	statements: boolean;
}

/** @throws EngineError notFound: no such image, none for the platform, or a statement that is not here */
export async function imageAttestations(
	daemon: Daemon,
	typed: string,
	{ platform = DEFAULT_PLATFORM, predicateTypes, statements }: AttestationOptions,
): Promise<AttestationStatement[]> {
	const { target } = await resolveImage(daemon.containerd, typed);
	if (target.mediaType !== OCI_INDEX) return [];
	const { manifests } = await daemon.content.index(target);
	const image = selectManifest(manifests, platform);
	if (!image) throw notFound(`no manifest for platform ${formatPlatform(platform)}`);
	const attestation = manifests.find(
		({ annotations = {} }) =>
			annotations["vnd.docker.reference.type"] === "attestation-manifest" &&
			annotations["vnd.docker.reference.digest"] === image.digest,
	);
	if (!attestation) return [];
	const [{ manifest } = {}] = await daemon.content.manifests(attestation);
	if (!manifest) throw notFound(`content ${attestation.digest}: not found`);
	const wanted = manifest.layers.filter(({ annotations = {} }) => {
		const type = annotations[PREDICATE_TYPE] ?? "";
		return type !== "" && (predicateTypes.length === 0 || predicateTypes.includes(type));
	});
	return Promise.all(
		wanted.map(async (Descriptor) => ({
			Descriptor,
			PredicateType: Descriptor.annotations![PREDICATE_TYPE]!,
			...(statements ? { Statement: await statementOf(daemon, Descriptor) } : {}),
		})),
	);
}

async function statementOf(daemon: Daemon, { digest }: Descriptor): Promise<unknown> {
	try {
		return parseJson(text(await daemon.content.bytes(digest)));
	} catch (error) {
		if (isKind(error, "notFound")) {
			throw notFound(`attestation statement ${digest} is not available locally: ${messageOf(error)}`);
		}
		throw systemError(`failed to read attestation statement ${digest}: ${messageOf(error)}`);
	}
}
