// Images in the table that docker had up to 28, and still has where --format or the like asks for it.

import { familiarName, parseNormalized } from "../../lib/reference";
import { humanDuration, humanSize } from "../../lib/units";
import { row } from "./table";
import type { GoStruct } from "./template/value";
import { goTimeString, truncateId } from "./text";

export interface ImageManifest {
	ID: string;
	Kind: string;
	Available?: boolean;
	Size: { Content: number; Total: number };
	ImageData?: {
		Platform: { os: string; architecture: string; variant?: string };
		Containers?: string[] | null;
		Size?: { Unpacked: number };
	};
}
export interface ImageSummary {
	Id: string;
	RepoTags: string[] | null;
	RepoDigests: string[] | null;
	/** Seconds since 1970. */
	Created: number;
	Size: number;
	SharedSize: number;
	/** How many containers use it; -1 when not counted. */
	Containers: number;
	Manifests?: ImageManifest[];
}

export const IMAGE_HEADERS = {
	ID: "IMAGE ID",
	Repository: "REPOSITORY",
	Tag: "TAG",
	Digest: "DIGEST",
	CreatedSince: "CREATED",
	CreatedAt: "CREATED AT",
	Size: "SIZE",
	Containers: "CONTAINERS",
	SharedSize: "SHARED SIZE",
	UniqueSize: "UNIQUE SIZE",
};

const CREATED = "{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}";
const TABLE = `table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t${CREATED}\\t{{.Size}}`;
const TABLE_WITH_DIGESTS = `table {{.Repository}}\\t{{.Tag}}\\t{{.Digest}}\\t{{.ID}}\\t${CREATED}\\t{{.Size}}`;
const raw = (digest: boolean): string => `repository: {{ .Repository }}
tag: {{.Tag}}
${digest ? "digest: {{.Digest}}\n" : ""}image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}
`;

export function imageFormat(source: string, quiet: boolean, digest: boolean): string {
	if (source === "table") return quiet ? "{{.ID}}" : digest ? TABLE_WITH_DIGESTS : TABLE;
	if (source === "raw") return quiet ? "image_id: {{.ID}}" : raw(digest);
	return source.startsWith("table") && digest && !source.includes("{{.Digest}}") ? `${source}\t{{.Digest}}` : source;
}

export interface ImageRowOptions {
	format: string;
	trunc: boolean;
	digests: boolean;
	/** Milliseconds since 1970. */
	now: number;
}

/** A row for each name of each image. */
export function imageRows(images: readonly ImageSummary[], options: ImageRowOptions): GoStruct[] {
	const withDigest = options.digests || options.format.includes("{{.Digest}}");
	return images.flatMap((image) =>
		namesOf(image, withDigest, options.digests).map(([repository, tag, digest]) =>
			imageRow(image, repository, tag, digest, options),
		),
	);
}

type Name = [repository: string, tag: string, digest: string];
const NONE = "<none>";

function namesOf(image: ImageSummary, withDigest: boolean, digestRows: boolean): Name[] {
	const tags = group(image.RepoTags ?? [], (text) => parseNormalized(text).tag);
	const digests = group(image.RepoDigests ?? [], (text) => parseNormalized(text).digest);
	if (tags.size === 0 && digests.size === 0) return [[NONE, NONE, NONE]];
	const names: Name[] = [];
	for (const [repository, all] of tags) {
		const known = (withDigest && digests.get(repository)) || [NONE];
		digests.delete(repository);
		for (const tag of all) for (const digest of known) names.push([repository, tag, digest]);
	}
	for (const [repository, all] of digests)
		if (digestRows) for (const digest of all) names.push([repository, NONE, digest]);
		else names.push([repository, NONE, ""]);
	return names;
}

function group(names: readonly string[], partOf: (name: string) => string | undefined): Map<string, string[]> {
	const groups = new Map<string, string[]>();
	for (const name of names) {
		try {
			const part = partOf(name);
			const repository = familiarName(parseNormalized(name));
			if (part) groups.set(repository, [...(groups.get(repository) ?? []), part]);
		} catch {
			// <none>:<none> of older daemons is no name
		}
	}
	return groups;
}

/** The first second of year 1, which is Go's zero time: nobody said when. */
const NEVER = -62_135_596_800;

export function imageRow(
	image: ImageSummary,
	repository: string,
	tag: string,
	digest: string,
	{ trunc, now }: { trunc: boolean; now: number },
): GoStruct {
	const size = (value: number): string => (value === -1 ? "N/A" : humanSize(value));
	return row("*formatter.imageContext", {
		ID: () => (trunc ? truncateId(image.Id) : image.Id),
		Repository: () => repository,
		Tag: () => tag,
		Digest: () => digest,
		CreatedSince: () => (image.Created === NEVER ? "" : `${humanDuration(now / 1000 - image.Created)} ago`),
		CreatedAt: () => goTimeString(image.Created),
		Size: () => humanSize(image.Size, 3),
		Containers: () => (image.Containers === -1 ? "N/A" : String(image.Containers)),
		SharedSize: () => size(image.SharedSize),
		UniqueSize: () => (image.Size === -1 || image.SharedSize === -1 ? "N/A" : humanSize(image.Size - image.SharedSize)),
	});
}
