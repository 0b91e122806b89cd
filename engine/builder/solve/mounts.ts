// RUN --mount: what a command sees besides its root file system.
//
//     bind     a directory or file of the context, a stage or an image; what is written to it is thrown away
//     cache    a directory that stays from build to build
//     tmpfs    memory
//     secret   a file that came with the request, or a variable of the environment
//     ssh      comes over a session with the client, which this builder does not have

import { hex, text } from "../../lib/bytes";
import { notImplemented } from "../../lib/errors";
import { exists, makeDirectories, removeTree, writeFile } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { join } from "../../lib/path";
import { rootPath } from "../../oci/layer/root-path";
import type { BuildCache } from "../cache/cache";
import { select } from "../context/select";
import { digestOfSelected, EVERYTHING } from "../context/walk";
import type { BuildBackend, RunMount } from "../types";
import { copyItem } from "./copy";
import { mounted } from "./layer";
import type { Solver } from "./solver";
import { OpSource, type Source } from "./sources";

export type PreparedMount = { target: string; readonly: boolean } & (
	| { type: "bind"; source: Source; path: string }
	| {
			type: "cache";
			id: string;
			sharing: "shared" | "private" | "locked";
			/** Of the directory, when it is made. */
			uid: number;
			gid: number;
			mode: number;
			/** What it holds in the beginning. */
			source?: Source;
			path: string;
	  }
	| { type: "tmpfs"; size: number }
	/** Not mounted where there is no target. */
	| { type: "secret"; id: string; content: Uint8Array; env: string | undefined; uid: number; gid: number; mode: number }
	/** What nobody has given: an error once the command is to run. */
	| { type: "absent"; what: string }
);

/** What a command depends on: the contents of what it can read, but not those of caches. */
export async function mountDigest(mount: PreparedMount): Promise<string> {
	const { type, target } = mount;
	if (type !== "bind") return JSON.stringify({ ...mount, source: undefined, content: undefined });
	return mount.source.with(async (files) => {
		const digest = await digestOfSelected(files, await select(files, mount.path));
		return JSON.stringify([type, target, mount.path, mount.readonly, digest]);
	});
}

/** Everything is mounted while the work is done. */
export async function withMounts<T>(
	solver: Solver,
	mounts: readonly PreparedMount[],
	work: (mounts: RunMount[]) => Promise<T>,
): Promise<T> {
	const enter = async (at: number, ready: RunMount[]): Promise<T> => {
		const mount = mounts[at];
		if (!mount) return work(ready);
		if (mount.type === "absent") {
			const why = "no active sessions: this builder has no session with its client, which could give it";
			throw notImplemented(`${mount.what}: ${why}`);
		}
		if (mount.type === "secret" && mount.target === "") return enter(at + 1, ready);
		return withMount(solver, mount, (one) => enter(at + 1, [...ready, one]));
	};
	return enter(0, []);
}

async function withMount<T>(
	solver: Solver,
	mount: Exclude<PreparedMount, { type: "absent" }>,
	work: (mount: RunMount) => Promise<T>,
): Promise<T> {
	const { target: destination, readonly } = mount;
	const bind = (source: string): RunMount => ({
		destination,
		type: "bind",
		source,
		options: ["rbind", "rprivate", ...(readonly ? ["ro"] : [])],
	});
	if (mount.type === "tmpfs") {
		const options = ["nosuid", "noexec", "nodev", ...(mount.size > 0 ? [`size=${mount.size}`] : []), ...(readonly ? ["ro"] : [])];
		return work({ destination, type: "tmpfs", source: "tmpfs", options });
	}
	if (mount.type === "bind") return withTree(solver, mount.source, mount.path, readonly, (path) => work(bind(path)));
	if (mount.type === "secret") return withSecret(solver.backend, mount, (path) => work(bind(path)));
	return withCache(solver, mount, (path) => work(bind(path)));
}

/** A tree on the disk. */
async function withTree<T>(
	solver: Solver,
	source: Source,
	path: string,
	readonly: boolean,
	work: (path: string) => Promise<T>,
): Promise<T> {
	const { backend } = solver;
	const { sys, containerd } = backend;
	if (source instanceof OpSource) {
		const { chainId } = await source.op.result();
		if (chainId !== "") {
			const key = `build-mount-${hex(sys.getrandom(8))}`;
			const call = readonly ? containerd["snapshots.view"] : containerd["snapshots.prepare"];
			const mounts = await call({ key, parent: chainId });
			try {
				return await mounted(backend, mounts, async (root) => work(await rootPath(sys, root, path)));
			} finally {
				await containerd["snapshots.remove"]({ key });
			}
		}
	}
	return withCopy(backend, source, path, work);
}
async function withCopy<T>(
	{ sys, scratch }: BuildBackend,
	source: Source,
	path: string,
	work: (path: string) => Promise<T>,
): Promise<T> {
	const root = `${scratch}/tree-${hex(sys.getrandom(6))}`;
	await makeDirectories(sys, root, 0o755);
	try {
		await source.with(async (files) => {
			for (const item of await select(files, path)) {
				const dest = item.entry.type === "directory" ? path : path.slice(0, path.lastIndexOf("/") + 1);
				await copyItem(sys, root, files, item, { dest: dest || "/", unpack: false, filter: EVERYTHING });
			}
		});
		return await work(await rootPath(sys, root, path));
	} finally {
		await removeTree(sys, root);
	}
}

async function withSecret<T>(
	{ sys, scratch }: BuildBackend,
	{ content, uid, gid, mode }: Extract<PreparedMount, { type: "secret" }>,
	work: (path: string) => Promise<T>,
): Promise<T> {
	const path = `${scratch}/secret-${hex(sys.getrandom(6))}`;
	await writeFile(sys, path, content, 0o600);
	try {
		await sys.lchown(path, uid, gid);
		await sys.chmod(path, mode);
		return await work(path);
	} finally {
		await sys.unlink(path);
	}
}
/** Variables that secrets are given as. */
export const secretVariables = (mounts: readonly PreparedMount[]): string[] =>
	mounts.flatMap((mount) => (mount.type === "secret" && mount.env !== undefined ? [`${mount.env}=${text(mount.content)}`] : []));

type CacheMount = Extract<PreparedMount, { type: "cache" }>;
async function withCache<T>(solver: Solver, mount: CacheMount, work: (path: string) => Promise<T>): Promise<T> {
	const { cache } = solver.backend;
	const use = async (suffix: string): Promise<T> => work(await cacheDirectory(solver, mount, suffix));
	if (mount.sharing === "locked") return cache.locked(`mount ${mount.id}`, () => use(""));
	if (mount.sharing === "shared") return use("");
	// private: another command that uses it at the same time gets one of its own
	for (let number = 0; ; number++) {
		const suffix = number === 0 ? "" : ` ${number}`;
		if (busy(cache).has(mount.id + suffix)) continue;
		busy(cache).add(mount.id + suffix);
		try {
			return await use(suffix);
		} finally {
			busy(cache).delete(mount.id + suffix);
		}
	}
}
const BUSY = new WeakMap<BuildCache, Set<string>>();
function busy(cache: BuildCache): Set<string> {
	const set = BUSY.get(cache) ?? new Set<string>();
	BUSY.set(cache, set);
	return set;
}

async function cacheDirectory({ backend }: Solver, mount: CacheMount, suffix: string): Promise<string> {
	const { sys, cache } = backend;
	const key = `mount ${mount.id}${suffix}`;
	const known = cache.find(key);
	if (known?.directory && (await exists(sys, known.directory))) {
		await cache.touch(known);
		return inside(sys, known.directory, mount.path);
	}
	const directory = `${cache.directory}/mounts/${hex(sys.getrandom(8))}`;
	await makeDirectories(sys, directory, 0o755);
	if (mount.source) {
		await mount.source.with(async (files) => {
			for (const item of await select(files, mount.path)) {
				await copyItem(sys, directory, files, item, { dest: mount.path, unpack: false, filter: EVERYTHING });
			}
		});
	}
	const path = await inside(sys, directory, mount.path);
	if (isDirectory((await sys.lstat(path)).mode) && !mount.source) {
		await sys.chmod(path, mount.mode);
		await sys.lchown(path, mount.uid, mount.gid);
	}
	const description = `cached mount ${mount.target} from exec with id ${JSON.stringify(mount.id)}`;
	await cache.add({ key, type: "exec.cachemount", description, size: 0, parents: [], directory });
	return path;
}
async function inside(sys: BuildBackend["sys"], directory: string, path: string): Promise<string> {
	return path === "/" || path === "" ? directory : rootPath(sys, directory, join("/", path));
}
