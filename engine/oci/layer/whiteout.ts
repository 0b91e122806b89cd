// How a layer says that something is gone.
//
//     in a tar (OCI)      .wh.NAME: NAME of the layers below is gone      .wh..wh..opq: nothing of the layers below is seen here
//     in an upper directory (overlayfs)   a character device 0/0            trusted.overlay.opaque=y on the directory

import { S_IF } from "../../lib/linux";
import type { Stat } from "../../sys";

export const WHITEOUT_PREFIX = ".wh.";
export const OPAQUE_MARKER = ".wh..wh..opq";
export const OPAQUE_XATTR = "trusted.overlay.opaque";

export const isWhiteoutNode = ({ mode, rdev }: Pick<Stat, "mode" | "rdev">): boolean =>
	(mode & S_IF.MT) === S_IF.CHR && rdev === 0;
