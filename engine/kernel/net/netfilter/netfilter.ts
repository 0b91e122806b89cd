// Netfilter in one namespace: its tables, connection tracking, and the five hooks, each with the tables that it asks in their order.
// Nothing is tracked and no table exists before somebody looks at or sets one, as where the modules are not loaded.

import { type Family, type HookName, TABLE_HOOKS, type TableName } from "../../../lib/netfilter/constants";
import type { Extension, NatRange } from "../../../lib/netfilter/target";
import type { Device } from "../link/device";
import type { Packet } from "../packet";
import type { NetStack } from "../stack";
import { Conntrack } from "./conntrack";
import type { MatchContext } from "./match";
import { apply, decide, type Manip } from "./nat";
import { Ruleset } from "./ruleset";

/** What a hook says: go on, drop it, or drop it and tell the sender so (REJECT's number). */
export type HookResult = { verdict: "ACCEPT" } | { verdict: "DROP"; table: TableName; reject?: number };
const ACCEPT: HookResult = { verdict: "ACCEPT" };

const TABLES: Readonly<Record<HookName, ReadonlyArray<TableName | "track" | "confirm">>> = {
	PREROUTING: ["raw", "track", "mangle", "nat"],
	INPUT: ["mangle", "filter", "security", "nat", "confirm"],
	FORWARD: ["mangle", "filter", "security"],
	OUTPUT: ["raw", "track", "mangle", "nat", "filter", "security"],
	POSTROUTING: ["mangle", "nat", "confirm"],
};
const MANIP: Readonly<Partial<Record<HookName, Manip>>> = {
	PREROUTING: "destination",
	OUTPUT: "destination",
	INPUT: "source",
	POSTROUTING: "source",
};

export class Netfilter {
	readonly conntrack: Conntrack;
	private readonly tables: Record<Family, Map<TableName, Ruleset>> = { inet: new Map(), inet6: new Map() };
	private readonly credits: MatchContext["credits"] = new WeakMap();

	constructor(private readonly stack: NetStack) {
		this.conntrack = new Conntrack(stack.kernel);
	}
	get active(): boolean {
		return this.tables.inet.size + this.tables.inet6.size > 0;
	}
	/** For /proc/net/ip_tables_names. */
	names(family: Family): TableName[] {
		return [...this.tables[family].keys()];
	}
	/** The table; one that was never asked for begins empty. Undefined for a name that is none. */
	table(family: Family, name: string): Ruleset | undefined {
		if (!(name in TABLE_HOOKS)) return undefined;
		const known = this.tables[family].get(name as TableName);
		if (known) return known;
		const made = Ruleset.empty(family, name as TableName);
		this.tables[family].set(name as TableName, made);
		return made;
	}
	replace(family: Family, name: TableName, table: Ruleset): void {
		this.tables[family].set(name, table);
		this.stack.network.changed();
	}

	/** A packet comes to a hook; it may be rewritten. */
	hook(hook: HookName, packet: Packet, devices: { in?: Device; out?: Device }): HookResult {
		if (!this.active) return ACCEPT;
		const context: MatchContext = {
			...devices,
			typeOf: (address, device) => this.stack.addressType(address, device),
			now: this.stack.kernel.uptime(),
			credits: this.credits,
		};
		for (const table of TABLES[hook]) {
			if (table === "track") this.conntrack.track(packet);
			else if (table === "confirm") this.conntrack.confirm(packet);
			else if (table === "nat") {
				if (!this.translate(hook, packet, context)) return { verdict: "DROP", table };
			} else {
				const result = this.filter(table, hook, packet, context);
				if (result.verdict === "DROP") return result;
			}
		}
		return ACCEPT;
	}
	private filter(table: TableName, hook: HookName, packet: Packet, context: MatchContext): HookResult {
		const rules = this.tables[packet.family].get(table);
		if (!rules) return ACCEPT;
		const end = this.through(rules, hook, packet, context);
		if (end.verdict === "ACCEPT") return ACCEPT;
		const reject = end.extension?.name === "REJECT" ? end.extension.with : undefined;
		return { verdict: "DROP", table, reject };
	}
	/** Asks the table's rules for a connection's first packet; all others are rewritten by what was decided then. */
	private translate(hook: HookName, packet: Packet, context: MatchContext): boolean {
		const manip = MANIP[hook]!;
		const connection = packet.tracked?.connection;
		if (!connection) return true;
		if (packet.tracked!.state === "NEW" && !connection.decided[manip] && !connection.confirmed) {
			const rules = this.tables[packet.family].get("nat");
			const end = rules && this.through(rules, hook, packet, context);
			if (end?.verdict === "DROP") return false;
			const range = end?.extension && this.rangeOf(end.extension, packet, context);
			// Without a rule the address stays, but the port must still be one that nobody else has.
			if (!decide(this.conntrack, connection, manip, range ?? {})) return false;
		}
		apply(packet, manip);
		return true;
	}
	private rangeOf(extension: Extension, packet: Packet, { in: via, out }: MatchContext): NatRange | undefined {
		if (extension.name === "DNAT" || extension.name === "SNAT") return extension;
		if (extension.name === "MASQUERADE") {
			const address = out && this.stack.sourceOn(out, packet.destination);
			return address ? { ...extension, addresses: [address, address] } : undefined;
		}
		if (extension.name !== "REDIRECT") return undefined;
		const six = packet.family === "inet6";
		const address = via && !via.isLoopback ? this.stack.sourceOn(via, packet.source) : six ? "::1" : "127.0.0.1";
		return address ? { ...extension, addresses: [address, address] } : undefined;
	}
	/** To a verdict; targets that only do something are done on the way. */
	private through(rules: Ruleset, hook: HookName, packet: Packet, context: MatchContext) {
		let from: { at: number; stack: number[] } | undefined;
		for (;;) {
			const outcome = rules.run(hook, packet, context, from);
			if (outcome.verdict !== "EXTENSION") return { verdict: outcome.verdict, extension: undefined };
			const { extension, resume, stack } = outcome;
			switch (extension.name) {
				case "MARK":
					packet.mark = ((packet.mark & ~extension.mask) ^ extension.mark) >>> 0;
					break;
				case "LOG":
					this.log(extension.prefix, packet, context);
					break;
				case "TCPMSS":
					break;
				case "REJECT":
					return { verdict: "DROP" as const, extension };
				default:
					return { verdict: "ACCEPT" as const, extension };
			}
			from = { at: resume, stack };
		}
	}
	private log(prefix: string, packet: Packet, { in: via, out }: MatchContext): void {
		const { source, destination, length, ttl, protocol, sourcePort, destinationPort } = packet;
		const name = { 1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6" }[protocol] ?? String(protocol);
		const ports = protocol === 6 || protocol === 17 ? ` SPT=${sourcePort} DPT=${destinationPort}` : "";
		const text = `${prefix}IN=${via?.name ?? ""} OUT=${out?.name ?? ""} SRC=${source} DST=${destination} LEN=${length} TTL=${ttl} PROTO=${name}${ports}`;
		this.stack.kernel.trace.emit("network", { type: "net.log", netns: this.stack.inode, text });
	}
}
