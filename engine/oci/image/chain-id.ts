// Chain ids: the name of a stack of layers, and so of the snapshot that holds it unpacked.
//
//     chainID(first) = diffID(first)        chainID(… n) = sha256(chainID(… n-1) " " diffID(n))
//     https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid

import { type Digest, digestOf } from "../../lib/digest";

/** The chain id of every stack from the bottom up; the last is that of the whole. */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
	const out: Digest[] = [];
	for (const diffId of diffIds) {
		const below = out.at(-1);
		out.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
	}
	return out;
}
/** "" for no layers. */
export const chainId = (diffIds: readonly Digest[]): Digest => chainIds(diffIds).at(-1) ?? "";
