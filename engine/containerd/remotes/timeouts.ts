// How long a registry may keep silent: the limits of containerd's HTTP transport (core/remotes/docker, DefaultHTTPTransport) and of
// dockerd's log-ins, with the words of Go's net/http. Nothing limits how long a body takes once its head has come, there as here.

import type { Clock } from "../../port";

/** Until a connection stands. */
export const DIAL = { ms: 30_000, words: "i/o timeout" };
export const TLS_HANDSHAKE = { ms: 10_000, words: "net/http: TLS handshake timeout" };
export const RESPONSE_HEADERS = { ms: 30_000, words: "net/http: timeout awaiting response headers" };
/** A log-in's request altogether. */
export const LOGIN = { ms: 15_000, words: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" };

/**
 * What `work` comes to, unless the time is over before.
 * @param giveUp ends what is under way; what comes of it then is of no interest
 * @throws Error in the limit's words
 */
export async function within<T>(
	clock: Clock,
	{ ms, words }: { ms: number; words: string },
	work: Promise<T>,
	giveUp: () => void,
): Promise<T> {
	work.catch(() => {});
	let timer: { cancel(): void } | undefined;
	const over = new Promise<never>((_, reject) => {
		timer = clock.timer(ms, () => {
			reject(new Error(words));
			giveUp();
		});
	});
	try {
		return await Promise.race([work, over]);
	} finally {
		timer?.cancel();
	}
}
