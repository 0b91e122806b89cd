// memory.high: who has had pages while a group was above it is held back before it goes on, the longer the further above
// (calculate_high_delay and mem_cgroup_handle_over_high in mm/memcontrol.c).

/** Linux's delays are for so many pages, MEMCG_CHARGE_BATCH: more or fewer are more or less of it. */
const BATCH = 64;
/** Nobody sleeps for longer at a time, in milliseconds (MEMCG_MAX_HIGH_DELAY_JIFFIES). */
const MOST = 2000;
/** A shorter delay is none. */
const LEAST = 10;
/** Twice as much as memory.high would be 2^20 * 2^20 / 2^34 seconds for a batch. */
const SCALE = 64_000;

/** Milliseconds. `pages` is what was charged since the last time. */
export function highDelay(current: number, high: number, pages: number): number {
	if (current <= high) return 0;
	// A limit of nothing is one page.
	const over = (current - high) / Math.max(high, 4096);
	const delay = Math.min(MOST, (over * over * SCALE * pages) / BATCH);
	return delay <= LEAST ? 0 : delay;
}
