// Which repositories of a registry are known to have a blob: containerd's label containerd.io/distribution.source.DOMAIN, with
// repositories and commas between.

import { SOURCE_LABEL } from "../api";
import type { ContentStore } from "../content/store";

const labelOf = (domain: string): string => SOURCE_LABEL + domain;
/** More than anybody mounts from. */
const KEPT = 16;

export const sourceLabel = (domain: string, path: string): Record<string, string> => ({ [labelOf(domain)]: path });

export const sourcesOf = (labels: Record<string, string>, domain: string): string[] =>
	(labels[labelOf(domain)] ?? "").split(",").filter((source) => source !== "");

export async function addSource(content: ContentStore, digest: string, domain: string, path: string): Promise<void> {
	const known = sourcesOf(content.info(digest).labels, domain);
	if (known.includes(path)) return;
	await content.label(digest, { [labelOf(domain)]: [...known, path].slice(-KEPT).join(",") });
}
