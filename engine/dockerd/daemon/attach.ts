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

/**
 * Ends when the client detaches or is gone, or when the output has ended; the connection is closed then.
 *
 * The client's place among those who get the output is taken first, and only then is it told that it is attached: a container that
 * it starts at once may have said all it has to say before the next line here runs.
 *
 * @param connect answers the client. @throws what connect throws
 */
export async function attachContainer(
	daemon: Daemon,
	container: Container,
	connect: () => Promise<Duplex>,
	options: AttachOptions,
): Promise<void> {
	const before = daemon.sys.now();
	let open!: (connection: Promise<Duplex>) => void;
	/** What is live comes after what was before. */
	const opened = new Promise<Duplex>((resolve) => {
		open = resolve;
	});
	opened.catch(() => {});
	const sendTo = (connection: Duplex, stream: OutputStream, bytes: Uint8Array): Promise<void> => {
		if (!options[stream]) return Promise.resolve();
		return connection.write(options.multiplexed ? frame(stream, bytes) : bytes);
	};
	const sendLive = async (stream: OutputStream, bytes: Uint8Array): Promise<void> => sendTo(await opened, stream, bytes);
	const follow = (hub: StreamHub | undefined) => hub && join(daemon, container, hub, opened, options, sendLive);
	const live = !options.stream ? undefined : container.streams ? follow(container.streams) : startOf(container).then(follow);
	const connection = await connect().catch((error) => {
		open(Promise.reject(error));
		throw error;
	});
	try {
		if (options.logs) await replay(daemon, container, before, (stream, bytes) => sendTo(connection, stream, bytes));
		open(Promise.resolve(connection));
		containerEvent(daemon, container, "attach");
		if (options.stream) step(daemon, container, "attach");
		await live;
	} finally {
		open(Promise.resolve(connection));
		await connection.close();
	}
}

async function replay(
	daemon: Daemon,
	container: Container,
	until: bigint,
	send: (stream: OutputStream, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
	if (!container.stored.LogPath) return;
	for await (const record of readContainerLog(daemon.sys, container, { until })) await send(record.stream, utf8(record.log));
}

/** A client may attach before the start (`docker run` does), so as to miss nothing. undefined when the start failed. */
function startOf(container: Container): Promise<StreamHub | undefined> {
	return new Promise((resolve) => {
		container.pendingAttach.add(resolve);
		void container.waiters.gone().then(() => {
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
	input: Duplex | Promise<Duplex> | undefined,
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

async function copyInput(
	hub: StreamHub,
	input: Duplex | Promise<Duplex>,
	keys: Uint8Array,
	terminal: boolean,
): Promise<"detached" | "ended"> {
	const watcher = new DetachWatcher(keys);
	try {
		const connection = await input;
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
