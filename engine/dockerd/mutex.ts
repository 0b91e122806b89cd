// One at a time, in order of arrival.

export class Mutex {
	private last: Promise<unknown> = Promise.resolve();

	run<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.last.then(work);
		this.last = turn.catch(() => {});
		return turn;
	}
}
