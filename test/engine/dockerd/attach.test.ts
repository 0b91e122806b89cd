// Attaching: nothing that a container says after the client has its answer is missed, and what was said before comes once.

import { expect, test } from "vitest";
import type { Container } from "../../../engine/dockerd/container/container";
import { Waiters } from "../../../engine/dockerd/container/waiters";
import { type AttachOptions, attachContainer } from "../../../engine/dockerd/daemon/attach";
import type { Daemon } from "../../../engine/dockerd/daemon/daemon";
import type { Sink, StreamHub } from "../../../engine/dockerd/stream/hub";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import type { Duplex } from "../../../engine/lib/stream";

const OPTIONS: AttachOptions = {
	stdin: false,
	stdout: true,
	stderr: true,
	logs: true,
	stream: true,
	detachKeys: new Uint8Array(),
	multiplexed: false,
};

/** A container that has not run, its daemon, and the client's end. */
function stage() {
	const sinks = new Set<Sink>();
	let finish = (): void => {};
	const ended = new Promise<void>((resolve) => {
		finish = resolve;
	});
	const hub = {
		io: { terminal: false },
		ended,
		addSink(sink: Sink) {
			sinks.add(sink);
			return { ended, detach: () => sinks.delete(sink) };
		},
	} as unknown as StreamHub;
	const pendingAttach = new Set<(hub: StreamHub | undefined) => void>();
	const container = {
		id: "c",
		config: {},
		stored: { LogPath: "" },
		state: {},
		pendingAttach,
		waiters: new Waiters(),
	} as unknown as Container;
	const daemon = { sys: { now: () => 5n }, events: { emit: () => {} }, trace: { emit: () => {} } } as unknown as Daemon;
	const written: Uint8Array[] = [];
	const client: Duplex = {
		read: async () => null,
		write: async (bytes) => void written.push(bytes),
		closeWrite: async () => {},
		close: async () => void written.push(utf8("|")),
	};
	/** It starts, says something, and ends. */
	const run = (words: string): void => {
		for (const attach of pendingAttach) attach(hub);
		void (async () => {
			await Promise.resolve();
			await Promise.all([...sinks].map((sink) => sink("stdout", utf8(words)).catch(() => sinks.delete(sink))));
			finish();
		})();
	};
	return { container, daemon, client, run, sinks, said: () => text(concat(written)) };
}

test("a container that is started and ends while the client reads its answer is heard", async () => {
	const { container, daemon, client, run, said } = stage();
	const connect = async (): Promise<Duplex> => {
		run("all it has to say");
		await new Promise((done) => setTimeout(done, 20));
		return client;
	};
	await attachContainer(daemon, container, connect, OPTIONS);
	expect(said()).toBe("all it has to say|");
});

test("a client that is gone before it has its answer holds up nothing", async () => {
	const { container, daemon, run, sinks } = stage();
	const attaching = attachContainer(daemon, container, () => Promise.reject(new Error("EPIPE")), OPTIONS);
	await expect(attaching).rejects.toThrow("EPIPE");
	run("to nobody");
	await expect.poll(() => sinks.size).toBe(0);
});
