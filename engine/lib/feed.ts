// Values that come by themselves, as a stream for one reader.

export class Feed<T> implements AsyncIterable<T> {
	private readonly values: T[] = [];
	private ended = false;
	private failure: unknown;
	private wake: () => void = () => {};

	push(value: T): void {
		if (this.ended) return;
		this.values.push(value);
		this.wake();
	}
	end(failure?: unknown): void {
		this.ended = true;
		this.failure = failure;
		this.wake();
	}
	async *[Symbol.asyncIterator](): AsyncGenerator<T> {
		for (;;) {
			while (this.values.length > 0) yield this.values.shift()!;
			if (this.ended) break;
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		if (this.failure !== undefined) throw this.failure;
	}
}
