// Root file systems of containers: a snapshot each, mounted where it is needed.
//
//     image's layers ──► ID-init ──► ID
//
// ID-init holds the empty files and directories that mounts go over (/etc/hosts, /dev/pts …), so that they are no change of the
// container's own. ID is what the container writes to. It is mounted while the container runs and, for a moment, while somebody
// copies out of a container that does not.

import type { ContainerdApi } from "../../containerd/api";
import { isKind } from "../../lib/errors";
import { isErrno, makeDirectories } from "../../lib/files";
import { MNT, O } from "../../lib/linux";
import { Mutex } from "../../lib/mutex";
import type { Client } from "../../lib/rpc/types";
import { mountAll } from "../../oci/runtime/options";
import type { Sys } from "../../sys";

/** path → its kind, or a symlink's target. */
const INIT_LAYER: ReadonlyArray<readonly [path: string, kind: "directory" | "file" | { link: string }]> = [
	["/dev/pts", "directory"],
	["/dev/shm", "directory"],
	["/proc", "directory"],
	["/sys", "directory"],
	["/.dockerenv", "file"],
	["/etc/resolv.conf", "file"],
	["/etc/hosts", "file"],
	["/etc/hostname", "file"],
	["/dev/console", "file"],
	["/etc/mtab", { link: "/proc/mounts" }],
];

export class Rootfs {
	/** How many use each mount. */
	private readonly users = new Map<string, number>();
	private readonly lock = new Mutex();

	constructor(
		private readonly sys: Sys,
		private readonly containerd: Client<ContainerdApi>,
		/** /var/lib/docker/rootfs/overlayfs */
		private readonly root: string,
	) {}

	path(id: string): string {
		return `${this.root}/${id}`;
	}

	/** Makes the container's snapshot over an image's. */
	async create(id: string, chainId: string): Promise<void> {
		const init = `${id}-init`;
		const preparing = `${init}-key`;
		const mounts = await this.containerd["snapshots.prepare"]({ key: preparing, parent: chainId });
		const target = this.path(init);
		await makeDirectories(this.sys, target, 0o710);
		await mountAll(this.sys, mounts, target);
		try {
			for (const [path, kind] of INIT_LAYER) await this.place(target, path, kind);
		} finally {
			await this.sys.umount2(target, MNT.DETACH);
			await this.sys.rmdir(target);
		}
		await this.containerd["snapshots.commit"]({ key: preparing, name: init });
		await this.containerd["snapshots.prepare"]({ key: id, parent: init });
	}

	/** What is there already stays; something odd in the way, such as a file for /dev, is the image's business. */
	private async place(root: string, path: string, kind: "directory" | "file" | { link: string }): Promise<void> {
		const { sys } = this;
		const make = async (): Promise<void> => {
			if (kind === "directory") await sys.mkdir(root + path, 0o755);
			else if (kind === "file") await sys.close(await sys.open(root + path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o755));
			else await sys.symlink(kind.link, root + path);
		};
		try {
			await make();
		} catch (error) {
			if (isErrno(error, "EEXIST", "ENOTDIR")) return;
			if (!isErrno(error, "ENOENT")) throw error;
			await makeDirectories(sys, root + path.slice(0, path.lastIndexOf("/")));
			await make();
		}
	}

	/** Mounts it, or shares the mount that is there; `release` once for each. Answers where. */
	mount(id: string): Promise<string> {
		return this.lock.run(async () => {
			const target = this.path(id);
			const users = this.users.get(id) ?? 0;
			if (users === 0) {
				const mounts = await this.containerd["snapshots.mounts"]({ key: id });
				await makeDirectories(this.sys, target, 0o710);
				await mountAll(this.sys, mounts, target);
			}
			this.users.set(id, users + 1);
			return target;
		});
	}
	/** It is mounted already, by the dockerd before this one. */
	adopt(id: string): void {
		this.users.set(id, 1);
	}
	release(id: string): Promise<void> {
		return this.lock.run(async () => {
			const users = this.users.get(id) ?? 0;
			if (users > 1) {
				this.users.set(id, users - 1);
				return;
			}
			this.users.delete(id);
			await this.sys.umount2(this.path(id), MNT.DETACH).catch(ignoreGone);
			await this.sys.rmdir(this.path(id)).catch(ignoreGone);
		});
	}
	async with<T>(id: string, work: (path: string) => Promise<T>): Promise<T> {
		const path = await this.mount(id);
		try {
			return await work(path);
		} finally {
			await this.release(id);
		}
	}

	/** Removes the container's snapshots; the image's stay. */
	async remove(id: string): Promise<void> {
		for (const key of [id, `${id}-init`, `${id}-init-key`]) {
			await this.containerd["snapshots.remove"]({ key }).catch((error) => {
				if (!isKind(error, "notFound")) throw error;
			});
		}
	}
}

function ignoreGone(error: unknown): void {
	if (!isErrno(error, "EINVAL", "ENOENT")) throw error;
}
