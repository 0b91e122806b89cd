// Our daemon and the real one, both with the same image busybox.

import { spawnSync } from "node:child_process";
import { type OurDocker, startOurDocker } from "./our-docker";
import { type RealDocker, startRealDocker } from "./real-docker";

export interface BothDockers {
	our: OurDocker;
	real: RealDocker;
	stop(): Promise<void>;
}

/** The real docker command on a daemon: what it says on standard output. */
export const docker = (host: string, args: readonly string[], input?: Uint8Array): Buffer =>
	spawnSync("docker", ["-H", host, ...args], { input, maxBuffer: 2 ** 28, timeout: 120_000 }).stdout;

/** @throws Error when one does not come up; the other is stopped then */
export async function startBothDockers(): Promise<BothDockers> {
	const [ours, theirs] = await Promise.allSettled([startOurDocker(), startRealDocker()]);
	const stop = async (): Promise<void> => {
		await Promise.all([ours, theirs].map((one) => (one.status === "fulfilled" ? one.value.stop() : undefined)));
	};
	if (ours.status === "rejected" || theirs.status === "rejected") {
		await stop();
		throw ours.status === "rejected" ? ours.reason : (theirs as PromiseRejectedResult).reason;
	}
	const [our, real] = [ours.value, theirs.value];
	docker(our.host, ["pull", "-q", "busybox"]);
	docker(real.host, ["load"], docker(our.host, ["save", "busybox"]));
	return { our, real, stop };
}
