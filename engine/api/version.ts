// Versions of the Engine API that are spoken here: Engine 29's, and down to the oldest that learners' tools may have.

export const API_VERSION = "1.55";
export const MIN_API_VERSION = "1.24";
/** What skopeo, buildah and podman of 2022 say that they speak to docker-daemon:, without asking; of the API they use nothing that has changed. */
const ALSO_SPOKEN: ReadonlySet<string> = new Set(["1.22"]);
export const isTooOld = (version: string): boolean => compareVersions(version, MIN_API_VERSION) < 0 && !ALSO_SPOKEN.has(version);
/**
 * Python's SDK before 7, and the docker-compose of Python that stands on it, take the daemon's newest version for their own ("auto") and then
 * look for members that left the API long after them (ContainerConfig of an image, id of an event). They are served what they know.
 */
const TAKES_OURS = /^(docker-compose\/1|docker-sdk-python\/[1-6])\./;
const KNOWN_TO_THEM = "1.41";
export const spokenVersion = (asked: string, userAgent = ""): string =>
	TAKES_OURS.test(userAgent) && compareVersions(asked, API_VERSION) === 0 ? KNOWN_TO_THEM : asked;
/** What `docker version` says of the server. */
export const ENGINE_VERSION = "29.7.2";

/** "1.44" < "1.5"? Compares as version numbers: negative, 0 or positive. */
export function compareVersions(a: string, b: string): number {
	if (a === b) return 0;
	const [left, right] = [numbers(a), numbers(b)];
	for (let at = 0; at < Math.max(left.length, right.length); at++) {
		const difference = (left[at] ?? 0) - (right[at] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/** The few versions that every request is compared with are taken apart once; whatever clients say, no more than these are kept. */
const known = new Map<string, readonly number[]>();
function numbers(version: string): readonly number[] {
	const kept = known.get(version);
	if (kept) return kept;
	const parts = version.split(".").map(Number);
	if (known.size < 64) known.set(version, parts);
	return parts;
}
