// The build cache as the API shows it, and POST /build/prune.

import type { BuildCacheRecord } from "../../api/build";
import type { CacheRecord } from "../../builder/cache/cache";
import type { Descriptor } from "../../containerd/api";
import { invalidParameter, messageOf } from "../../lib/errors";
import { treeSize } from "../../lib/files";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";
import { nanoseconds, parseMoment } from "../time";

/** Records, with whether an image has the same layer. */
export async function listBuildCache(daemon: Daemon): Promise<BuildCacheRecord[]> {
	const records = daemon.buildCache.list();
	const shared = await sharedLayers(daemon, records);
	const sizes = await Promise.all(records.map((record) => sizeOf(daemon, record)));
	return records.map((record, at) => ({
		ID: record.id,
		...(record.parents.length > 0 ? { Parents: record.parents } : {}),
		Type: record.type,
		Description: record.description,
		InUse: record.inUse === true,
		Shared: shared.has(record.id),
		Size: sizes[at]!,
		CreatedAt: record.created,
		LastUsedAt: record.lastUsed,
		UsageCount: record.usageCount,
	}));
}

async function sharedLayers(daemon: Daemon, records: readonly CacheRecord[]): Promise<Set<string>> {
	const inImages = new Set<string>();
	const layersOf = async (target: Descriptor): Promise<string[]> => {
		const image = await daemon.content.image(target).catch(() => undefined);
		return (image?.manifest.layers ?? []).map(({ digest }) => digest);
	};
	for (const { target } of await daemon.containerd["images.list"]({})) {
		for (const digest of await layersOf(target)) inImages.add(digest);
	}
	const shared = new Set<string>();
	for (const { id, layer, image, description } of records) {
		if (layer) {
			if (inImages.has(layer.descriptor.digest)) shared.add(id);
		} else if (image) {
			if ((await layersOf(image.descriptor)).some((digest) => inImages.has(digest))) shared.add(id);
		} else if (description.startsWith("pulled from ")) shared.add(id);
	}
	return shared;
}

async function sizeOf(daemon: Daemon, { size, directory }: CacheRecord): Promise<number> {
	return directory ? treeSize(daemon.sys, directory) : size;
}
const SINGLE = ["id", "parent", "type", "description", "inuse", "shared", "private"];
/** That labels are known is all: no record has any. */
const FILTERS = [...SINGLE, "label", "label!", "until", "unused-for"];
const ONE_VALUE = "filters expect only one value";

function readFilters(json: string | undefined, now: bigint): { filters: Filters; until?: bigint } {
	try {
		const filters = Filters.parse(json, FILTERS);
		const until = untilOf(filters, now);
		if (SINGLE.some((name) => filters.get(name).length > 1)) throw invalidParameter(ONE_VALUE);
		return { filters, until };
	} catch (error) {
		throw invalidParameter(`failed to prune build cache: ${messageOf(error)}`);
	}
}

/** Of until or its older name. @throws EngineError invalidParameter */
function untilOf(filters: Filters, now: bigint): bigint | undefined {
	const [until, unusedFor] = [filters.get("until"), filters.get("unused-for")];
	if (until.length > 0 && unusedFor.length > 0) throw invalidParameter('conflicting filters: "until" and "unused-for"');
	const values = [...until, ...unusedFor];
	if (values.length > 1) throw invalidParameter(ONE_VALUE);
	if (values[0] === undefined) return undefined;
	try {
		return parseMoment(values[0], now);
	} catch (error) {
		const name = until.length > 0 ? "until" : "unused-for";
		throw invalidParameter(`"${name}" filter expects a duration (e.g., '24h') or a timestamp: ${messageOf(error)}`);
	}
}

export interface PruneBuildRequest {
	all: boolean;
	/** Bytes; 0 for none. */
	keepStorage: number;
	filters?: string;
}

export async function pruneBuildCache(
	daemon: Daemon,
	{ all, keepStorage, filters: json }: PruneBuildRequest,
): Promise<{ CachesDeleted: string[] | null; SpaceReclaimed: number }> {
	const { filters, until } = readFilters(json, daemon.sys.now());
	const records = await listBuildCache(daemon);
	const byId = new Map(records.map((record) => [record.ID, record]));
	const wants = (name: string, value: string): boolean => !filters.has(name) || filters.get(name).includes(value);
	const flag = (name: string, value: boolean): boolean => filters.boolean(name) === undefined || filters.boolean(name) === value;
	const fits = ({ id }: CacheRecord): boolean => {
		const record = byId.get(id);
		if (!record) return false;
		// without --all what an image shares, and what the builder made for itself, stays
		if (!all && (record.Shared || record.Type === "internal" || record.Type === "frontend")) return false;
		if (until !== undefined && nanoseconds(record.LastUsedAt ?? record.CreatedAt) > until) return false;
		if (filters.has("id") && !filters.get("id").some((prefix) => id.startsWith(prefix))) return false;
		if (filters.has("parent") && !(record.Parents ?? []).some((parent) => filters.get("parent").includes(parent))) return false;
		return (
			wants("type", record.Type) &&
			wants("description", record.Description) &&
			flag("inuse", record.InUse) &&
			flag("shared", record.Shared) &&
			flag("private", !record.Shared)
		);
	};
	if (keepStorage < 0) throw invalidParameter(`keep-storage is in bytes and expects an integer, got ${keepStorage}`);
	const kept = keptWithin(records, keepStorage);
	const gone = await daemon.buildCache.prune((record) => fits(record) && !kept.has(record.id));
	const reclaimed = gone.reduce((sum, { id }) => sum + (byId.get(id)?.Shared ? 0 : (byId.get(id)?.Size ?? 0)), 0);
	daemon.events.emit("builder", "prune", "", { reclaimed: String(reclaimed) });
	return { CachesDeleted: gone.length > 0 ? gone.map(({ id }) => id) : null, SpaceReclaimed: reclaimed };
}

/** The most recently used that fit into so many bytes. */
function keptWithin(records: readonly BuildCacheRecord[], limit: number): Set<string> {
	const kept = new Set<string>();
	let total = 0;
	const recent = [...records].sort((a, b) => ((a.LastUsedAt ?? "") > (b.LastUsedAt ?? "") ? -1 : 1));
	for (const { ID, Size } of limit > 0 ? recent : []) {
		if (total + Size > limit) break;
		total += Size;
		kept.add(ID);
	}
	return kept;
}
