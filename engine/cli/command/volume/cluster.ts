// Volumes of a swarm's cluster: options of create that only a manager serves, and update, which only they know.

import { ramInBytes } from "../../../lib/units";
import { piece } from "../../client/objects";
import { custom, list, map, string, type ValuesOf } from "../../flags/spec";
import { type Call, command, exactly } from "../command";

const needs = { api: "1.42", swarm: "manager" } as const;
const bytes = (usage: string) =>
	custom<number>(
		"bytes",
		usage,
		() => 0,
		(text) => ramInBytes(text),
		{ needs },
	);
const availability = string('Availability of a cluster volume ("active", "pause", "drain")', undefined, "active", { needs });

export const CLUSTER_OPTIONS = {
	availability,
	group: string("Group of a cluster volume", undefined, "", { needs }),
	"limit-bytes": bytes("Most bytes of a cluster volume"),
	"required-bytes": bytes("Least bytes of a cluster volume"),
	scope: string('On how many nodes a cluster volume is used at a time ("single", "multi")', undefined, "single", { needs }),
	secret: map("Secret of a cluster volume", undefined, { shownDefault: "map[]", needs }),
	sharing: string('Who shares a cluster volume ("none", "readonly", "onewriter", "all")', undefined, "none", { needs }),
	"topology-preferred": list("Topology that a cluster volume should be in", undefined, undefined, { needs }),
	"topology-required": list("Topology that a cluster volume must be in", undefined, undefined, { needs }),
	type: string('How a cluster volume is used ("mount", "block")', undefined, "block", { needs }),
};
const SIGNS = ["group", "scope", "sharing", "availability", "type", "limit-bytes", "required-bytes"];

const topology = (text: string): { Segments: Record<string, string> } => ({
	Segments: Object.fromEntries(text.split(",").map((segment) => segment.split(/=(.*)/s).slice(0, 2) as [string, string])),
});

/** ClusterVolumeSpec of the request, where an option asks for a cluster volume. */
export function clusterSpec(options: ValuesOf<typeof CLUSTER_OPTIONS>, changed: ReadonlySet<string>): Record<string, unknown> {
	if (!SIGNS.some((name) => changed.has(name))) return {};
	const kinds: Record<string, object> = { mount: { MountVolume: {} }, block: { BlockVolume: {} } };
	return {
		ClusterVolumeSpec: {
			Group: options.group,
			AccessMode: { Scope: options.scope, Sharing: options.sharing, ...kinds[options.type] },
			AccessibilityRequirements: {
				Requisite: options["topology-required"].map(topology),
				Preferred: options["topology-preferred"].map(topology),
			},
			CapacityRange: { RequiredBytes: options["required-bytes"], LimitBytes: options["limit-bytes"] },
			Secrets: [...options.secret].sort().map(([Key, Secret]) => ({ Key, Secret })),
			Availability: options.availability,
		},
	};
}

const UPDATE_OPTIONS = { availability };
export const update = command({
	name: "update",
	synopsis: "[OPTIONS] [VOLUME]",
	summary: "Update a volume (cluster volumes only)",
	options: UPDATE_OPTIONS,
	args: exactly(1),
	needs,
	run: async ({ cli, options, args, changed }: Call<typeof UPDATE_OPTIONS>) => {
		interface Found {
			ClusterVolume?: { ID: string; Version: { Index: number }; Spec: { Availability?: string } };
		}
		const { ClusterVolume: found } = await cli.client.json<Found>("GET", `/volumes/${piece(args[0]!)}`);
		if (!found) throw new Error("can only update cluster volumes");
		const Spec = { ...found.Spec, ...(changed.has("availability") ? { Availability: options.availability } : {}) };
		await cli.client.done("PUT", `/volumes/${piece(found.ID)}`, { query: { version: found.Version.Index }, json: { Spec } });
	},
});
