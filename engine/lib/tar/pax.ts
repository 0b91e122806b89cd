// Extended header records of pax: "LENGTH KEY=VALUE\n", where the length counts itself (POSIX.1-2001, pax, "Extended Header").

import { bytesFromName, concat, nameFromBytes, text, utf8 } from "../bytes";
import { dataLoss } from "../errors";

const XATTR = "SCHILY.xattr.";
/** These cannot hold a NUL. */
const NAMES: ReadonlySet<string> = new Set(["path", "linkpath", "uname", "gname"]);
/** How much a header, a long name or the records may be, as in Go's archive/tar. */
export const SPECIAL_LIMIT = 1 << 20;

export type PaxRecords = Map<string, Uint8Array>;
const invalid = () => dataLoss("archive/tar: invalid tar header: bad pax record");

export function parseRecords(bytes: Uint8Array): PaxRecords {
	const records: PaxRecords = new Map();
	const map: string[] = [];
	for (let at = 0; at < bytes.length; ) {
		const space = bytes.indexOf(32, at);
		const digits = space < 0 ? "" : text(bytes.subarray(at, space));
		const end = at + Number(digits);
		if (!/^[1-9]\d{0,8}$/.test(digits) || end > bytes.length || end <= space + 1 || bytes[end - 1] !== 10) throw invalid();
		const equals = bytes.indexOf(61, space);
		if (equals < 0 || equals >= end) throw invalid();
		const key = text(bytes.subarray(space + 1, equals));
		const value = bytes.slice(equals + 1, end - 1);
		if (key === "" || key.includes("\0") || (NAMES.has(key) && value.includes(0))) throw invalid();
		// a sparse file's map of the oldest kind comes a number a record
		if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") map.push(text(value));
		else records.set(key, value);
		at = end;
	}
	if (map.length > 0) records.set("GNU.sparse.map", utf8(map.join(",")));
	return records;
}

export function formatRecords(records: PaxRecords): Uint8Array {
	const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
	return concat(sorted.map(([key, value]) => formatRecord(key, value)));
}
function formatRecord(key: string, value: Uint8Array): Uint8Array {
	const rest = concat([utf8(` ${key}=`), value, utf8("\n")]);
	let size = rest.length + String(rest.length).length;
	if (rest.length + String(size).length !== size) size = rest.length + String(size).length;
	return concat([utf8(String(size)), rest]);
}

export const nameValue = (name: string): Uint8Array => bytesFromName(name);
export const nameOfValue = (value: Uint8Array): string => nameFromBytes(value);

/** Seconds with a fraction of up to nine digits. */
export function parseTime(value: Uint8Array): bigint {
	const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text(value));
	if (!match) throw invalid();
	const nanoseconds = BigInt(match[2]!) * 1_000_000_000n + BigInt((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
	return match[1] ? -nanoseconds : nanoseconds;
}
export function formatTime(time: bigint): string {
	const absolute = time < 0n ? -time : time;
	const fraction = (absolute % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
	return `${time < 0n ? "-" : ""}${absolute / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}
export function parseInteger(value: Uint8Array): number {
	const digits = text(value);
	if (!/^-?\d{1,16}$/.test(digits) || !Number.isSafeInteger(Number(digits))) throw invalid();
	return Number(digits);
}

export const xattrKey = (name: string): string => XATTR + name;
export const xattrName = (key: string): string | undefined => (key.startsWith(XATTR) ? key.slice(XATTR.length) : undefined);
