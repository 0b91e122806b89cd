// RUN --mount=type=cache,target=/x: a line of comma-separated fields → what it asks for, as BuildKit reads it.

import { invalidParameter } from "../../lib/errors";
import { ramInBytes } from "../../lib/units";
import { suggestion } from "./suggest";

const TYPES = ["bind", "cache", "tmpfs", "secret", "ssh"] as const;
const SHARING = ["shared", "private", "locked"] as const;
const KEYS = [
	"type",
	"from",
	"source",
	"target",
	"readonly",
	"id",
	"sharing",
	"required",
	"size",
	"mode",
	"uid",
	"gid",
	"src",
	"dst",
	"destination",
	"ro",
	"rw",
	"readwrite",
	"env",
];

export interface MountRequest {
	type: (typeof TYPES)[number];
	from: string;
	source: string;
	target: string;
	readonly: boolean;
	size: number;
	id: string;
	sharing: (typeof SHARING)[number] | "";
	required: boolean;
	env?: string;
	mode?: number;
	uid?: number;
	gid?: number;
}

const wrong = (key: string, value: string) => invalidParameter(`invalid value for ${key}: ${value}`);
export function booleanOf(key: string, value: string): boolean {
	if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
	if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
	throw wrong(key, value);
}
function numberOf(key: string, value: string, base: 8 | 10): number {
	const digits = base === 8 ? /^[0-7]+$/ : /^\d+$/;
	if (!digits.test(value) || Number.parseInt(value, base) > 0xffff_ffff) {
		throw invalidParameter(`invalid value ${value} for ${key}`);
	}
	return Number.parseInt(value, base);
}
function oneOf<T extends string>(value: string, list: readonly T[], what: string): T {
	const lower = value.toLowerCase() as T;
	if (list.includes(lower)) return lower;
	throw invalidParameter(`unsupported ${what} ${JSON.stringify(value)}${suggestion(value, list, true)}`);
}

/**
 * @param expand fills in variables; without it only `from` is read, which has none, and the rest is for later
 * @throws EngineError invalidParameter
 */
export function parseMount(text: string, expand?: (value: string) => string): MountRequest {
	const mount: MountRequest = {
		type: "bind",
		from: "",
		source: "",
		target: "",
		readonly: false,
		size: 0,
		id: "",
		sharing: "",
		required: false,
	};
	let access: boolean | undefined;
	for (const field of csvFields(text)) {
		const equals = field.indexOf("=");
		const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
		let value = equals < 0 ? "" : field.slice(equals + 1);
		if (!expand) {
			if (equals < 0 || key !== "from") continue;
			const dollar = value.indexOf("$");
			if (dollar >= 0 && dollar !== value.length - 1) {
				throw invalidParameter("'from' doesn't support variable expansion, define alias stage instead");
			}
			mount.from = value;
			continue;
		}
		if (equals < 0) {
			if (key === "readonly" || key === "ro") access = true;
			else if (key === "readwrite" || key === "rw") access = false;
			else if (key === "required") require(mount, true);
			else throw invalidParameter(`invalid field '${field}' must be a key=value pair`);
			continue;
		}
		value = expand(value);
		if (key === "readonly" || key === "ro") access = booleanOf(key, value);
		else if (key === "readwrite" || key === "rw") access = !booleanOf(key, value);
		else setField(mount, key, value, field);
	}
	if (expand) checkMount(mount);
	mount.readonly = access ?? (mount.type !== "cache" && mount.type !== "tmpfs");
	return mount;
}

function require(mount: MountRequest, required: boolean): void {
	if (mount.type !== "secret" && mount.type !== "ssh") {
		throw invalidParameter(`unexpected key 'required' for mount type '${mount.type}'`);
	}
	mount.required = required;
}

function setField(mount: MountRequest, key: string, value: string, field: string): void {
	switch (key) {
		case "type":
			mount.type = oneOf(value, TYPES, "mount type");
			return;
		case "from":
			mount.from = value;
			return;
		case "source":
		case "src":
			mount.source = value;
			return;
		case "target":
		case "dst":
		case "destination":
			mount.target = value;
			return;
		case "required":
			require(mount, booleanOf(key, value));
			return;
		case "size":
			if (mount.type !== "tmpfs") throw invalidParameter(`unexpected key 'size' for mount type '${mount.type}'`);
			mount.size = sizeOf(key, value);
			return;
		case "id":
			mount.id = value;
			return;
		case "sharing":
			mount.sharing = oneOf(value, SHARING, "sharing value");
			return;
		case "mode":
			mount.mode = numberOf(key, value, 8);
			return;
		case "uid":
		case "gid":
			mount[key] = numberOf(key, value, 10);
			return;
		case "env":
			mount.env = value;
			return;
		default:
			throw invalidParameter(`unexpected key '${key}' in '${field}'${suggestion(key, KEYS, true)}`);
	}
}
function sizeOf(key: string, value: string): number {
	try {
		return ramInBytes(value);
	} catch {
		throw wrong(key, value);
	}
}

function checkMount(mount: MountRequest): void {
	const { type, from, source, target, id, sharing } = mount;
	if (type === "bind" || type === "tmpfs") {
		for (const key of ["mode", "uid", "gid"] as const) {
			if (mount[key] !== undefined) throw invalidParameter(`${key} not allowed for ${JSON.stringify(type)} type mounts`);
		}
	}
	if (type === "secret") {
		if (from !== "") throw invalidParameter("secret mount should not have a from");
		if (sharing !== "") throw invalidParameter("secret mount should not define sharing");
		if (source === "" && target === "" && id === "") {
			throw invalidParameter("invalid secret mount. one of source, target required");
		}
		if (source !== "" && id !== "") throw invalidParameter("both source and id can't be set");
	}
	if (sharing !== "" && type !== "cache") throw invalidParameter(`invalid cache sharing set for ${type} mount`);
}

/** One record of a CSV file. @throws EngineError invalidParameter for a quote in the wrong place */
export function csvFields(text: string, what = "mounts"): string[] {
	if (text === "") throw invalidParameter(`failed to parse csv ${what}: EOF`);
	const fields: string[] = [];
	let at = 0;
	for (;;) {
		if (text[at] === '"') {
			let value = "";
			for (at++; ; at++) {
				if (at >= text.length) throw badCsv(text, what);
				if (text[at] !== '"') value += text[at];
				else if (text[at + 1] === '"') value += text[++at];
				else break;
			}
			at++;
			if (at < text.length && text[at] !== ",") throw badCsv(text, what);
			fields.push(value);
		} else {
			const comma = text.indexOf(",", at);
			const value = text.slice(at, comma < 0 ? undefined : comma);
			if (value.includes('"')) throw badCsv(text, what);
			fields.push(value);
			at = comma < 0 ? text.length : comma;
		}
		if (at >= text.length) return fields;
		at++;
	}
}
const badCsv = (text: string, what: string) =>
	invalidParameter(
		`failed to parse csv ${what}: parse error on line 1, column ${text.indexOf('"') + 1}: bare " in non-quoted-field`,
	);
