// --secret: a file's or a variable's content, which goes to the builder in a header.

import { encodeBase64 } from "../../../lib/base64";
import { utf8 } from "../../../lib/bytes";
import { exists, readFile } from "../../../lib/files";
import type { Cli } from "../../cli";
import { readCsv } from "../../opts/csv";

/** BuildKit takes no larger ones. */
const MOST = 500 * 1024;

/** "id=NAME", "id=NAME,src=FILE", "id=NAME,env=VARIABLE", each perhaps with type=file or type=env. @throws Error in buildx's words */
export async function secretHeader(cli: Cli, given: readonly string[]): Promise<Record<string, string>> {
	if (given.length === 0) return {};
	const secrets: Record<string, string> = {};
	for (const entry of given) {
		const { id, content } = await secretOf(cli, entry);
		if (content.length > MOST) throw new Error(`invalid secret size ${content.length}, max size is 500KB`);
		secrets[id] = encodeBase64(content);
	}
	return { "x-build-secrets": encodeBase64(utf8(JSON.stringify(secrets))) };
}

async function secretOf(cli: Cli, entry: string): Promise<{ id: string; content: Uint8Array }> {
	const known: Record<string, string> = { id: "", src: "", env: "", type: "" };
	for (const field of readCsv(entry)) {
		const equals = field.indexOf("=");
		if (equals < 0) throw new Error(`invalid field '${field}' must be a key=value pair`);
		const key = field
			.slice(0, equals)
			.toLowerCase()
			.replace(/^source$/, "src");
		if (!(key in known)) throw new Error(`unexpected key '${key}' in '${field}'`);
		known[key] = field.slice(equals + 1);
	}
	let { id = "", src = "", env = "", type = "" } = known;
	if (type !== "" && type !== "file" && type !== "env") throw new Error(`unsupported secret type ${JSON.stringify(type)}`);
	if (type === "env" && env === "") [env, src] = [src, ""];
	if (id === "") throw new Error("secret missing ID");
	// the name alone: a variable of that name, or else a file
	if (env === "" && src === "") {
		if (type !== "file" && cli.env[id] !== undefined) env = id;
		else src = id;
	}
	if (env !== "") return { id, content: utf8(cli.env[env] ?? "") };
	if (!(await exists(cli.sys, src))) throw new Error(`failed to stat ${src}: stat ${src}: no such file or directory`);
	return { id, content: await readFile(cli.sys, src) };
}
