// --secret and --config of a service: a name, or source=name,target=file,uid=0,gid=0,mode=0444.

import { messageOf } from "../../../lib/errors";
import { parseInteger } from "../../flags/spec";
import { readCsv } from "../csv";

export interface FileReference {
	name: string;
	File: { Name: string; UID: string; GID: string; Mode: number };
}

/** @throws Error as docker's */
export function parseReference(kind: "secret" | "config", text: string): FileReference {
	const fields = readCsv(text);
	const found: FileReference = { name: "", File: { Name: "", UID: "0", GID: "0", Mode: 0o444 } };
	const [only = ""] = fields;
	if (fields.length === 1 && !only.includes("=")) return { name: only, File: { ...found.File, Name: only } };
	for (const field of fields) {
		const at = field.indexOf("=");
		if (at <= 0) throw new Error(`invalid field '${field}' must be a key=value pair`);
		const [key, value] = [field.slice(0, at), field.slice(at + 1)];
		const known = key.toLowerCase();
		if (known === "source" || known === "src") found.name = value;
		else if (known === "target") found.File.Name = value;
		else if (known === "uid") found.File.UID = value;
		else if (known === "gid") found.File.GID = value;
		else if (known === "mode") found.File.Mode = modeOf(value);
		else throw new Error(`invalid field in ${kind} request: ${key}`);
	}
	if (found.name === "") throw new Error("source is required");
	found.File.Name ||= found.name;
	return found;
}
function modeOf(text: string): number {
	try {
		return parseInteger(text, 32, false);
	} catch (error) {
		throw new Error(`invalid mode specified: ${messageOf(error)}`);
	}
}
