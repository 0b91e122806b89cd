// The OCI bundle of a task: a directory under /run with config.json, in which the shim works.

import { makeDirectories, removeTree, writeFile } from "../../lib/files";
import type { Sys } from "../../sys";
import { BUNDLES } from "../shim/api";

export const bundlesOf = (namespace: string): string => `${BUNDLES}/${namespace}`;
export const bundleOf = (namespace: string, id: string): string => `${BUNDLES}/${namespace}/${id}`;
/** Holds the shim's address; by it a new containerd finds the shims of the one before. */
export const addressFile = (bundle: string): string => `${bundle}/address`;

export async function createBundle(sys: Sys, namespace: string, id: string, spec: unknown): Promise<string> {
	const bundle = bundleOf(namespace, id);
	await removeTree(sys, bundle);
	await makeDirectories(sys, `${bundle}/rootfs`, 0o711);
	await writeFile(sys, `${bundle}/config.json`, JSON.stringify(spec), 0o600);
	return bundle;
}
