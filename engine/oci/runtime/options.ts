// Mount options of config.json and of containerd's mounts, as fstab writes them → flags of mount(2) and what is left for the file system.

import { MS } from "../../lib/linux";
import type { Sys } from "../../sys";

const flag = (set: number, clear = 0) => ({ set, clear });
const FLAGS: Record<string, { set: number; clear: number }> = {
	async: flag(0, MS.SYNCHRONOUS),
	atime: flag(0, MS.NOATIME),
	bind: flag(MS.BIND),
	defaults: flag(0),
	dev: flag(0, MS.NODEV),
	diratime: flag(0, MS.NODIRATIME),
	exec: flag(0, MS.NOEXEC),
	noatime: flag(MS.NOATIME),
	nodev: flag(MS.NODEV),
	nodiratime: flag(MS.NODIRATIME),
	noexec: flag(MS.NOEXEC),
	norelatime: flag(0, MS.RELATIME),
	nostrictatime: flag(0, MS.STRICTATIME),
	nosuid: flag(MS.NOSUID),
	rbind: flag(MS.BIND | MS.REC),
	relatime: flag(MS.RELATIME),
	remount: flag(MS.REMOUNT),
	ro: flag(MS.RDONLY),
	rw: flag(0, MS.RDONLY),
	strictatime: flag(MS.STRICTATIME),
	suid: flag(0, MS.NOSUID),
	sync: flag(MS.SYNCHRONOUS),
};
/** The same for a mount and all below it: rro, rnosuid … (mount_setattr(2) with AT_RECURSIVE). */
const RECURSIVE = [
	"ro",
	"rw",
	"nosuid",
	"suid",
	"nodev",
	"dev",
	"noexec",
	"exec",
	"noatime",
	"relatime",
	"strictatime",
	"nodiratime",
	"diratime",
];
const PROPAGATION: Record<string, number> = {
	private: MS.PRIVATE,
	rprivate: MS.PRIVATE | MS.REC,
	shared: MS.SHARED,
	rshared: MS.SHARED | MS.REC,
	slave: MS.SLAVE,
	rslave: MS.SLAVE | MS.REC,
	unbindable: MS.UNBINDABLE,
	runbindable: MS.UNBINDABLE | MS.REC,
};

export interface ParsedOptions {
	flags: number;
	/** One mount(2) each: propagation cannot be set together with anything else. */
	propagation: number[];
	/** Comma-separated, for the file system. */
	data: string;
	/** Flags of the mount and of all below it. */
	recursive: { set: number; clear: number };
	/** What a tmpfs hides is copied into it first. */
	copyUp: boolean;
}

export function parseOptions(options: readonly string[] = []): ParsedOptions {
	const parsed: ParsedOptions = {
		flags: 0,
		propagation: [],
		data: "",
		recursive: { set: 0, clear: 0 },
		copyUp: false,
	};
	const data: string[] = [];
	for (const option of options) {
		const known = FLAGS[option];
		if (known) parsed.flags = (parsed.flags & ~known.clear) | known.set;
		else if (PROPAGATION[option] !== undefined) parsed.propagation.push(PROPAGATION[option]);
		else if (option.startsWith("r") && RECURSIVE.includes(option.slice(1))) {
			const { set, clear } = FLAGS[option.slice(1)]!;
			parsed.recursive = { set: (parsed.recursive.set & ~clear) | set, clear: (parsed.recursive.clear & ~set) | clear };
		} else if (option === "tmpcopyup") parsed.copyUp = true;
		else data.push(option);
	}
	parsed.data = data.join(",");
	return parsed;
}

/** Mounts containerd's mount values, one over the other, at `target`. */
export async function mountAll(
	sys: Sys,
	mounts: ReadonlyArray<{ type: string; source: string; options: readonly string[] }>,
	target: string,
): Promise<void> {
	for (const { type, source, options } of mounts) {
		const { flags, data } = parseOptions(options);
		await sys.mount(source, target, type, flags, data);
		// The first mount of a bind ignores all other flags: they need a remount.
		const others = flags & ~(MS.BIND | MS.REC);
		if (flags & MS.BIND && others) await sys.mount("", target, "", MS.BIND | MS.REMOUNT | others, "");
	}
}
