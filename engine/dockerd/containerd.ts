// dockerd's connection with containerd: a client that dials again when containerd was restarted.

import { CONTAINERD_SOCKET, type ContainerdApi, type RegistrySettings } from "../containerd/api";
import { isKind, unavailable } from "../lib/errors";
import { connectRpc } from "../lib/rpc/client";
import type { Client } from "../lib/rpc/types";
import { dialUnix } from "../lib/socket";
import type { Sys } from "../sys";

type Connection = ReturnType<typeof connectRpc<ContainerdApi>>;
type AnyCall = (request: unknown) => Promise<unknown> & AsyncIterable<unknown> & { cancel(): void };

/** How long a containerd that comes up is waited for. */
const PATIENCE = 30_000;
const PAUSE = 20;

/** After any other call, and when the connection was lost, other images may be there. */
const KEEPS_IMAGES =
	/^(version|snapshots|diff|containers|tasks|leases|events)\.|^images\.(get|list)$|^content\.(info|list|read)$/;

/**
 * @param registries what goes with every request that leads to one
 * @param imagesChange told when there may be other images from now on
 */
export function containerdClient(sys: Sys, registries: () => RegistrySettings, imagesChange = () => {}): Client<ContainerdApi> {
	let connection: Promise<Connection> | undefined;
	const connected = (): Promise<Connection> => {
		connection ??= dial(sys).then((made) => {
			void made.closed.then(() => {
				connection = undefined;
				imagesChange();
			});
			return made;
		});
		connection.catch(() => {
			connection = undefined;
		});
		return connection;
	};
	const call = (method: string, request: unknown) => {
		let made: ReturnType<AnyCall> | undefined;
		let cancelled = false;
		const done = KEEPS_IMAGES.test(method) ? () => {} : imagesChange;
		done();
		const starting = connected().then((to) => {
			made = (to as unknown as Record<string, AnyCall>)[method]!(request);
			if (cancelled) made.cancel();
			return { made };
		});
		const answer = starting.then((one) => one.made as Promise<unknown>);
		// of a stream, the end
		answer.then(done, done);
		return Object.assign(answer, {
			cancel: () => {
				cancelled = true;
				made?.cancel();
			},
			async *[Symbol.asyncIterator]() {
				yield* (await starting).made;
			},
		});
	};
	return new Proxy({} as Client<ContainerdApi>, {
		get: (_, method) =>
			typeof method === "string" && method !== "then"
				? (request: object) => call(method, method.startsWith("transfer.") ? { ...request, registries: registries() } : request)
				: undefined,
	});
}

async function dial(sys: Sys): Promise<Connection> {
	const deadline = sys.monotonic() + PATIENCE;
	for (;;) {
		try {
			return connectRpc<ContainerdApi>(await dialUnix(sys, CONTAINERD_SOCKET));
		} catch (error) {
			if (sys.monotonic() > deadline) {
				throw isKind(error, "unavailable")
					? error
					: unavailable(`failed to dial ${JSON.stringify(CONTAINERD_SOCKET)}: ${String(error)}`);
			}
			await sys.nanosleep(PAUSE);
		}
	}
}
