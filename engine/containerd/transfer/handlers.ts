// The transfer service's methods.

import { checkDigest } from "../../lib/digest";
import { parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import type { Handlers } from "../../lib/rpc/types";
import type { Port } from "../../port";
import type { Sys } from "../../sys";
import type { Tracer } from "../../trace/event";
import type { ContainerdApi, RegistryAuth, RegistrySettings } from "../api";
import type { Pins, Stores } from "../gc";
import type { Hosts } from "../remotes/hosts";
import { login } from "../remotes/login";
import { type RemoteOptions, Repository } from "../remotes/repository";
import { fetchBlob, resolve } from "../remotes/resolve";
import { searchIndex, splitTerm } from "../remotes/search";
import { listTags } from "../remotes/tags";
import { pull } from "./pull";
import { push } from "./push";

export interface TransferDeps {
	sys: Sys;
	port: Pick<Port, "fetch" | "clock" | "gunzip">;
	hosts: Hosts;
	trace: Tracer;
	stores: Stores;
	pins: Pins;
	/** Blobs that are being fetched, by digest: two pulls at once share them. */
	downloads: Map<string, Promise<void>>;
}
/** What requests to registries come with. */
interface Given {
	auth?: RegistryAuth;
	registries?: RegistrySettings;
}
type TransferMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `transfer.${string}`>>;

export function transferHandlers(deps: TransferDeps): Handlers<TransferMethods> {
	const { port, hosts, trace } = deps;
	const remoteOptions = ({ auth, registries }: Given): RemoteOptions => ({
		fetch: port.fetch,
		clock: port.clock,
		hosts,
		settings: registries,
		trace,
		auth,
	});
	const repositoryOf = ({ domain, path }: Reference, given: Given): Repository =>
		new Repository(domain, path, remoteOptions(given));
	return {
		"transfer.pull": (request, call) => pull(deps, request, call),
		"transfer.push": (request, call) => push(deps, request, call),
		"transfer.resolve": async ({ reference, ...given }) => {
			const parsed = tagNameOnly(parseNormalized(reference));
			return resolve(repositoryOf(parsed, given), parsed);
		},
		"transfer.blob": async ({ reference, digest, ...given }) => ({
			data: await fetchBlob(repositoryOf(parseNormalized(reference), given), checkDigest(digest)),
		}),
		"transfer.search": async ({ term, limit, ...given }) => {
			const { domain, rest } = splitTerm(term);
			return { results: await searchIndex(domain, rest, limit, remoteOptions(given)) };
		},
		"transfer.tags": async ({ reference, ...given }) => ({
			tags: await listTags(repositoryOf(parseNormalized(reference), given)),
		}),
		"transfer.login": async ({ domain, ...given }) => ({ identityToken: await login(domain, given.auth, remoteOptions(given)) }),
	};
}
