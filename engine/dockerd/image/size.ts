// How much an image takes: its blobs (compressed), and its unpacked snapshots.

import type { ContainerdApi } from "../../containerd/api";
import { isKind } from "../../lib/errors";
import type { Client } from "../../lib/rpc/types";
import { chainIds } from "../../oci/image/chain-id";
import type { Descriptor, ImageConfig, Manifest } from "../../oci/image/types";

/** Bytes in the content store; what two layers share counts twice. */
export const contentSize = (target: Descriptor, { config, layers }: Manifest): number =>
	target.size + config.size + layers.reduce((total, { size }) => total + size, 0);

/** Unpacked, of each layer, bottom first; 0 where it is not. */
export async function layerSizes(containerd: Client<ContainerdApi>, { rootfs }: ImageConfig): Promise<number[]> {
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
