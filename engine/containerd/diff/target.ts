// Which directory a snapshot's mounts write to, and what is below it. Layers are applied to and read from the upper directory
// itself, as containerd does for overlay: what overlayfs would do to whiteouts on the way is done by oci/layer.

import { invalidParameter } from "../../lib/errors";
import type { Mount } from "../api";

export interface Target {
	directory: string;
	/** Topmost first. */
	below: string[];
	/** An overlay's upper directory holds whiteouts; a whole tree holds none. */
	kind: "overlay" | "plain";
}

const option = ({ options }: Mount, name: string): string | undefined =>
	options.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
const lowers = (mount: Mount): string[] => option(mount, "lowerdir")?.split(":") ?? [];

/** @throws EngineError invalidParameter */
export function targetOf(mounts: readonly Mount[]): Target {
	const [mount] = mounts;
	if (mounts.length !== 1 || !mount) throw invalidParameter(`expected one mount, got ${mounts.length}`);
	if (mount.type === "bind") return { directory: mount.source, below: [], kind: "plain" };
	const upper = option(mount, "upperdir");
	if (mount.type !== "overlay" || !upper) throw invalidParameter(`cannot write through a mount of type ${mount.type}`);
	return { directory: upper, below: lowers(mount), kind: "overlay" };
}

/** The layers that mounts show, topmost first. */
export function layersOf(mounts: readonly Mount[]): string[] {
	return mounts.flatMap((mount) => {
		if (mount.type === "bind") return [mount.source];
		const upper = option(mount, "upperdir");
		return [...(upper ? [upper] : []), ...lowers(mount)];
	});
}

/** The one layer that `upper` shows over `lower`. @throws EngineError invalidParameter when there is none, or more */
export function layerBetween(lower: readonly Mount[], upper: readonly Mount[]): string {
	const below = new Set(layersOf(lower));
	const own = layersOf(upper).filter((layer) => !below.has(layer));
	if (own.length !== 1) throw invalidParameter(`the mounts differ by ${own.length} layers, not by one`);
	return own[0]!;
}
