// Who owns the stored machine: the one tab that holds this lock, for as long as it lives.

const NAME = "drydock-machine";
/** A reload's old page may hold the lock for a moment after the new one has begun. */
const PATIENCE_MS = [0, 50, 100, 200, 400];

export interface Ownership {
	release(): void;
}

/** The lock, or undefined when another tab has it (or the browser has no locks, and so cannot keep two tabs apart). */
export async function acquireOwnership(): Promise<Ownership | undefined> {
	if (!navigator.locks) return undefined;
	for (const wait of PATIENCE_MS) {
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
		const owned = await tryOnce();
		if (owned) return owned;
	}
	return undefined;
}

const tryOnce = (): Promise<Ownership | undefined> =>
	new Promise((resolve, reject) => {
		navigator.locks
			.request(NAME, { ifAvailable: true }, (lock) => {
				if (!lock) return resolve(undefined);
				return new Promise<void>((release) => resolve({ release }));
			})
			.catch(reject);
	});
