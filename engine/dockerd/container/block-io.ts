// Limits of a container's block devices. This kernel has no controller for them: whoever sets one is told, and it is dropped.

import type { HostConfig } from "../../api/container";

const LISTS = {
	BlkioWeightDevice: ["Block I/O weight_device", "Weight-device"],
	BlkioDeviceReadBps: ["BPS Block I/O read limit", "Block I/O BPS read limit"],
	BlkioDeviceWriteBps: ["BPS Block I/O write limit", "Block I/O BPS write limit"],
	BlkioDeviceReadIOps: ["IOPS Block read limit", "Block I/O IOPS read limit"],
	BlkioDeviceWriteIOps: ["IOPS Block write limit", "Block I/O IOPS write limit"],
} as const satisfies Partial<Record<keyof HostConfig, readonly [what: string, called: string]>>;
type ListName = keyof typeof LISTS;

/** What is limited a device at a time; an update can change these since API 1.55. */
export const BLOCK_DEVICE_LIMITS = Object.keys(LISTS) as readonly ListName[];

const discarded = (what: string, called: string): string =>
	`Your kernel does not support ${what} or the cgroup is not mounted. ${called} discarded.`;

/** Drops them from `config`, and answers a warning each. */
export function dropBlockLimits(config: Partial<HostConfig>): string[] {
	const warnings: string[] = [];
	if ((config.BlkioWeight ?? 0) > 0) {
		warnings.push(discarded("Block I/O weight", "Weight"));
		config.BlkioWeight = 0;
	}
	for (const name of BLOCK_DEVICE_LIMITS) {
		if (!config[name]?.length) continue;
		warnings.push(discarded(LISTS[name][0], LISTS[name][1]));
		config[name] = [];
	}
	return warnings;
}

/** What `docker info` says of a kernel that has none of it. */
export const NO_BLOCK_LIMITS: readonly string[] = [
	"WARNING: No io.weight support",
	"WARNING: No io.weight (per device) support",
	"WARNING: No io.max (rbps) support",
	"WARNING: No io.max (wbps) support",
	"WARNING: No io.max (riops) support",
	"WARNING: No io.max (wiops) support",
];
