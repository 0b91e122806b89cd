// How much an image takes: its blobs (compressed), and its unpacked snapshots.

import type { ContainerdApi, Descriptor } from "../../containerd/api";
import { digestOf } from "../../lib/digest";
import { isKind } from "../../lib/errors";
import type { Client } from "../../lib/rpc/types";
import type { ImageFile, Manifest } from "./content";

/** The keys of the layers' snapshots, bottom first: chain ids of the OCI image specification. */
export function chainIds(diffIds: readonly string[]): string[] {
	const chain: string[] = [];
	for (const diffId of diffIds) chain.push(chain.length === 0 ? diffId : digestOf(`${chain.at(-1)} ${diffId}`));
	return chain;
}

export const contentSize = (target: Descriptor, { config, layers }: Manifest): number =>
	target.size + config.size + layers.reduce((sum, { size }) => sum + size, 0);

/** Of each layer, bottom first; 0 where it is not unpacked. */
export async function layerSizes(containerd: Client<ContainerdApi>, { rootfs }: ImageFile): Promise<number[]> {
	return Promise.all(
		chainIds(rootfs.diff_ids).map(async (key) => {
			try {
				return (await containerd["snapshots.usage"]({ key })).size;
			} catch (error) {
				if (isKind(error, "notFound")) return 0;
				throw error;
			}
		}),
	);
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
