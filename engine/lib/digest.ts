// Digests as OCI writes them: algorithm ":" hex. sha256 is what is made; sha512 is read and checked too.

import { createSHA256, createSHA512, type IHasher } from "hash-wasm";
import { hex, utf8 } from "./bytes";
import { EngineError } from "./errors";
import { sha256 } from "./sha256";

export type Digest = string;
const HEX_LENGTH: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 };
const SHAPE = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Why a text is no digest, in go-digest's words, or undefined when it is one. */
export function digestProblem(digest: string): string | undefined {
	if (!SHAPE.test(digest)) return "invalid checksum digest format";
	const colon = digest.indexOf(":");
	const length = HEX_LENGTH[digest.slice(0, colon)];
	if (length === undefined) return "unsupported digest algorithm";
	const encoded = digest.slice(colon + 1);
	if (encoded.length !== length) return "invalid checksum digest length";
	return /^[a-f0-9]+$/.test(encoded) ? undefined : "invalid checksum digest format";
}
export const isDigest = (text: string): boolean => digestProblem(text) === undefined;

/** @throws EngineError invalidParameter */
export function checkDigest(digest: string): Digest {
	const problem = digestProblem(digest);
	if (problem) throw new EngineError("invalidParameter", `${problem}: ${JSON.stringify(digest)}`);
	return digest;
}
export const algorithmOf = (digest: Digest): string => digest.slice(0, digest.indexOf(":"));
export const encodedOf = (digest: Digest): string => digest.slice(digest.indexOf(":") + 1);

/** The digest of what is at hand. */
export const digestOf = (data: Uint8Array | string): Digest =>
	`sha256:${hex(sha256(typeof data === "string" ? utf8(data) : data))}`;

/** The digest of what is at hand by the algorithm that another digest has, where that is one that is known; by sha256 otherwise. */
export async function digestAs(other: string, data: Uint8Array): Promise<Digest> {
	if (algorithmOf(other) !== "sha512") return digestOf(data);
	const digester = await createDigester("sha512");
	digester.update(data);
	return digester.digest();
}

/** Digests a stream as it passes by. */
export interface Digester {
	update(bytes: Uint8Array): void;
	/** Once, at the end. */
	digest(): Digest;
	/** How many bytes have passed. */
	readonly size: number;
}

const MAKERS = { sha256: createSHA256, sha512: createSHA512 } as const;
/** Hashers that are at rest. Making one takes a moment of real time, which a machine with a clock of its own must not notice. */
const idle: Record<keyof typeof MAKERS, IHasher[]> = { sha256: [], sha512: [] };

/** Makes hashers before a machine starts, so that as many digests at a time wait for nothing. */
export async function prepareDigesters(count: number): Promise<void> {
	const missing = Math.max(0, count - idle.sha256.length);
	idle.sha256.push(...(await Promise.all(Array.from({ length: missing }, () => createSHA256()))));
}

/** What computes digests where the surroundings have something faster: see port.ts. */
type Hashers = (algorithm: keyof typeof MAKERS) => { update(bytes: Uint8Array): void; digest(): string };
let hashers: Hashers | undefined;
/** Whoever computes it, a digest is the same: so all machines of a process share them. */
export function useHashers(faster: Hashers): void {
	hashers = faster;
}

async function ownHasher(algorithm: keyof typeof MAKERS): Promise<ReturnType<Hashers>> {
	const hasher: IHasher = idle[algorithm].pop() ?? (await MAKERS[algorithm]());
	hasher.init();
	return {
		update: (bytes) => void hasher.update(bytes),
		digest: () => {
			const digest = hasher.digest("hex");
			idle[algorithm].push(hasher);
			return digest;
		},
	};
}

export async function createDigester(algorithm = "sha256"): Promise<Digester> {
	if (algorithm !== "sha256" && algorithm !== "sha512") {
		throw new EngineError("invalidParameter", `unsupported digest algorithm: ${algorithm}`);
	}
	const hasher = hashers?.(algorithm) ?? (await ownHasher(algorithm));
	let size = 0;
	return {
		update(bytes) {
			hasher.update(bytes);
			size += bytes.length;
		},
		digest: () => `${algorithm}:${hasher.digest()}`,
		get size() {
			return size;
		},
	};
}
