// What pushes under way rely on. The collector must know of it, in whatever process it runs, so it is on the disk:
//
//     an uploaded or mounted blob    is kept for an hour, for the manifest that is to name it
//     a manifest that is being put   names what it refers to before it looks whether that is there
//
// The collector takes content away first and looks at this and at the manifests then, bringing back what it finds needed.
// So either the push sees that content is missing, or the collector sees that it is needed: never neither.

import { utf8 } from "../../lib/bytes";
import type { Digest } from "../../lib/digest";
import type { Files } from "../files";
import { pendingPath } from "./layout";
import { readSmall } from "./links";

/** A push that has not come to its manifest by then has ended. */
const KEPT_MS = 3600_000;

interface Pending {
	/** RFC 3339. */
	at: string;
	digests: Digest[];
}

const layerKey = (digest: Digest): string => `layer-${digest.replace(":", "-")}`;
const manifestKey = (digest: Digest): string => `manifest-${digest.replace(":", "-")}`;

export class PendingStore {
	constructor(
		private readonly files: Files,
		private readonly now: () => number,
	) {}

	layer(name: string, digest: Digest): Promise<void> {
		return this.write(name, layerKey(digest), [digest]);
	}
	/** Runs `put` while what the manifest refers to is kept; afterwards the manifest itself keeps it. */
	async manifest<T>(name: string, digest: Digest, references: readonly Digest[], put: () => Promise<T>): Promise<T> {
		await this.write(name, manifestKey(digest), [digest, ...references]);
		try {
			const done = await put();
			for (const one of references) await this.files.remove(`${pendingPath(name)}/${layerKey(one)}`);
			return done;
		} finally {
			await this.files.remove(`${pendingPath(name)}/${manifestKey(digest)}`);
		}
	}
	/** What is relied on in a repository; what is too old is removed on the way. */
	async digests(name: string): Promise<Digest[]> {
		const out: Digest[] = [];
		for (const key of await this.files.list(pendingPath(name))) {
			const path = `${pendingPath(name)}/${key}`;
			const pending = parse(await readSmall(this.files, path));
			if (!pending) continue;
			if (this.now() - Date.parse(pending.at) < KEPT_MS) out.push(...pending.digests);
			else await this.files.remove(path);
		}
		return out;
	}

	private write(name: string, key: string, digests: Digest[]): Promise<void> {
		const pending: Pending = { at: new Date(this.now()).toISOString(), digests };
		return this.files.replace(`${pendingPath(name)}/${key}`, utf8(JSON.stringify(pending)));
	}
}

function parse(words: string | undefined): Pending | undefined {
	try {
		return words === undefined ? undefined : (JSON.parse(words) as Pending);
	} catch {
		// half of a replaced file is never seen; whatever else this is, it is none of ours
		return undefined;
	}
}
