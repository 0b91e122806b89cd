// moby's description of the Engine API (a Swagger 2.0 file) as this suite needs it: operations with their parameters, and answers that
// can be checked against their schemas. The file is not ours and not here: Debian has it in golang-github-docker-docker-dev.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemsIn } from "../../support/json-schema";

const DEBIAN = "/usr/share/gocode/src/github.com/docker/docker/api/swagger.yaml";
/** What reads it, for the system's own Python. */
const YAML = "/usr/lib/python3/dist-packages/yaml/__init__.py";

/** Of another version, when one is named. */
export const description = existsSync(YAML)
	? (process.env.DRYDOCK_SWAGGER ?? (existsSync(DEBIAN) ? DEBIAN : undefined))
	: undefined;

type Schema = Record<string, unknown>;
interface Parameter {
	name: string;
	in: "path" | "query" | "header" | "body";
}
interface Described {
	parameters?: Parameter[];
	responses: Record<string, { schema?: Schema }>;
}
export interface Operation {
	/** "GET /containers/{id}/json" */
	name: string;
	queries: string[];
	statuses: number[];
	/** What is wrong with a body; undefined where a status has no schema. */
	problems(status: number, body: unknown): string[] | undefined;
}
export interface Swagger {
	/** "/v1.41" */
	basePath: string;
	operations: Operation[];
	close(): void;
}

export function readSwagger(file: string): Swagger {
	const convert = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout, default=str)";
	const read = JSON.parse(execFileSync("/usr/bin/python3", ["-c", convert, file], { maxBuffer: 2 ** 26, encoding: "utf8" })) as {
		basePath: string;
		paths: Record<string, Record<string, Described>>;
		definitions: Record<string, Schema>;
	};
	const folder = mkdtempSync(join(tmpdir(), "swagger-"));
	const write = (name: string, schema: unknown): void => writeFileSync(join(folder, name), JSON.stringify(schema));
	write("swagger.json", { definitions: Object.fromEntries(Object.entries(read.definitions).map(([k, v]) => [k, plain(v)])) });
	let files = 0;
	const operations = Object.entries(read.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { parameters = [], responses }]): Operation => {
			const problems = (status: number, body: unknown): string[] | undefined => {
				const schema = responses[status]?.schema;
				if (!schema) return undefined;
				const file = `response-${++files}.json`;
				write(file, plain(schema));
				return problemsIn(body, folder, file);
			};
			const queries = parameters.filter((one) => one.in === "query").map(({ name }) => name);
			return { name: `${method.toUpperCase()} ${path}`, queries, statuses: Object.keys(responses).map(Number), problems };
		}),
	);
	return { basePath: read.basePath, operations, close: () => rmSync(folder, { recursive: true, force: true }) };
}

const CONTAINERS_OF_SCHEMAS = new Set(["properties", "definitions"]);
const DROPPED = new Set([
	"example",
	"examples",
	"readOnly",
	"externalDocs",
	"discriminator",
	"default",
	"description",
	"title",
	"format",
]);

/** Without Swagger's own words: what may be null is said as JSON Schema says it, and so are members of objects that are maps. */
function plain(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(plain);
	if (typeof schema !== "object" || schema === null) return schema;
	const given = schema as Schema;
	if (typeof given.$ref === "string") return { $ref: `swagger.json${given.$ref}` };
	const made: Schema = {};
	for (const [key, value] of Object.entries(given)) {
		if (CONTAINERS_OF_SCHEMAS.has(key))
			made[key] = Object.fromEntries(Object.entries(value as Schema).map(([name, one]) => [name, plain(one)]));
		else if (key === "additionalProperties") {
			if (typeof value === "object") made.patternProperties = { "": plain(value) };
		} else if (!DROPPED.has(key) && !key.startsWith("x-")) made[key] = key === "enum" ? value : plain(value);
	}
	// Go's nil slices and maps are null, which the description leaves unsaid
	const nullable = given["x-nullable"] === true || given.type === "array" || given.type === "object";
	if (nullable && typeof made.type === "string") {
		made.type = [made.type, "null"];
		if (Array.isArray(made.enum)) made.enum = [...made.enum, null];
	}
	return made;
}
