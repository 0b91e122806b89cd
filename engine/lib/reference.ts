// Names of images, by the grammar of distribution/reference:
//
//     reference  = name [":" tag] ["@" digest]
//     name       = [domain "/"] path
//     domain     = host [":" port]           host = names joined by "." | "[" IPv6 "]"
//     path       = component *("/" component)
//     component  = alnum *(separator alnum)  separator = [_.] | "__" | "-"+
//     tag        = [\w][\w.-]{0,127}
//     digest     = algorithm ":" at least 32 hex digits
//
// What people type is familiar ("busybox"); what programs keep is normalised ("docker.io/library/busybox:latest").

import { digestProblem } from "./digest";
import { invalidParameter } from "./errors";

export interface Reference {
	/** "docker.io", "localhost:5000" */
	domain: string;
	/** "library/busybox" */
	path: string;
	tag?: string;
	digest?: string;
}

const DEFAULT_DOMAIN = "docker.io";
const LEGACY_DOMAIN = "index.docker.io";
const OFFICIAL = "library/";
const NAME_LIMIT = 255;

const label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domain = `(?:${label}(?:\\.${label})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const component = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
const path = `${component}(?:/${component})*`;
const tag = "[\\w][\\w.-]{0,127}";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(`^((?:${domain}/)?${path})(?::(${tag}))?(?:@(${digest}))?$`);
const ANCHORED_NAME = new RegExp(`^(?:(${domain})/)?(${path})$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;
const TAG = new RegExp(`^${tag}$`);

/** As written, without normalising: the domain may be "". @throws EngineError invalidParameter */
export function parseReference(text: string): Reference {
	const match = REFERENCE.exec(text);
	if (!match) {
		if (text === "") throw invalidParameter("repository name must have at least one component");
		if (REFERENCE.test(text.toLowerCase())) throw invalidParameter("repository name must be lowercase");
		throw invalidParameter("invalid reference format");
	}
	const [, name, foundTag, foundDigest] = match;
	const [, foundDomain = "", foundPath] = ANCHORED_NAME.exec(name!) ?? [];
	const reference: Reference = { domain: foundDomain, path: foundPath ?? name! };
	if (reference.path.length > NAME_LIMIT) {
		throw invalidParameter(`repository name must not be more than ${NAME_LIMIT} characters`);
	}
	if (foundTag !== undefined) reference.tag = foundTag;
	if (foundDigest !== undefined) {
		const problem = digestProblem(foundDigest);
		if (problem) throw invalidParameter(problem);
		reference.digest = foundDigest;
	}
	return reference;
}

/** What people type, made whole: "busybox" is docker.io/library/busybox (without a tag). @throws EngineError invalidParameter */
export function parseNormalized(text: string): Reference {
	if (IDENTIFIER.test(text)) {
		throw invalidParameter(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
	}
	const { domain, remainder } = splitDomain(text);
	const colon = remainder.indexOf(":");
	const repository = colon < 0 ? remainder : remainder.slice(0, colon);
	if (repository.toLowerCase() !== repository) {
		throw invalidParameter(`invalid reference format: repository name (${repository}) must be lowercase`);
	}
	try {
		const reference = parseReference(`${domain}/${remainder}`);
		// a host that is no domain would have been taken for a part of the path
		return { ...reference, domain, path: reference.domain === "" ? reference.path.slice(domain.length + 1) : reference.path };
	} catch (error) {
		// the domain is there now, so that nothing is "without components"
		if (text === "") throw invalidParameter("invalid reference format");
		throw error;
	}
}

function splitDomain(text: string): { domain: string; remainder: string } {
	const slash = text.indexOf("/");
	const first = text.slice(0, slash);
	const isDomain = slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
	const given = isDomain ? first : DEFAULT_DOMAIN;
	const remainder = isDomain ? text.slice(slash + 1) : text;
	const domain = given === LEGACY_DOMAIN ? DEFAULT_DOMAIN : given;
	return { domain, remainder: domain === DEFAULT_DOMAIN && !remainder.includes("/") ? OFFICIAL + remainder : remainder };
}

/** A familiar name, or a digest or an id of 64 digits, as `docker inspect` takes. */
export function parseAny(text: string): Reference | { digest: string } {
	if (IDENTIFIER.test(text)) return { digest: `sha256:${text}` };
	if (digestProblem(text) === undefined) return { digest: text };
	return parseNormalized(text);
}

/** docker.io/library/busybox */
export const nameOf = (reference: Reference): string =>
	reference.domain === "" ? reference.path : `${reference.domain}/${reference.path}`;

/** busybox */
export function familiarName(reference: Reference): string {
	if (reference.domain !== DEFAULT_DOMAIN) return nameOf(reference);
	const { path } = reference;
	const short = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
	// library/a/b keeps its prefix: only names of two parts are official
	return short.includes("/") ? path : short;
}
const suffixOf = ({ tag, digest }: Reference): string =>
	(tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);

/** docker.io/library/busybox:latest */
export const formatReference = (reference: Reference): string => nameOf(reference) + suffixOf(reference);
/** busybox:latest */
export const familiarString = (reference: Reference): string => familiarName(reference) + suffixOf(reference);
export const isNameOnly = (reference: Reference): boolean => reference.tag === undefined && reference.digest === undefined;
/** With :latest where it has neither tag nor digest. */
export const tagNameOnly = (reference: Reference): Reference =>
	isNameOnly(reference) ? { ...reference, tag: "latest" } : reference;
export const isTag = (text: string): boolean => TAG.test(text);
export const isRepositoryPath = (text: string): boolean => new RegExp(`^${path}$`).test(text) && text.length <= NAME_LIMIT;
