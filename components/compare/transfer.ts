// What docker tells while images are on their way. Whether there is anything to fetch depends on what a host has already, and in which order
// layers are done on their sizes and on the network: no part of the answer.

const LAYER =
	"Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|Pull complete|Already exists|Preparing|Pushing|Pushed|Layer already exists";

const TRANSFER: readonly RegExp[] = [
	/^Unable to find image '.*' locally$/,
	/^Using default tag: \S+$/,
	/^\S+: Pulling from \S+$/,
	/^The push refers to repository \[\S+\]$/,
	new RegExp(`^[0-9a-f]{12}: (?:(?:${LAYER})\\b.*|Mounted from \\S+)$`),
	/^Digest: sha256:[0-9a-f]{64}$/,
	/^Status: (?:Downloaded newer image|Image is up to date) for \S+$/,
];

export const isTransfer = (line: string): boolean => TRANSFER.some((pattern) => pattern.test(line.trimEnd()));
