// JSON Schema, as far as the OCI's schemas and the Engine API's description use it (draft 4). A keyword that is not known here is an error, so that nothing is passed over.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

type Schema = Record<string, unknown>;
/** What only describes, and formats, which drafts leave to taste. */
const ANNOTATIONS = new Set(["$schema", "id", "$id", "description", "title", "definitions", "format", "media", "default"]);
type Check = (value: unknown, given: never, validate: (schema: Schema, value: unknown, at?: string) => string[]) => string[];
const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
const typeOf = (value: unknown): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);
const no = (fine: boolean, problem: string): string[] => (fine ? [] : [problem]);

const CHECKS: Record<string, Check> = {
	type: (value, types: string | string[]) => {
		const fits = (type: string): boolean => (type === "integer" ? Number.isInteger(value) : typeOf(value) === type);
		return no([types].flat().some(fits), `is ${typeOf(value)}, not ${types}`);
	},
	required: (value, names: string[]) =>
		isObject(value) ? names.filter((name) => !(name in value)).map((name) => `has no ${name}`) : [],
	properties: (value, of: Record<string, Schema>, validate) =>
		isObject(value) ? Object.entries(of).flatMap(([name, one]) => (name in value ? validate(one, value[name], name) : [])) : [],
	patternProperties: (value, of: Record<string, Schema>, validate) =>
		Object.entries(isObject(value) ? value : {}).flatMap(([name, member]) =>
			Object.entries(of).flatMap(([pattern, one]) => (new RegExp(pattern).test(name) ? validate(one, member, name) : [])),
		),
	items: (value, of: Schema, validate) => (Array.isArray(value) ? value.flatMap((one, at) => validate(of, one, String(at))) : []),
	enum: (value, all: unknown[]) =>
		no(
			all.some((one) => JSON.stringify(one) === JSON.stringify(value)),
			`${JSON.stringify(value)} is none of ${JSON.stringify(all)}`,
		),
	pattern: (value, pattern: string) =>
		no(typeof value !== "string" || new RegExp(pattern).test(value), `${value} is not like ${pattern}`),
	minimum: (value, least: number) => no(typeof value !== "number" || value >= least, `${value} is less than ${least}`),
	maximum: (value, most: number) => no(typeof value !== "number" || value <= most, `${value} is more than ${most}`),
	minLength: (value, least: number) =>
		no(typeof value !== "string" || value.length >= least, `${value} is shorter than ${least}`),
	maxLength: (value, most: number) => no(typeof value !== "string" || value.length <= most, `${value} is longer than ${most}`),
	maxItems: (value, most: number) => no(!Array.isArray(value) || value.length <= most, `has more than ${most} items`),
	minItems: (value, least: number) => no(!Array.isArray(value) || value.length >= least, `has less than ${least} items`),
	uniqueItems: (value) =>
		no(!Array.isArray(value) || new Set(value.map((one) => JSON.stringify(one))).size === value.length, "has doubles"),
	anyOf: (value, all: Schema[], validate) =>
		no(
			all.some((one) => validate(one, value).length === 0),
			"fits none of anyOf",
		),
	allOf: (value, all: Schema[], validate) => all.flatMap((one) => validate(one, value)),
	oneOf: (value, all: Schema[], validate) =>
		no(all.filter((one) => validate(one, value).length === 0).length === 1, "does not fit exactly one of oneOf"),
	not: (value, one: Schema, validate) => no(validate(one, value).length > 0, "fits what it must not"),
};

/** Answers what is wrong, a line each; nothing for a good document. References lead to files of the same folder, by their last part. */
export function problemsIn(document: unknown, folder: string, file: string): string[] {
	const files = new Map<string, Schema>();
	const load = (name: string): Schema => {
		const known = files.get(name) ?? (JSON.parse(readFileSync(join(folder, name), "utf8")) as Schema);
		files.set(name, known);
		return known;
	};
	const check = (schema: Schema, value: unknown, within: string, path: string): string[] => {
		if (typeof schema.$ref === "string") {
			const [other = "", pointer = ""] = schema.$ref.split("#");
			const target = other === "" ? within : basename(other);
			let at: unknown = load(target);
			for (const part of pointer.split("/").filter(Boolean)) at = (at as Schema)[part];
			if (!isObject(at)) throw new Error(`${within}: ${schema.$ref} leads nowhere`);
			return check(at, value, target, path);
		}
		const validate = (one: Schema, member: unknown, name?: string): string[] =>
			check(one, member, within, name === undefined ? path : `${path}/${name}`);
		return Object.entries(schema).flatMap(([keyword, given]) => {
			if (ANNOTATIONS.has(keyword)) return [];
			const rule = CHECKS[keyword];
			if (!rule) throw new Error(`${within}: the keyword ${keyword} is not known`);
			return rule(value, given as never, validate).map((problem) =>
				problem.startsWith("/") ? problem : `${path || "/"}: ${problem}`,
			);
		});
	};
	return check(load(file), document, file, "");
}
