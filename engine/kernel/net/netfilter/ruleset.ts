// One table of one family in a namespace, as iptables has put it there, and how a packet goes through it.

import { ERRNO, type Errno } from "../../../lib/errno";
import { ipBytes } from "../../../lib/inet";
import type { TableName } from "../../../lib/netfilter/constants";
import {
	COUNTERS_SIZE,
	type Counters,
	ENTRY,
	type Family,
	HOOKS,
	type HookName,
	VERDICT,
	writeCounters,
} from "../../../lib/netfilter/constants";
import { decodeEntries, type Located } from "../../../lib/netfilter/entries";
import type { AddressCondition, Entry, InterfaceCondition } from "../../../lib/netfilter/entry";
import { type Blob, emptyTable, encodeTable, none } from "../../../lib/netfilter/table";
import type { Extension } from "../../../lib/netfilter/target";
import type { Device } from "../link/device";
import type { Packet } from "../packet";
import { type MatchContext, matches } from "./match";
import { mayStand } from "./placement";

/** What becomes of the packet, and what a target wants done with it. */
export type Outcome =
	| { verdict: "ACCEPT" | "DROP"; rule?: number }
	| { verdict: "EXTENSION"; extension: Extension; resume: number };

interface Step extends Located {
	next: number;
}

export class Ruleset {
	private readonly steps = new Map<number, Step>();
	private readonly order: Step[] = [];

	private constructor(
		readonly family: Family,
		readonly blob: Blob,
	) {}
	static empty(family: Family, name: TableName): Ruleset {
		return Ruleset.parse(family, encodeTable(family, emptyTable(name))) as Ruleset;
	}
	/**
	 * EINVAL for a blob that is none, ENOENT for matches and targets that are not there. It counts from 0, as programs expect.
	 * @param before the table that it takes the place of, most of which stays
	 */
	static parse(family: Family, blob: Blob, before?: Ruleset): Ruleset | Errno {
		const entries = decodeEntries(family, blob.entries, before?.order);
		if (!Array.isArray(entries)) return -ERRNO[entries.problem];
		const set = new Ruleset(family, blob);
		for (const { at, bytes, entry } of entries) {
			const step = { entry, at, bytes, next: at + bytes.length, counters: none() };
			set.steps.set(at, step);
			set.order.push(step);
		}
		if (set.order.length !== blob.numEntries) return -ERRNO.EINVAL;
		return set.consistent() ? set : -ERRNO.EINVAL;
	}
	/** Hooks and jumps lead to entries, and no chain leads to itself. */
	private consistent(): boolean {
		for (const [i] of HOOKS.entries()) {
			if (!(this.blob.validHooks & (1 << i))) continue;
			if (!this.steps.has(this.blob.hookEntry[i]!) || !this.steps.has(this.blob.underflow[i]!)) return false;
		}
		return this.order.every(
			({ entry: { target } }) => target.kind !== "standard" || target.verdict < 0 || this.steps.has(target.verdict),
		);
	}
	/** A circle of jumps that a hook leads to would never end (ELOOP); targets stand where they make sense (EINVAL). */
	check(): Errno | 0 {
		const chainOf = this.chains();
		const edges = new Map<number, Set<number>>();
		for (const { entry, at, next } of this.order) {
			const { target } = entry;
			if (target.kind !== "standard" || target.verdict < 0 || target.verdict === next) continue;
			const from = chainOf.get(at)!;
			edges.set(from, (edges.get(from) ?? new Set()).add(chainOf.get(target.verdict)!));
		}
		const reached = new Map<number, HookName[]>();
		for (const [number, hook] of HOOKS.entries()) {
			if (!(this.blob.validHooks & (1 << number))) continue;
			const state = new Map<number, "open" | "done">();
			const visit = (chain: number): boolean => {
				if (state.has(chain)) return state.get(chain) === "open";
				state.set(chain, "open");
				reached.set(chain, [...(reached.get(chain) ?? []), hook]);
				const circle = [...(edges.get(chain) ?? [])].some(visit);
				state.set(chain, "done");
				return circle;
			};
			if (visit(this.blob.hookEntry[number]!)) return -ERRNO.ELOOP;
		}
		const misplaced = this.order.some(
			({ entry: { target }, at }) =>
				target.kind === "extension" && !mayStand(target.extension, this.blob.name, reached.get(chainOf.get(at)!) ?? []),
		);
		return misplaced ? -ERRNO.EINVAL : 0;
	}
	/** Each entry's chain, by the offset of its first rule. */
	private chains(): Map<number, number> {
		const found = new Map<number, number>();
		const starts = new Set(HOOKS.flatMap((_, i) => (this.blob.validHooks & (1 << i) ? [this.blob.hookEntry[i]!] : [])));
		let chain = -1;
		for (const [i, { entry, at, next }] of this.order.entries()) {
			if (starts.has(at)) chain = at;
			if (entry.target.kind === "error" && i < this.order.length - 1) chain = next;
			found.set(at, chain);
		}
		return found;
	}

	/** Through a hook's chain from its beginning, or on from where an extension's target stood. */
	run(
		hook: HookName,
		packet: Packet,
		context: MatchContext,
		from?: { at: number; stack: number[] },
	): Outcome & { stack: number[] } {
		const number = HOOKS.indexOf(hook);
		const stack = from?.stack ?? [];
		let at = from?.at ?? this.blob.hookEntry[number]!;
		for (;;) {
			const step = this.steps.get(at)!;
			if (!applies(step.entry, packet, context)) {
				at = step.next;
				continue;
			}
			step.counters.packets++;
			step.counters.bytes += packet.length;
			packet.counted?.push(step.counters);
			const { target } = step.entry;
			if (target.kind === "error") return { verdict: "DROP", stack };
			if (target.kind === "extension") return { verdict: "EXTENSION", extension: target.extension, resume: step.next, stack };
			const { verdict, goto } = target;
			if (verdict === VERDICT.RETURN) {
				at = stack.pop() ?? this.blob.underflow[number]!;
				continue;
			}
			if (verdict < 0) return { verdict: verdict === VERDICT.ACCEPT ? "ACCEPT" : "DROP", stack };
			if (verdict !== step.next && !goto) stack.push(step.next);
			at = verdict;
		}
	}

	/** SO_GET_ENTRIES: as it was put, with what was counted since. */
	entries(): Uint8Array {
		const bytes = this.blob.entries.slice();
		const view = new DataView(bytes.buffer);
		for (const { at, counters } of this.order) writeCounters(view, at + ENTRY[this.family].counters, counters);
		return bytes;
	}
	counters(): Uint8Array {
		const bytes = new Uint8Array(this.order.length * COUNTERS_SIZE);
		const view = new DataView(bytes.buffer);
		this.order.forEach(({ counters }, i) => void writeCounters(view, i * COUNTERS_SIZE, counters));
		return bytes;
	}
	addCounters(added: readonly Counters[]): Errno | 0 {
		if (added.length !== this.order.length) return -ERRNO.EINVAL;
		this.order.forEach(({ counters }, i) => {
			counters.packets += added[i]!.packets;
			counters.bytes += added[i]!.bytes;
		});
		return 0;
	}
	/** How many entries. */
	get size(): number {
		return this.order.length;
	}
}

function applies(
	{ source, destination, in: via, out, protocol, matches: extra }: Entry,
	packet: Packet,
	context: MatchContext,
): boolean {
	if (source && !within(packet.source, source)) return false;
	if (destination && !within(packet.destination, destination)) return false;
	if (via && !named(context.in, via)) return false;
	if (out && !named(context.out, out)) return false;
	if (protocol && (protocol.number === packet.protocol) === (protocol.invert ?? false)) return false;
	return extra.every((match) => matches(match, packet, context));
}
function within(address: string, { address: network, mask, invert }: AddressCondition): boolean {
	const bits = ipBytes(mask);
	const [a, b] = [ipBytes(address), ipBytes(network)];
	const same = a.length === b.length && bits.every((bit, i) => (a[i]! & bit) === (b[i]! & bit));
	return same !== (invert ?? false);
}
function named(device: Device | undefined, { name, invert }: InterfaceCondition): boolean {
	const same = name.endsWith("+") ? (device?.name ?? "").startsWith(name.slice(0, -1)) : device?.name === name;
	return same !== (invert ?? false);
}
