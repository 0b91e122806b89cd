// The catalogue of what the site gives out: each image's and the host's packages with versions, licences and where their sources are.

import { type Deb, fieldOf } from "./deb";

export interface Catalogue {
	images: CatalogueEntry[];
	/** What the machine's host has besides. */
	host: CataloguePackage[];
}
export interface CatalogueEntry {
	name: string;
	/** The image whose packages it has too. */
	base?: string;
	/** Its own, by name. */
	packages: CataloguePackage[];
}
export interface CataloguePackage {
	name: string;
	version: string;
	/** Short names out of debian/copyright, the whole work's first; none where the file has no such names. */
	licences: string[];
	/** Where its sources can be read. */
	source: string;
}

export const catalogued = (debs: Iterable<Deb>): CataloguePackage[] =>
	[...debs]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.map((deb) => ({ name: deb.name, version: deb.version, licences: licencesOf(deb.notice ?? ""), source: sourceOf(deb) }));

/** "Source: NAME (VERSION)" where they differ from the package's own; a rebuild of the binary (+b1) has the same source. */
function sourceOf({ name, version, control }: Deb): string {
	const [, source = name, given = version.replace(/\+b\d+$/, "")] =
		/^(\S+)(?: \((\S+)\))?$/.exec(fieldOf(control, "Source") ?? name) ?? [];
	return `https://sources.debian.org/src/${source}/${given}/`;
}

/** Of a machine-readable file (DEP 5) its fields License; of others the common licences that they point to. */
export function licencesOf(notice: string): string[] {
	const names = /^Format:/m.test(notice)
		? [...notice.matchAll(/^License:[ \t]*(\S[^\n]*)$/gm)].map(([, name]) => name!.trim())
		: [...notice.matchAll(/common-licenses\/([A-Za-z]+-[\d.]*\d|[A-Z][A-Za-z]+)/g)].map(([, name]) => name!);
	// a name is a word or some joined by "and" and "or"; anything longer is a text
	return [...new Set(names)].filter((name) => name.length < 40);
}
