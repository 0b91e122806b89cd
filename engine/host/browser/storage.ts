// The storage of a machine that is kept: one object store of IndexedDB, one transaction a commit, so that a commit is
// there as a whole or not at all. Durability is strict: a commit that was answered survives a power cut.

import { deleteDB, type IDBPDatabase, openDB } from "idb";
import { type Storage, type StorageBatch, StorageFull } from "../../port";

const DATABASE = "drydock";
const STORE = "machine";

export class IndexedDbStorage implements Storage {
	private constructor(private readonly database: IDBPDatabase) {}

	static async open(): Promise<IndexedDbStorage> {
		const database = await openDB(DATABASE, 1, {
			upgrade(created) {
				created.createObjectStore(STORE);
			},
		});
		return new IndexedDbStorage(database);
	}
	static async destroy(): Promise<void> {
		await deleteDB(DATABASE);
	}

	async load(prefix: string): Promise<Array<[key: string, value: Uint8Array]>> {
		const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`, false, false);
		const transaction = this.database.transaction(STORE, "readonly");
		const [keys, values] = await Promise.all([transaction.store.getAllKeys(range), transaction.store.getAll(range)]);
		return keys.map((key, index) => [String(key), values[index] as Uint8Array]);
	}
	async get(key: string): Promise<Uint8Array | undefined> {
		return (await this.database.get(STORE, key)) as Uint8Array | undefined;
	}

	async commit(batch: StorageBatch): Promise<void> {
		const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
		const { store } = transaction;
		try {
			const writes: Promise<unknown>[] = batch.delete.map((key) => store.delete(key));
			// slice: a view would be stored with the whole buffer beneath it.
			for (const [key, value] of batch.put) writes.push(store.put(value.slice(), key));
			await Promise.all([...writes, transaction.done]);
		} catch (error) {
			transaction.done.catch(() => {});
			throw isQuota(error) || isQuota(transaction.error) ? new StorageFull("the browser's storage quota is exceeded") : error;
		}
	}

	async estimate(): Promise<{ usage: number; quota: number }> {
		const { usage = 0, quota = Number.POSITIVE_INFINITY } = (await navigator.storage?.estimate?.()) ?? {};
		return { usage, quota };
	}
	close(): void {
		this.database.close();
	}
}

const isQuota = (error: unknown): boolean => error instanceof DOMException && error.name === "QuotaExceededError";
