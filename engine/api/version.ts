// Versions of the Engine API that are spoken here: Engine 29's, and down to the oldest that learners' tools may have.

export const API_VERSION = "1.52";
export const MIN_API_VERSION = "1.24";
/** What skopeo, buildah and podman of 2022 say that they speak to docker-daemon:, without asking; of the API they use nothing that has changed. */
const ALSO_SPOKEN: ReadonlySet<string> = new Set(["1.22"]);
export const isTooOld = (version: string): boolean => compareVersions(version, MIN_API_VERSION) < 0 && !ALSO_SPOKEN.has(version);
/** What `docker version` says of the server. */
export const ENGINE_VERSION = "29.1.0";

/** "1.44" < "1.5"? Compares as version numbers: negative, 0 or positive. */
export function compareVersions(a: string, b: string): number {
	const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
	for (let at = 0; at < Math.max(left.length, right.length); at++) {
		const difference = (left[at] ?? 0) - (right[at] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
