// What is kept of a snapshot.

import type { SnapshotInfo } from "../api";

export interface SnapshotRecord extends SnapshotInfo {
	/** Of a committed one: what its own layer takes. */
	usage?: { size: number; inodes: number };
}
