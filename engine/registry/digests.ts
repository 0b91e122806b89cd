// Which digests content may be pushed under: those that can be checked here.

import { algorithmOf, digestProblem } from "../lib/digest";
import { RegistryError } from "./errors";

const ALGORITHMS = new Set(["sha256", "sha512"]);
export const isAlgorithm = (name: string): boolean => ALGORITHMS.has(name);

/** @throws RegistryError DIGEST_INVALID */
export function checkPushed(digest: string): void {
	if (digestProblem(digest) !== undefined || !isAlgorithm(algorithmOf(digest)))
		throw new RegistryError("DIGEST_INVALID", { digest }, { message: "invalid or unsupported digest" });
}
