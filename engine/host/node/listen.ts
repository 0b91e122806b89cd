// Listening on the real host, for bin/drydock dockerd and published ports.

import { chmodSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { HostStream, Listen } from "../../port";
import { plain } from "./bytes";

export const listen: Listen = (address, accept) =>
	new Promise((resolve, reject) => {
		const server = createServer({ allowHalfOpen: true }, (socket) => accept(hostStream(socket)));
		const sockets = new Set<Socket>();
		server.on("connection", (socket) => {
			sockets.add(socket);
			socket.on("close", () => sockets.delete(socket));
		});
		server.once("error", reject);
		const ready = (): void => {
			const bound = server.address();
			if ("unix" in address) chmodSync(address.unix, 0o660);
			resolve({
				port: bound && typeof bound === "object" ? bound.port : undefined,
				close: () =>
					new Promise((closed) => {
						for (const socket of sockets) socket.destroy();
						server.close(() => closed());
					}),
			});
		};
		if ("unix" in address) {
			rmSync(address.unix, { force: true });
			server.listen(address.unix, ready);
		} else server.listen(address.port, address.host, ready);
	});

/** Bytes that are taken before the system has taken them. */
const UNDER_WAY = 1 << 20;

/** A socket as a HostStream: reads on demand, so that back-pressure reaches the peer. */
export function hostStream(socket: Socket): HostStream {
	const iterator = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
	socket.on("error", () => socket.destroy());
	let ended = false;
	return {
		read: async () => {
			try {
				const { value, done } = await iterator.next();
				return done ? null : plain(value);
			} catch {
				return null;
			}
		},
		write: (bytes) =>
			new Promise((resolve, reject) => {
				if (socket.destroyed) return reject(new Error("the connection is closed"));
				// a few writes may be under way: the other side need not wake up for each
				const early = socket.writableLength + bytes.length <= UNDER_WAY;
				socket.write(bytes, (error) => (error ? reject(error) : resolve()));
				if (early) resolve();
			}),
		end() {
			ended = true;
			socket.end();
		},
		destroy: () => (ended ? socket.destroySoon() : void socket.destroy()),
	};
}
