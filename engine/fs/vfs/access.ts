// Access times (touch_atime): whether reading leaves a trace is the mount's decision, how is the file system's.

import { S_IFDIR, typeOf } from "./mode";
import { inodeAt, MS, type Place } from "./mount";

/** Content of the place was read, its entries were listed, or its link was read. */
export function accessed(place: Place): void {
	const { mount } = place;
	const inode = inodeAt(place);
	if (inode.accessed === undefined || mount.readonly || mount.has(MS.NOATIME)) return;
	if (mount.has(MS.NODIRATIME) && typeOf(inode) === S_IFDIR) return;
	inode.accessed();
}
