// What the scheduler runs: a guest task for a slice, or a native program's call that is tried again.

/** A control group, as far as the run queue cares. */
export interface ScheduleGroup {
	readonly parent?: ScheduleGroup;
	/** cpu.weight: 100 where nothing is said. */
	readonly weight?: number;
}

export interface Runnable {
	/** In the run queue already? Kept by the scheduler. */
	queued: boolean;
	/** Its control group: groups take turns, and so do the members of each. */
	readonly group: ScheduleGroup;
	/** Goes on for a slice. */
	run(): void;
	/** run() threw, which is a defect of the kernel: the process is killed. */
	abort(): void;
	/** Its control group is frozen, or has used up its cpu.max for now: it waits outside the queue. */
	readonly frozen: boolean;
}
