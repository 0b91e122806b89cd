// The port in Node: real clock, the system's randomness, fetch, sockets of the real host.

import { createHash, webcrypto } from "node:crypto";
import type { Clock, Fetch, Port, Storage } from "../../port";
import { gunzip } from "./gunzip";
import { listen } from "./listen";
import { nodeConnect } from "./site";

export const nodeClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	monotonic: () => performance.now(),
	timer: (ms, callback) => {
		// setTimeout keeps 31 bits; what is longer is not this process's concern
		const handle = setTimeout(callback, Math.min(ms, 0x7fffffff));
		return { cancel: () => clearTimeout(handle) };
	},
};

export function nodePort(options: { storage: Storage; fetch: Fetch }): Port {
	return {
		clock: nodeClock,
		random: (into) => {
			for (let at = 0; at < into.length; at += 65536) webcrypto.getRandomValues(into.subarray(at, at + 65536));
			return into;
		},
		storage: options.storage,
		fetch: options.fetch,
		turn: () => new Promise((resolve) => setImmediate(resolve)),
		listen,
		connect: nodeConnect(),
		gunzip,
		hasher: (algorithm) => {
			const hash = createHash(algorithm);
			return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
		},
	};
}
