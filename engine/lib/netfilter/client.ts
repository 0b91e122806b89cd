// A program's side of iptables: reads a whole table, changes it, and puts it back, as iptables(8) does.

import type { Sys } from "../../sys";
import { type Family, SO, type TableName } from "./constants";
import {
	type Blob,
	type Decoded,
	decodeInfo,
	decodeTable,
	ENTRIES_HEAD,
	encodeAddCounters,
	encodeReplace,
	encodeTable,
	entriesRequest,
	INFO_SIZE,
	type Table,
} from "./table";

const IPPROTO_RAW = 255;
const O_CLOEXEC = 0o2000000;

/** A raw socket, which stays with the network namespace that the process is in now. @throws SysError EPERM */
export const openTables = (sys: Sys, family: Family = "inet"): Promise<number> =>
	sys.socket(family, "raw", O_CLOEXEC, IPPROTO_RAW);

/** @param before what was read before; it makes reading quicker */
export async function readTable(
	sys: Sys,
	fd: number,
	name: TableName,
	family: Family = "inet",
	before?: Decoded,
): Promise<Decoded> {
	const { info, entries } = await readBlob(sys, fd, name, family);
	return decodeTable(family, { ...info, entries }, before?.entries)!;
}
async function readBlob(sys: Sys, fd: number, name: TableName, family: Family) {
	const { level, GET_INFO, GET_ENTRIES } = SO[family];
	const info = decodeInfo(await sys.getsockopt(fd, level, GET_INFO, INFO_SIZE, entriesRequest(name, 0)));
	const request = entriesRequest(name, info.size);
	const entries = (await sys.getsockopt(fd, level, GET_ENTRIES, request.length, request)).subarray(ENTRIES_HEAD);
	return { info, entries };
}
/** Rules that stay keep the counters that they were read with. */
export async function writeTable(sys: Sys, fd: number, table: Table, family: Family = "inet"): Promise<void> {
	const { level, GET_INFO, SET_REPLACE, SET_ADD_COUNTERS } = SO[family];
	const { numEntries } = decodeInfo(await sys.getsockopt(fd, level, GET_INFO, INFO_SIZE, entriesRequest(table.name, 0)));
	const blob: Blob = encodeTable(family, table);
	await sys.setsockopt(fd, level, SET_REPLACE, encodeReplace(blob, numEntries));
	// A table that is new counts from 0.
	await sys.setsockopt(fd, level, SET_ADD_COUNTERS, encodeAddCounters(family, blob));
}
