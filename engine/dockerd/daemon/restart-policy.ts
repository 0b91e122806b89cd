// Restart policies: no, always, unless-stopped, on-failure[:N], with a back-off that doubles from 100 ms to a minute and begins
// anew after ten seconds of running.

import type { RestartPolicy } from "../../api/container";
import type { StoredContainer } from "../container/container";

const FIRST = 100;
const LONGEST = 60_000;
/** Seconds. */
const STEADY = 10;

export function shouldRestart(
	policy: RestartPolicy,
	stored: Pick<StoredContainer, "RestartCount" | "HasBeenManuallyStopped">,
	exitCode: number,
): boolean {
	if (policy.Name === "always") return true;
	if (policy.Name === "unless-stopped") return !stored.HasBeenManuallyStopped;
	if (policy.Name !== "on-failure" || exitCode === 0) return false;
	return policy.MaximumRetryCount === 0 || stored.RestartCount < policy.MaximumRetryCount;
}

/** Milliseconds until the next start. @param before the pause before this run, 0 for its first; @param ran seconds */
export const backOff = (before: number, ran: number): number =>
	before === 0 || ran >= STEADY ? FIRST : Math.min(LONGEST, before * 2);

/** After a boot: `always` comes back even when it was stopped by hand. */
export function restartsAtBoot(policy: RestartPolicy, stored: StoredContainer, wasRunning: boolean): boolean {
	if (policy.Name === "always") return true;
	if (policy.Name === "unless-stopped") return !stored.HasBeenManuallyStopped;
	return policy.Name === "on-failure" && wasRunning && shouldRestart(policy, stored, stored.State.ExitCode);
}
