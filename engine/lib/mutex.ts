// One after the other: work that must not interleave with other work on the same thing.

export class Mutex {
	private last: Promise<unknown> = Promise.resolve();

	/** Runs when all that was given before has ended, well or not. */
	run<T>(work: () => Promise<T>): Promise<T> {
		const result = this.last.then(work, work);
		this.last = result.catch(() => {});
		return result;
	}
}

/** At most `count` at a time, in order of asking. */
export class Semaphore {
	private readonly waiting: Array<() => void> = [];
	constructor(private free: number) {}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.waiting.shift();
			if (next) next();
			else this.free++;
		}
	}
}
