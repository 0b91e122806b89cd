// Where an image came from, as this daemon knows it: repositories that it was pulled from or pushed to, and builds. Nobody signs here.

import type { ImageIdentity } from "../../api/image";
import { type Descriptor, SOURCE_LABEL } from "../../containerd/api";
import { isKind } from "../../lib/errors";
import { nameOf, parseNormalized } from "../../lib/reference";
import type { Daemon } from "../daemon/daemon";

/** moby's, on what a build made: …REF, with {"CreatedAt": time}. */
const BUILD = "moby/build.ref.";

/** What is put on the content of an image that a build has made. */
export const buildLabel = (ref: string, CreatedAt: string): Record<string, string> => ({
	[BUILD + ref]: JSON.stringify({ CreatedAt }),
});

/** undefined where nothing is known. */
export async function imageIdentity(daemon: Daemon, { digest }: Descriptor): Promise<ImageIdentity | undefined> {
	const labels = await labelsOf(daemon, digest);
	const Pull = [...new Set(labels.flatMap(repositories))].sort().map((Repository) => ({ Repository }));
	const Build = labels
		.flatMap(([name, value]) => (name.startsWith(BUILD) ? buildOf(name.slice(BUILD.length), value) : []))
		.sort((a, b) => (a.Ref < b.Ref ? -1 : 1));
	if (Pull.length + Build.length === 0) return undefined;
	return { ...(Pull.length > 0 ? { Pull } : {}), ...(Build.length > 0 ? { Build } : {}) };
}

async function labelsOf(daemon: Daemon, digest: string): Promise<Array<[name: string, value: string]>> {
	try {
		return Object.entries((await daemon.containerd["content.info"]({ digest })).labels);
	} catch (error) {
		if (isKind(error, "notFound")) return [];
		throw error;
	}
}

function repositories([name, value]: [name: string, value: string]): string[] {
	if (!name.startsWith(SOURCE_LABEL)) return [];
	const domain = name.slice(SOURCE_LABEL.length);
	return value.split(",").flatMap((path) => {
		try {
			return [nameOf(parseNormalized(`${domain}/${path}`))];
		} catch {
			return [];
		}
	});
}

function buildOf(Ref: string, value: string): Array<{ Ref: string; CreatedAt: string }> {
	try {
		const { CreatedAt } = JSON.parse(value) as { CreatedAt?: unknown };
		return typeof CreatedAt === "string" ? [{ Ref, CreatedAt }] : [];
	} catch {
		return [];
	}
}
