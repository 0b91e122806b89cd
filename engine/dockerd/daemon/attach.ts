// POST /containers/{id}/attach: a client's connection becomes the container's terminal, or its streams.

import { utf8 } from "../../lib/bytes";
import { conflict } from "../../lib/errors";
import type { Duplex } from "../../lib/stream";
import type { Container } from "../container/container";
import { readContainerLog } from "../logs/driver";
import { DetachWatcher } from "../stream/detach";
import { frame, type OutputStream } from "../stream/frame";
import type { StreamHub } from "../stream/hub";
import { containerEvent, type Daemon, step } from "./daemon";

export interface AttachOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	/** What was logged before, first. */
	logs: boolean;
	/** Live. */
	stream: boolean;
	detachKeys: Uint8Array;
	/** stdout and stderr share the connection, in frames. */
	multiplexed: boolean;
}

/** @throws EngineError conflict, before the connection is taken over */
export function checkAttach({ state }: Container, typed: string): void {
	if (state.Paused) throw conflict(`container ${typed} is paused, unpause the container before attach`);
	if (state.Restarting) throw conflict(`container ${typed} is restarting, wait until the container is running`);
}

/** Ends when the client detaches or is gone, or when the output has ended. */
export async function attachContainer(
	daemon: Daemon,
	container: Container,
	connection: Duplex,
	options: AttachOptions,
): Promise<void> {
	const send = (stream: OutputStream, bytes: Uint8Array): Promise<void> => {
		if (!options[stream]) return Promise.resolve();
		return connection.write(options.multiplexed ? frame(stream, bytes) : bytes);
	};
	if (options.logs) await replay(daemon, container, send);
	containerEvent(daemon, container, "attach");
	if (!options.stream) return;
	step(daemon, container, "attach");
	const hub = container.streams ?? (await startOf(container));
	if (hub) await join(daemon, container, hub, connection, options, send);
}

async function replay(
	daemon: Daemon,
	container: Container,
	send: (stream: OutputStream, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
	if (!container.stored.LogPath) return;
	for await (const record of readContainerLog(daemon.sys, container, {})) await send(record.stream, utf8(record.log));
}

/** A client may attach before the start (`docker run` does), so as to miss nothing. undefined when the start failed. */
function startOf(container: Container): Promise<StreamHub | undefined> {
	return new Promise((resolve) => {
		container.pendingAttach.add(resolve);
		void container.waiters.wait("removed").then(() => {
			container.pendingAttach.delete(resolve);
			resolve(undefined);
		});
	});
}

/** Connects a client with a process's streams, in both directions. */
export async function join(
	daemon: Daemon,
	container: Container,
	hub: StreamHub,
	input: Duplex | undefined,
	options: Pick<AttachOptions, "stdin" | "detachKeys">,
	send: (stream: OutputStream, bytes: Uint8Array) => Promise<void>,
	execId?: string,
): Promise<"detached" | "ended"> {
	// that a client is gone shows when something is sent to it
	let lose = (): void => {};
	const lost = new Promise<void>((resolve) => {
		lose = resolve;
	});
	const attachment = hub.addSink((stream, bytes) => send(stream, bytes).catch(lose));
	const detached = options.stdin && input ? copyInput(hub, input, options.detachKeys, hub.io.terminal) : undefined;
	const gone = detached?.then(async (how) => {
		if (how === "detached") return;
		// The client's end of input is the process's, where nobody else may type.
		if (execId !== undefined || container.config.StdinOnce) {
			if (!hub.io.terminal && (await hub.closeInput())) {
				await daemon.containerd["tasks.closeIo"]({ containerId: container.id, execId }).catch(() => {});
			}
		}
		await attachment.ended;
	});
	await Promise.race([attachment.ended, lost, ...(gone ? [gone] : [])]);
	attachment.detach();
	if (!detached || (await Promise.race([detached, Promise.resolve("open")])) !== "detached") return "ended";
	containerEvent(daemon, container, execId ? "exec_detach" : "detach", execId ? { execID: execId } : {});
	return "detached";
}

async function copyInput(hub: StreamHub, connection: Duplex, keys: Uint8Array, terminal: boolean): Promise<"detached" | "ended"> {
	const watcher = new DetachWatcher(keys);
	try {
		for (;;) {
			const bytes = await connection.read();
			if (bytes === null) return "ended";
			if (!terminal) await hub.write(bytes);
			else {
				const { pass, detached } = watcher.feed(bytes);
				await hub.write(pass);
				if (detached) return "detached";
			}
		}
	} catch {
		return "ended";
	}
}
