// A table of rules as chains of values, and as the blob that getsockopt gives and setsockopt takes (struct ipt_replace).
//
// In the blob the chains of the hooks come first, each ending in its policy; then the others, each beginning with an ERROR entry
// that has its name and ending in RETURN; and a last ERROR entry. A jump is the offset of a chain's first rule.

import { concat, text, utf8 } from "../bytes";
import {
	COUNTERS_SIZE,
	type Counters,
	ENTRY,
	type Family,
	HOOKS,
	type HookName,
	infoHead,
	readCounters,
	replaceHead,
	TABLE_HOOKS,
	type TableName,
	VERDICT,
	type Verdict,
	writeCounters,
	XT_TABLE_MAXNAMELEN,
} from "./constants";
import { decodeEntries, type Located } from "./entries";
import { type Conditions, type Entry, encodeEntry, entryLength, verdictAt } from "./entry";
import type { Extension } from "./target";

export type RuleTarget = { verdict: Verdict } | { jump: string } | { goto: string } | { extension: Extension } | undefined;
/** Without a target a rule only counts. */
export interface Rule extends Conditions {
	target: RuleTarget;
	counters: Counters;
	/** ruleBytes, of one that was read: it is not to be changed any more. */
	bytes?: Uint8Array;
}
export interface Chain {
	name: string;
	/** Of the hooks' own chains. */
	policy?: "ACCEPT" | "DROP";
	/** Of the policy. */
	counters: Counters;
	rules: Rule[];
}
export interface Table {
	name: TableName;
	chains: Chain[];
}
/** struct ipt_getinfo. Offsets are of the hooks' first rule and of their policy. */
export interface TableInfo {
	name: string;
	validHooks: number;
	hookEntry: number[];
	underflow: number[];
	numEntries: number;
	size: number;
}
export interface Blob extends TableInfo {
	entries: Uint8Array;
}

export const none = (): Counters => ({ packets: 0, bytes: 0 });
export const emptyTable = (name: TableName): Table => ({
	name,
	chains: TABLE_HOOKS[name].map((hook) => ({ name: hook, policy: "ACCEPT", counters: none(), rules: [] })),
});

// ---- chains → blob

const plain = (verdict: number, counters: Counters): Entry => ({ matches: [], target: { kind: "standard", verdict }, counters });
const error = (name: string): Entry => ({ matches: [], target: { kind: "error", name }, counters: none() });

/** An entry on its way into a blob: its bytes, to be given their counters and, where it jumps, its verdict. */
interface Part {
	bytes: Uint8Array;
	counters: Counters;
	/** The chain to go to; "" for a rule without a target, which goes on behind itself. */
	to?: string;
}
export function encodeTable(family: Family, table: Table): Blob {
	const hooks = TABLE_HOOKS[table.name];
	const chains = [
		...hooks.map((hook) => table.chains.find(({ name }) => name === hook)!),
		...table.chains.filter(({ name }) => !hooks.includes(name as HookName)),
	];
	const parts: Part[] = [];
	const offsets: number[] = [];
	let size = 0;
	const put = (part: Part): void => {
		parts.push(part);
		offsets.push(size);
		size += part.bytes.length;
	};
	const add = (entry: Entry): void => put({ bytes: encodeEntry(family, entry), counters: entry.counters });
	const starts = new Map<string, number>();
	const policies = new Map<string, number>();
	for (const chain of chains) {
		const own = hooks.includes(chain.name as HookName);
		if (!own) add(error(chain.name));
		starts.set(chain.name, size);
		for (const rule of chain.rules) put({ bytes: ruleBytes(family, rule), counters: rule.counters, to: jumpOf(rule.target) });
		policies.set(chain.name, size);
		add(plain(own ? VERDICT[chain.policy ?? "ACCEPT"] : VERDICT.RETURN, chain.counters));
	}
	add(error("ERROR"));
	const entries = new Uint8Array(size);
	const view = new DataView(entries.buffer);
	for (const [i, { bytes, counters, to }] of parts.entries()) {
		const at = offsets[i]!;
		entries.set(bytes, at);
		writeCounters(view, at + ENTRY[family].counters, counters);
		if (to === undefined) continue;
		const verdict = to === "" ? at + bytes.length : (starts.get(to) ?? 0);
		view.setInt32(at + verdictAt(family, new DataView(entries.buffer, at)), verdict, true);
	}
	const [hookEntry, underflow] = [new Array<number>(5).fill(0), new Array<number>(5).fill(0)];
	for (const hook of hooks) {
		hookEntry[HOOKS.indexOf(hook)] = starts.get(hook)!;
		underflow[HOOKS.indexOf(hook)] = policies.get(hook)!;
	}
	const validHooks = hooks.reduce((mask, hook) => mask | (1 << HOOKS.indexOf(hook)), 0);
	return { name: table.name, validHooks, hookEntry, underflow, numEntries: parts.length, size, entries };
}
/** Where a rule goes on: a chain, "" behind itself, undefined where its target decides. */
export const jumpOf = (target: RuleTarget): string | undefined => {
	if (!target) return "";
	return "jump" in target ? target.jump : "goto" in target ? target.goto : undefined;
};
/** A rule's entry; where it jumps to is not in it. Two rules with the same bytes and the same jump do the same. */
export function ruleBytes(family: Family, { bytes, target, ...conditions }: Rule): Uint8Array {
	return bytes ?? encodeEntry(family, { ...conditions, counters: none(), target: entryTarget(target) });
}
function entryTarget(target: RuleTarget): Entry["target"] {
	if (target && "extension" in target) return { kind: "extension", extension: target.extension };
	if (target && "verdict" in target) return { kind: "standard", verdict: VERDICT[target.verdict] };
	return { kind: "standard", verdict: 0, goto: target !== undefined && "goto" in target };
}

// ---- blob → chains

export interface Decoded {
	table: Table;
	entries: readonly Located[];
}
/**
 * Undefined for a blob that is none.
 * @param before what was decoded the last time, for what has not changed since; see decodeEntries
 */
export function decodeTable(family: Family, blob: Blob, before?: readonly Located[]): Decoded | undefined {
	const found = decodeEntries(family, blob.entries, before);
	if (!Array.isArray(found)) return undefined;
	const names = new Map<number, string>();
	HOOKS.forEach((hook, i) => {
		if (blob.validHooks & (1 << i)) names.set(blob.hookEntry[i]!, hook);
	});
	for (const { at, bytes, entry } of found) if (entry.target.kind === "error") names.set(at + bytes.length, entry.target.name);
	const chains: Chain[] = [];
	let chain: Chain | undefined;
	for (const [i, { at, bytes, entry, counters }] of found.entries()) {
		if (i === found.length - 1) break;
		if (entry.target.kind === "error") continue;
		if (names.has(at)) {
			chain = { name: names.get(at)!, counters: none(), rules: [] };
			chains.push(chain);
		}
		if (!chain) return undefined;
		const { target } = entry;
		const next = at + bytes.length;
		const last = names.has(next) || found[i + 1]!.entry.target.kind === "error";
		if (last && target.kind === "standard") {
			if (HOOKS.includes(chain.name as HookName)) chain.policy = target.verdict === VERDICT.DROP ? "DROP" : "ACCEPT";
			chain.counters = counters;
		} else chain.rules.push({ ...entry, bytes: plainBytes(family, entry), counters, target: ruleTarget(target, next, names) });
	}
	return { table: { name: blob.name as TableName, chains }, entries: found };
}
const known = new WeakMap<Entry, Uint8Array>();
/** As ruleBytes; entries that stay what they are are encoded once. */
function plainBytes(family: Family, entry: Entry): Uint8Array {
	let bytes = known.get(entry);
	if (!bytes) {
		const { target } = entry;
		const jumps = target.kind === "standard" && target.verdict >= 0;
		bytes = encodeEntry(family, { ...entry, counters: none(), target: jumps ? { ...target, verdict: 0 } : target });
		known.set(entry, bytes);
	}
	return bytes;
}
function ruleTarget(target: Entry["target"], next: number, names: ReadonlyMap<number, string>): RuleTarget {
	if (target.kind === "extension") return { extension: target.extension };
	if (target.kind === "error" || target.verdict === next) return undefined;
	if (target.verdict < 0) {
		return { verdict: (Object.keys(VERDICT) as Verdict[]).find((name) => VERDICT[name] === target.verdict) ?? "DROP" };
	}
	const name = names.get(target.verdict) ?? "";
	return target.goto ? { goto: name } : { jump: name };
}

// ---- the options' structures

const nameBytes = (name: string): Uint8Array => {
	const bytes = new Uint8Array(XT_TABLE_MAXNAMELEN);
	bytes.set(utf8(name).subarray(0, XT_TABLE_MAXNAMELEN - 1));
	return bytes;
};
export function nameAt(bytes: Uint8Array): string {
	const end = bytes.subarray(0, XT_TABLE_MAXNAMELEN).indexOf(0);
	return text(bytes.subarray(0, end < 0 ? XT_TABLE_MAXNAMELEN : end));
}
const five = (prefix: string, values: readonly number[]): Record<string, number> =>
	Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
const fiveOf = (prefix: string, head: object): number[] =>
	[0, 1, 2, 3, 4].map((i) => (head as Record<string, number>)[`${prefix}${i}`]!);

/** SO_SET_REPLACE; `before` is how many entries the table has now: the kernel gives their counters back at `address`. */
export const encodeReplace = (blob: Blob, before: number, address = 0): Uint8Array =>
	concat([
		nameBytes(blob.name),
		replaceHead.encode({
			...{ validHooks: blob.validHooks, numEntries: blob.numEntries, size: blob.size, numCounters: before, counters: address },
			...five("entry", blob.hookEntry),
			...five("under", blob.underflow),
		}),
		blob.entries,
	]);
export function decodeReplace(bytes: Uint8Array): (Blob & { numCounters: number; counters: number }) | undefined {
	const start = XT_TABLE_MAXNAMELEN + replaceHead.size;
	if (bytes.length < start) return undefined;
	const head = replaceHead.decode(bytes, XT_TABLE_MAXNAMELEN);
	if (bytes.length !== start + head.size) return undefined;
	const { validHooks, numEntries, size, numCounters, counters } = head;
	const [hookEntry, underflow] = [fiveOf("entry", head), fiveOf("under", head)];
	return {
		name: nameAt(bytes),
		validHooks,
		hookEntry,
		underflow,
		numEntries,
		size,
		entries: bytes.slice(start),
		numCounters,
		counters,
	};
}
/** SO_GET_INFO. */
export const encodeInfo = (info: TableInfo): Uint8Array<ArrayBuffer> =>
	concat([
		nameBytes(info.name),
		infoHead.encode({
			...{ validHooks: info.validHooks, numEntries: info.numEntries, size: info.size },
			...five("entry", info.hookEntry),
			...five("under", info.underflow),
		}),
	]);
export const INFO_SIZE = XT_TABLE_MAXNAMELEN + infoHead.size;
export function decodeInfo(bytes: Uint8Array): TableInfo {
	const { validHooks, numEntries, size, ...head } = infoHead.decode(bytes, XT_TABLE_MAXNAMELEN);
	const [hookEntry, underflow] = [fiveOf("entry", head), fiveOf("under", head)];
	return { name: nameAt(bytes), validHooks, numEntries, size, hookEntry, underflow };
}
/** SO_GET_ENTRIES: name[32], the size, and room for the entries. */
export const ENTRIES_HEAD = 40;
export function entriesRequest(name: string, size: number): Uint8Array {
	const bytes = new Uint8Array(ENTRIES_HEAD + size);
	bytes.set(nameBytes(name));
	new DataView(bytes.buffer).setUint32(XT_TABLE_MAXNAMELEN, size, true);
	return bytes;
}
/** SO_SET_ADD_COUNTERS: name[32], a count, then that many pairs at 40: those of the blob's entries. */
export function encodeAddCounters(family: Family, { name, numEntries, entries }: Blob): Uint8Array {
	const bytes = new Uint8Array(ENTRIES_HEAD + numEntries * COUNTERS_SIZE);
	bytes.set(nameBytes(name));
	new DataView(bytes.buffer).setUint32(XT_TABLE_MAXNAMELEN, numEntries, true);
	let to = ENTRIES_HEAD;
	for (let at = 0; at < entries.length; at += entryLength(family, entries, at) ?? entries.length) {
		const counters = at + ENTRY[family].counters;
		bytes.set(entries.subarray(counters, counters + COUNTERS_SIZE), to);
		to += COUNTERS_SIZE;
	}
	return bytes;
}
export function decodeAddCounters(bytes: Uint8Array): { name: string; counters: Counters[] } | undefined {
	if (bytes.length < ENTRIES_HEAD) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const count = view.getUint32(XT_TABLE_MAXNAMELEN, true);
	if (bytes.length !== ENTRIES_HEAD + count * COUNTERS_SIZE) return undefined;
	const counters = Array.from({ length: count }, (_, i) => readCounters(view, ENTRIES_HEAD + i * COUNTERS_SIZE));
	return { name: nameAt(bytes), counters };
}
