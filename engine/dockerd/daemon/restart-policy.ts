// Restart policies: no, always, unless-stopped, on-failure[:N], with a back-off that doubles from 100 ms to a minute and begins
// anew after ten seconds of running.

import type { RestartPolicy } from "../../api/container";
import type { StoredContainer } from "../container/container";
import type { StoredState } from "../container/state";
import { nanoseconds } from "../time";

const FIRST = 100;
const LONGEST = 60_000;
const STEADY = 10_000_000_000n;

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

/** Milliseconds. Sets RestartCount back where the container ran steadily. */
export function backOff(stored: Pick<StoredContainer, "RestartCount">, state: StoredState): number {
	const ran = nanoseconds(state.FinishedAt) - nanoseconds(state.StartedAt);
	if (ran >= STEADY) stored.RestartCount = 0;
	return Math.min(LONGEST, FIRST * 2 ** stored.RestartCount);
}

/** After a boot: `always` comes back even when it was stopped by hand. */
export function restartsAtBoot(policy: RestartPolicy, stored: StoredContainer, wasRunning: boolean): boolean {
	if (policy.Name === "always") return true;
	if (policy.Name === "unless-stopped") return !stored.HasBeenManuallyStopped;
	return policy.Name === "on-failure" && wasRunning && shouldRestart(policy, stored, stored.State.ExitCode);
}
