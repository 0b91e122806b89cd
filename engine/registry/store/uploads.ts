// Uploads: a blob on its way in, on the disk as far as it has come, so that a push goes on where it was cut, a restart between.

import { utf8 } from "../../lib/bytes";
import { algorithmOf, createDigester, type Digest, type Digester } from "../../lib/digest";
import { Mutex } from "../../lib/mutex";
import type { Files } from "../files";
import type { BlobStore } from "./blobs";
import { uploadFolder, uploadsPath } from "./layout";
import { readSmall } from "./links";

/** What this process knows of an upload besides its file. */
interface Running {
	lock: Mutex;
	/** Of the first `digester.size` bytes; absent where the upload began before this process. */
	digester?: Digester;
}
/** More uploads than this at a time are digested at their end. */
const DIGESTERS = 64;

export class UploadStore {
	private readonly running = new Map<string, Running>();

	constructor(
		private readonly files: Files,
		private readonly blobs: BlobStore,
		private readonly now: () => number,
	) {}

	async create(name: string, id: string, algorithm = "sha256"): Promise<void> {
		const folder = uploadFolder(name, id);
		await this.files.replace(`${folder}/startedat`, utf8(new Date(this.now()).toISOString()));
		await this.files.replace(`${folder}/data`, new Uint8Array(0));
		const known = [...this.running.values()].filter(({ digester }) => digester).length;
		this.running.set(folder, {
			lock: new Mutex(),
			...(known < DIGESTERS ? { digester: await createDigester(algorithm) } : {}),
		});
	}
	/** Bytes that have come; undefined where there is no such upload in the repository. */
	size(name: string, id: string): Promise<number | undefined> {
		return this.files.size(`${uploadFolder(name, id)}/data`);
	}
	/** One request at a time works on an upload. */
	exclusively<T>(name: string, id: string, work: () => Promise<T>): Promise<T> {
		const folder = uploadFolder(name, id);
		const running = this.running.get(folder) ?? { lock: new Mutex() };
		this.running.set(folder, running);
		return running.lock.run(work);
	}
	async append(name: string, id: string, at: number, bytes: Uint8Array): Promise<void> {
		const folder = uploadFolder(name, id);
		await this.files.append(`${folder}/data`, bytes);
		const running = this.running.get(folder);
		if (!running?.digester) return;
		if (running.digester.size === at) running.digester.update(bytes);
		else running.digester = undefined;
	}
	async remove(name: string, id: string): Promise<void> {
		const folder = uploadFolder(name, id);
		this.running.delete(folder);
		await this.files.remove(folder);
	}
	/** False when the upload is not what the digest says; it is gone then. */
	async finish(name: string, id: string, digest: Digest): Promise<boolean> {
		const right = (await this.digest(name, id, algorithmOf(digest))) === digest;
		if (right) {
			await this.blobs.announce(name, digest);
			await this.blobs.install(`${uploadFolder(name, id)}/data`, digest);
		}
		await this.remove(name, id);
		return right;
	}
	/** Removes what was begun before `before` (milliseconds since 1970); answers the folders that went. */
	async purge(names: readonly string[], before: number): Promise<string[]> {
		const gone: string[] = [];
		for (const name of names) {
			for (const id of await this.files.list(uploadsPath(name))) {
				const folder = uploadFolder(name, id);
				const started = Date.parse((await readSmall(this.files, `${folder}/startedat`)) ?? "");
				if (started >= before) continue;
				await this.remove(name, id);
				gone.push(folder);
			}
		}
		return gone;
	}

	private async digest(name: string, id: string, algorithm: string): Promise<Digest> {
		const folder = uploadFolder(name, id);
		const size = (await this.files.size(`${folder}/data`)) ?? 0;
		const running = this.running.get(folder);
		const known = running?.digester;
		if (running && known?.size === size) {
			// a digester answers once
			running.digester = undefined;
			const digest = known.digest();
			if (algorithmOf(digest) === algorithm) return digest;
		}
		const digester = await createDigester(algorithm);
		for await (const piece of this.files.read(`${folder}/data`, 0, size)) digester.update(piece);
		return digester.digest();
	}
}
