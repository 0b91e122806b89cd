// A table of rules as chains of values, and as the blob that getsockopt gives and setsockopt takes (struct ipt_replace).
//
// In the blob the chains of the hooks come first, each ending in its policy; then the others, each beginning with an ERROR entry
// that has its name and ending in RETURN; and a last ERROR entry. A jump is the offset of a chain's first rule.

import { concat, text, utf8 } from "../bytes";
import {
	type Counters,
	counterPair,
	ENTRY,
	type Family,
	HOOKS,
	type HookName,
	infoHead,
	replaceHead,
	TABLE_HOOKS,
	type TableName,
	VERDICT,
	type Verdict,
	XT_TABLE_MAXNAMELEN,
} from "./constants";
import { type Conditions, decodeEntry, type Entry, encodeEntry, entryLength } from "./entry";
import type { Extension } from "./target";

export type RuleTarget = { verdict: Verdict } | { jump: string } | { goto: string } | { extension: Extension } | undefined;
/** Without a target a rule only counts. */
export interface Rule extends Conditions {
	target: RuleTarget;
	counters: Counters;
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

export function encodeTable(family: Family, table: Table): Blob {
	const hooks = TABLE_HOOKS[table.name];
	const chains = [
		...hooks.map((hook) => table.chains.find(({ name }) => name === hook)!),
		...table.chains.filter(({ name }) => !hooks.includes(name as HookName)),
	];
	const parts: Array<{ entry: Entry; jump?: { to: string; goto: boolean } }> = [];
	const starts = new Map<string, number>();
	const policies = new Map<string, number>();
	for (const chain of chains) {
		const own = hooks.includes(chain.name as HookName);
		if (!own) parts.push({ entry: error(chain.name) });
		starts.set(chain.name, parts.length);
		for (const { target, ...rest } of chain.rules) {
			if (!target) parts.push({ entry: { ...rest, target: { kind: "standard", verdict: 0 } }, jump: { to: "", goto: false } });
			else if ("verdict" in target)
				parts.push({ entry: { ...rest, target: { kind: "standard", verdict: VERDICT[target.verdict] } } });
			else if ("extension" in target)
				parts.push({ entry: { ...rest, target: { kind: "extension", extension: target.extension } } });
			else {
				const goto = "goto" in target;
				parts.push({
					entry: { ...rest, target: { kind: "standard", verdict: 0, goto } },
					jump: { to: goto ? target.goto : target.jump, goto },
				});
			}
		}
		policies.set(chain.name, parts.length);
		parts.push({ entry: plain(own ? VERDICT[chain.policy ?? "ACCEPT"] : VERDICT.RETURN, chain.counters) });
	}
	parts.push({ entry: error("ERROR") });
	const lengths = parts.map(({ entry }) => encodeEntry(family, entry).length);
	const offsets: number[] = [];
	let end = 0;
	for (const length of lengths) {
		offsets.push(end);
		end += length;
	}
	const encoded = parts.map(({ entry, jump }, i) => {
		if (!jump) return encodeEntry(family, entry);
		// A rule without a target goes on behind itself.
		const verdict = jump.to === "" ? offsets[i]! + lengths[i]! : (offsets[starts.get(jump.to) ?? -1] ?? 0);
		return encodeEntry(family, { ...entry, target: { kind: "standard", verdict, goto: jump.goto } });
	});
	const entries = concat(encoded);
	const [hookEntry, underflow] = [new Array<number>(5).fill(0), new Array<number>(5).fill(0)];
	for (const hook of hooks) {
		hookEntry[HOOKS.indexOf(hook)] = offsets[starts.get(hook)!]!;
		underflow[HOOKS.indexOf(hook)] = offsets[policies.get(hook)!]!;
	}
	const validHooks = hooks.reduce((mask, hook) => mask | (1 << HOOKS.indexOf(hook)), 0);
	return { name: table.name, validHooks, hookEntry, underflow, numEntries: parts.length, size: entries.length, entries };
}

// ---- blob → chains

/** Undefined for a blob that is none. */
export function decodeTable(family: Family, blob: Blob): Table | undefined {
	const found: Array<{ at: number; length: number; entry: Entry }> = [];
	for (let at = 0; at < blob.entries.length; ) {
		const length = entryLength(family, blob.entries, at);
		const entry = length === undefined ? undefined : decodeEntry(family, blob.entries.subarray(at, at + length));
		if (!entry || "problem" in entry) return undefined;
		found.push({ at, length: length!, entry });
		at += length!;
	}
	const names = new Map<number, string>();
	HOOKS.forEach((hook, i) => {
		if (blob.validHooks & (1 << i)) names.set(blob.hookEntry[i]!, hook);
	});
	for (const { at, length, entry } of found) if (entry.target.kind === "error") names.set(at + length, entry.target.name);
	const chains: Chain[] = [];
	let chain: Chain | undefined;
	for (const [i, { at, length, entry }] of found.entries()) {
		if (i === found.length - 1) break;
		if (entry.target.kind === "error") continue;
		if (names.has(at)) {
			chain = { name: names.get(at)!, counters: none(), rules: [] };
			chains.push(chain);
		}
		if (!chain) return undefined;
		const { target, ...rest } = entry;
		const last = names.has(at + length) || found[i + 1]!.entry.target.kind === "error";
		if (last && target.kind === "standard") {
			if (HOOKS.includes(chain.name as HookName)) chain.policy = target.verdict === VERDICT.DROP ? "DROP" : "ACCEPT";
			chain.counters = rest.counters;
		} else chain.rules.push({ ...rest, target: ruleTarget(target, at + length, names) });
	}
	return { name: blob.name as TableName, chains };
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
/** SO_SET_ADD_COUNTERS: name[32], a count, then that many pairs at 40. */
export function encodeAddCounters(name: string, counters: readonly Counters[]): Uint8Array {
	const head = new Uint8Array(ENTRIES_HEAD);
	head.set(nameBytes(name));
	new DataView(head.buffer).setUint32(XT_TABLE_MAXNAMELEN, counters.length, true);
	return concat([head, ...counters.map((pair) => counterPair.encode(pair))]);
}
/** The counters of a blob's entries, in their order. */
export function countersOf(family: Family, { entries }: Blob): Counters[] {
	const found: Counters[] = [];
	for (let at = 0; at < entries.length; at += entryLength(family, entries, at) ?? entries.length) {
		found.push(counterPair.decode(entries, at + ENTRY[family].counters));
	}
	return found;
}
export function decodeAddCounters(bytes: Uint8Array): { name: string; counters: Counters[] } | undefined {
	if (bytes.length < ENTRIES_HEAD) return undefined;
	const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(XT_TABLE_MAXNAMELEN, true);
	if (bytes.length !== ENTRIES_HEAD + count * counterPair.size) return undefined;
	const counters = Array.from({ length: count }, (_, i) => counterPair.decode(bytes, ENTRIES_HEAD + i * counterPair.size));
	return { name: nameAt(bytes), counters };
}
