// The transfer service's methods.

import { parseNormalized, tagNameOnly } from "../../lib/reference";
import type { Handlers } from "../../lib/rpc/types";
import type { Port } from "../../port";
import type { Sys } from "../../sys";
import type { Tracer } from "../../trace/event";
import type { ContainerdApi } from "../api";
import type { Pins, Stores } from "../gc";
import type { Hosts } from "../remotes/hosts";
import { Repository } from "../remotes/repository";
import { resolve } from "../remotes/resolve";
import { pull } from "./pull";
import { push } from "./push";

export interface TransferDeps {
	sys: Sys;
	port: Pick<Port, "fetch" | "clock">;
	hosts: Hosts;
	trace: Tracer;
	stores: Stores;
	pins: Pins;
	/** Blobs that are being fetched, by digest: two pulls at once share them. */
	downloads: Map<string, Promise<void>>;
}
type TransferMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `transfer.${string}`>>;

export function transferHandlers(deps: TransferDeps): Handlers<TransferMethods> {
	return {
		"transfer.pull": (request, call) => pull(deps, request, call),
		"transfer.push": (request, call) => push(deps, request, call),
		"transfer.resolve": async ({ reference, auth }) => {
			const parsed = tagNameOnly(parseNormalized(reference));
			const { port, hosts, trace } = deps;
			return resolve(new Repository(parsed.domain, parsed.path, { fetch: port.fetch, hosts, trace, auth }), parsed);
		},
	};
}
