// A namespace as a file: what /proc/PID/ns/* opens to, and what setns(2) takes.

import type { FileDescription } from "../file/description";
import type { Namespace } from "./namespaces";

/** The inode of such a file. */
export interface NamespaceFile {
	readonly namespace: Omit<Namespace, "kind"> & { readonly kind: Namespace["kind"] | "time" };
}

export const namespaceOf = (file: FileDescription): NamespaceFile["namespace"] | undefined =>
	(file.inode as Partial<NamespaceFile> | undefined)?.namespace;
