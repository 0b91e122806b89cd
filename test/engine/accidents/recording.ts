// A storage that remembers every commit, so that a test can pull the plug after any of them; and one that says it is full.

import { memoryStorage } from "../../../engine/host/node/storage";
import type { Storage, StorageBatch } from "../../../engine/port";

export interface Recording {
	storage: Storage;
	commits: StorageBatch[];
	/** The disk as it was after so many commits. */
	after(count: number): Promise<Storage>;
}

export function recordingStorage(before: StorageBatch[] = []): Recording {
	const inner = memoryStorage();
	const commits = [...before];
	const replayed = (async () => {
		for (const batch of before) await inner.commit(batch);
	})();
	return {
		commits,
		storage: {
			load: async (prefix) => {
				await replayed;
				return inner.load(prefix);
			},
			get: async (key) => {
				await replayed;
				return inner.get(key);
			},
			estimate: async () => {
				await replayed;
				return inner.estimate();
			},
			commit: async (batch) => {
				await inner.commit(batch);
				commits.push({ put: batch.put.map(([key, value]) => [key, value.slice()]), delete: [...batch.delete] });
			},
		},
		after: async (count) => {
			const storage = memoryStorage();
			for (const batch of commits.slice(0, count)) await storage.commit(batch);
			return storage;
		},
	};
}
