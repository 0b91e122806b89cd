// Where targets may stand (man 8 iptables-extensions): some make sense in one table, and at some hooks, only.

import type { HookName, TableName } from "../../../lib/netfilter/constants";
import type { Extension } from "../../../lib/netfilter/target";

interface Place {
	table: TableName;
	hooks: readonly HookName[];
}
const PLACES: Readonly<Partial<Record<Extension["name"], Place>>> = {
	DNAT: { table: "nat", hooks: ["PREROUTING", "OUTPUT"] },
	REDIRECT: { table: "nat", hooks: ["PREROUTING", "OUTPUT"] },
	SNAT: { table: "nat", hooks: ["POSTROUTING", "INPUT"] },
	MASQUERADE: { table: "nat", hooks: ["POSTROUTING"] },
	REJECT: { table: "filter", hooks: ["INPUT", "FORWARD", "OUTPUT"] },
};
/** `hooks`: those whose chains lead to the rule; without any it may stand anywhere. */
export function mayStand({ name }: Extension, table: string, hooks: readonly HookName[]): boolean {
	const place = PLACES[name];
	return !place || (place.table === table && hooks.every((hook) => place.hooks.includes(hook)));
}
