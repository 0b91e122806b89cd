// An overlay's directories read side by side: what each layer has, what the container's own layer has, and what comes of it.

import type { FileEntry, Machine, MountInfo } from "../../../engine/host/browser/facade";

export interface OverlayDirs {
	/** The image's layers, topmost first. */
	lowers: string[];
	upper: string;
	/** Where the merged tree is mounted on the host; undefined while the container does not run. */
	merged?: string;
}

/** lowerdir and upperdir of an overlay mount; undefined for any other mount. */
export function overlayDirs(mount: MountInfo): OverlayDirs | undefined {
	if (mount.type !== "overlay") return undefined;
	const options = new Map(mount.options.split(",").map((option) => option.split(/=(.*)/s) as [string, string]));
	const upper = options.get("upperdir");
	const lower = options.get("lowerdir");
	return upper && lower ? { lowers: lower.split(":"), upper } : undefined;
}

type Host = Pick<Machine, "mounts" | "list">;

/** The directories that a running container's root is made of. */
export async function rootOverlay(machine: Host, pid: number): Promise<OverlayDirs | undefined> {
	const root = (await machine.mounts(pid)).findLast(({ target, type }) => target === "/" && type === "overlay");
	const dirs = root && overlayDirs(root);
	if (!dirs) return undefined;
	const onHost = (await machine.mounts(1)).find((mount) => overlayDirs(mount)?.upper === dirs.upper);
	return { ...dirs, merged: onHost?.target ?? `/proc/${pid}/root` };
}

export const isWhiteout = ({ type, rdev }: FileEntry): boolean => type === "character" && rdev === 0;

/** One name of a directory, in the three views. */
export interface OverlayRow {
	name: string;
	/** The entry that the layers below give, and which of them has it, counted from the base as 1; absent when none does. */
	lower?: { entry: FileEntry; layer: number };
	/** A whiteout that a layer of the image itself has. */
	lowerWhiteout?: number;
	upper?: FileEntry;
	merged?: FileEntry;
	/** new: only above; copied: above as well as below; covered: a whiteout above; same: only below. */
	kind: "new" | "copied" | "covered" | "same";
}

/**
 * The rows of directory `path` ("/", "/etc"), in name order. A directory that both sides have is merged, not copied, so it
 * counts as "same" until it is opaque.
 */
export async function overlayRows(machine: Host, dirs: OverlayDirs, path: string): Promise<OverlayRow[]> {
	const listIn = (base: string): Promise<FileEntry[]> => machine.list(`${base}${path === "/" ? "" : path}`).catch(() => []);
	const [upper, merged, ...lowers] = await Promise.all([
		listIn(dirs.upper),
		dirs.merged === undefined ? Promise.resolve(undefined) : listIn(dirs.merged),
		...dirs.lowers.map(listIn),
	]);
	return combine({ upper, merged, lowers, hidesBelow: await hiddenFrom(machine, dirs, path) });
}

/** How many of the lower layers, from the top, show through at `path`: an opaque directory hides those below it. */
async function hiddenFrom(machine: Host, dirs: OverlayDirs, path: string): Promise<{ upper: boolean; visible: number }> {
	if (path === "/") return { upper: false, visible: dirs.lowers.length };
	const slash = path.lastIndexOf("/");
	const [parent, name] = [path.slice(0, slash), path.slice(slash + 1)];
	const opaqueIn = async (base: string): Promise<boolean> =>
		(await machine.list(base + parent).catch(() => [])).some((entry) => entry.name === name && entry.opaque === true);
	if (await opaqueIn(dirs.upper)) return { upper: true, visible: 0 };
	for (const [index, lower] of dirs.lowers.entries()) if (await opaqueIn(lower)) return { upper: false, visible: index + 1 };
	return { upper: false, visible: dirs.lowers.length };
}

interface Listings {
	upper: FileEntry[];
	merged: FileEntry[] | undefined;
	/** Topmost first. */
	lowers: FileEntry[][];
	hidesBelow: { upper: boolean; visible: number };
}

/** Pure: the rows that the listings make. */
export function combine({ upper, merged, lowers, hidesBelow }: Listings): OverlayRow[] {
	const names = new Set([upper, ...lowers].flatMap((entries) => entries.map(({ name }) => name)));
	const mergedBy = merged && new Map(merged.map((entry) => [entry.name, entry]));
	return [...names].sort().map((name): OverlayRow => {
		const above = upper.find((entry) => entry.name === name);
		const below = findBelow(
			lowers.slice(0, Math.max(hidesBelow.visible, hidesBelow.upper ? lowers.length : 0)),
			name,
			lowers.length,
		);
		const row: OverlayRow = { name, ...below, upper: above, kind: "same" };
		if (above && isWhiteout(above)) row.kind = "covered";
		else if (above && !row.lower) row.kind = "new";
		else if (above && (above.type !== "directory" || row.lower?.entry.type !== "directory")) row.kind = "copied";
		row.merged = mergedBy ? mergedBy.get(name) : mergedEntry(row, hidesBelow.upper);
		return row;
	});
}

/** What overlayfs would show, for a container that is not mounted now. */
function mergedEntry({ upper, lower }: OverlayRow, hidden: boolean): FileEntry | undefined {
	if (upper) return isWhiteout(upper) ? undefined : upper;
	return hidden ? undefined : lower?.entry;
}

function findBelow(lowers: FileEntry[][], name: string, count: number): Pick<OverlayRow, "lower" | "lowerWhiteout"> {
	for (const [index, entries] of lowers.entries()) {
		const entry = entries.find((candidate) => candidate.name === name);
		if (!entry) continue;
		const layer = count - index;
		return isWhiteout(entry) ? { lowerWhiteout: layer } : { lower: { entry, layer } };
	}
	return {};
}
