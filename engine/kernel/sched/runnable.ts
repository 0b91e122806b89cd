// What the scheduler runs: a guest task for a slice, or a native program's call that is tried again.

export interface Runnable {
	/** In the run queue already? Kept by the scheduler. */
	queued: boolean;
	/** Its control group: groups take turns, and so do the members of each. */
	readonly group: object;
	/** Goes on for a slice. */
	run(): void;
	/** run() threw, which is a defect of the kernel: the process is killed. */
	abort(): void;
	/** Its control group is frozen: it waits outside the queue. */
	readonly frozen: boolean;
}
