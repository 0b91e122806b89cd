// The firewall of one network namespace, as a program changes it: a table is read, changed, and put back whole (as iptables does).

import { Mutex } from "../../lib/mutex";
import { readTable, writeTable } from "../../lib/netfilter/client";
import type { Family, TableName } from "../../lib/netfilter/constants";
import { type Chain, type Decoded, none, ruleBytes, type Table } from "../../lib/netfilter/table";
import type { Sys } from "../../sys";
import { parseRule, sameRule } from "./rule";

/** Where a rule goes: at the end, or before all others. */
export type How = "append" | "insert";

export class Tables {
	private readonly lock = new Mutex();
	/** As they were read the last time. */
	private readonly known = new Map<TableName, Decoded>();

	/** @param fd a raw socket of the namespace (lib/netfilter's openTables) */
	constructor(
		private readonly sys: Sys,
		private readonly fd: number,
		readonly family: Family,
	) {}

	edit(name: TableName, change: (table: TableEditor) => void): Promise<void> {
		return this.lock.run(async () => {
			const read = await readTable(this.sys, this.fd, name, this.family, this.known.get(name));
			this.known.set(name, read);
			const { table } = read;
			const editor = new TableEditor(this.family, table);
			change(editor);
			if (editor.changed) await writeTable(this.sys, this.fd, table, this.family);
		});
	}
	close(): Promise<void> {
		return this.sys.close(this.fd);
	}
}

export class TableEditor {
	changed = false;

	constructor(
		private readonly family: Family,
		private readonly table: Table,
	) {}

	/** iptables -N; one that is there stays as it is. */
	addChain(name: string): void {
		if (this.find(name)) return;
		this.table.chains.push({ name, counters: none(), rules: [] });
		this.changed = true;
	}
	/** iptables -F. */
	flush(name: string): void {
		const chain = this.find(name);
		if (!chain || chain.rules.length === 0) return;
		chain.rules = [];
		this.changed = true;
	}
	/** iptables -P. */
	policy(name: string, policy: "ACCEPT" | "DROP"): void {
		const chain = this.find(name);
		if (!chain || chain.policy === policy) return;
		chain.policy = policy;
		this.changed = true;
	}
	/** iptables -A or -I. A rule that is there already stays where it is. */
	add(name: string, how: How, text: string): void {
		const chain = this.find(name);
		const rule = parseRule(text);
		if (!chain || this.indexOf(chain, text) >= 0) return;
		if (how === "append") chain.rules.push(rule);
		else chain.rules.unshift(rule);
		this.changed = true;
	}
	/** iptables -D; one that is not there is none to remove. */
	remove(name: string, text: string): void {
		const chain = this.find(name);
		const at = chain ? this.indexOf(chain, text) : -1;
		if (at < 0) return;
		chain!.rules.splice(at, 1);
		this.changed = true;
	}

	private find(name: string): Chain | undefined {
		return this.table.chains.find((chain) => chain.name === name);
	}
	private indexOf(chain: Chain, text: string): number {
		const rule = parseRule(text);
		const wanted = { ...rule, bytes: ruleBytes(this.family, rule) };
		return chain.rules.findIndex((other) => sameRule(this.family, other, wanted));
	}
}
