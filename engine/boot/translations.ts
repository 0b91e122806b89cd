// The processor's translations, kept beside the disk from one machine to the next. They make things faster and nothing else, so
// they give way: to newer ones when there are too many, and to the disk when the storage is full.

import type { Cpu, Keeper, Kept } from "../cpu";
import { digestOf } from "../lib/digest";
import { type Storage, StorageFull } from "../port";

const PREFIX = "code/";
/** Bytes, of all. */
const MOST = 16 << 20;

export class KeptTranslations implements Keeper {
	/** Keys with sizes, in the order of their last use. */
	private readonly sizes = new Map<string, number>();
	private size = 0;
	private readonly put = new Map<string, Uint8Array>();
	private readonly gone = new Set<string>();
	private full = false;

	constructor(
		private readonly storage: Storage,
		/** Of the processor: what another one translated is of no use. */
		private readonly version: string,
		private readonly most = MOST,
	) {}

	/** What earlier machines kept goes to the processor; what is damaged, or another version's, is thrown away. */
	async load(cpu: Pick<Cpu, "adopt">): Promise<void> {
		for (const [key, record] of await this.storage.load(PREFIX)) {
			if (this.sizes.has(key)) continue;
			this.note(key, record.length);
			if (key === this.keyOf(record)) cpu.adopt(record, this.kept(key));
			else this.forget(key);
		}
		this.bound();
	}

	made(record: Uint8Array): Kept {
		const key = this.keyOf(record);
		if (!this.full && !this.sizes.has(key)) {
			this.put.set(key, record);
			this.gone.delete(key);
			this.note(key, record.length);
			this.bound();
		}
		return this.kept(key);
	}

	/** Writes what changed. Never fails: what cannot be kept is not. */
	async commit(): Promise<void> {
		if (this.put.size + this.gone.size === 0) return;
		const batch = { put: [...this.put], delete: [...this.gone] };
		this.put.clear();
		this.gone.clear();
		await this.storage.commit(batch).catch((error: unknown) => {
			for (const [key] of batch.put) this.forget(key);
			this.full ||= error instanceof StorageFull;
		});
	}

	/** The disk needs the room. */
	async giveWay(): Promise<void> {
		this.full = true;
		for (const key of [...this.sizes.keys()]) this.forget(key);
		await this.commit();
	}

	private keyOf(record: Uint8Array): string {
		return `${PREFIX}${this.version}/${digestOf(record)}`;
	}
	private kept(key: string): Kept {
		return {
			met: () => {
				const size = this.sizes.get(key);
				if (size === undefined) return;
				this.sizes.delete(key);
				this.sizes.set(key, size);
			},
			forget: () => this.forget(key),
		};
	}
	private note(key: string, size: number): void {
		this.sizes.set(key, size);
		this.size += size;
	}
	private forget(key: string): void {
		this.size -= this.sizes.get(key) ?? 0;
		this.sizes.delete(key);
		this.put.delete(key);
		this.gone.add(key);
	}
	/** What was not used for longest goes first. */
	private bound(): void {
		for (const key of this.sizes.keys()) {
			if (this.size <= this.most) return;
			this.forget(key);
		}
	}
}
