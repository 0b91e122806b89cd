// What libnetwork works with on its host: its interfaces, its firewall, its ports, and what it remembers.

import type { Sys } from "../sys";
import type { Tables } from "./firewall/tables";
import type { Links } from "./link";
import type { PortAllocator } from "./ports";
import type { Store } from "./store";

export interface NetworkHost {
	readonly sys: Sys;
	readonly links: Links;
	/** One a family. */
	readonly firewalls: { readonly inet: Tables; readonly inet6: Tables };
	readonly ports: PortAllocator;
	readonly store: Store;
}

export const firewallOf = ({ firewalls }: NetworkHost, address: string): Tables =>
	address.includes(":") ? firewalls.inet6 : firewalls.inet;
