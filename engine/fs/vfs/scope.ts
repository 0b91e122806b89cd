// How far a path walk may go: the RESOLVE_* flags of openat2(2).

/** Bits of struct open_how's `resolve`. */
export const RESOLVE = {
	NO_XDEV: 0x01,
	NO_MAGICLINKS: 0x02,
	NO_SYMLINKS: 0x04,
	BENEATH: 0x08,
	IN_ROOT: 0x10,
	CACHED: 0x20,
} as const;

/** Either makes the walk's beginning its root: one refuses to leave it, to the other there is nothing above. */
export const SCOPED = RESOLVE.BENEATH | RESOLVE.IN_ROOT;
