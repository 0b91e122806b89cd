// Sandboxes on the Docker daemon that this server reaches: one outer container each, always of the same specification.

import { randomInt } from "node:crypto";
import type { Duplex } from "@/engine/lib/stream";
import { daemonAddress } from "../outer/address";
import { OuterDaemon, OuterError } from "../outer/client";
import { execStream } from "../outer/exec";
import { LABEL, type OperatorSettings, OWNER_LABEL, outerSpecification, SIZES, USER_LABEL, USERS } from "../outer/spec";
import type { Listed, Provider, Trouble } from "./provider";

const ENTRY = "/usr/lib/drydock/entry";
/** Milliseconds for the inner daemon to be ready, on a busy machine. */
const READY = 45_000;
const PING = 5000;
/** Of the machine's memory sandboxes may have so much: the rest is the kernel's, the outer daemon's and the server's. */
const SHARE = 7 / 8;

export class LocalProvider implements Provider {
	/** Sandboxes that the machine's memory holds, were each to use all of its own; unknown until the daemon was asked. */
	private room: number | undefined;

	/** @param settings `most`: sandboxes at once, were there room for them */
	constructor(
		private readonly settings: OperatorSettings & { most: number },
		private readonly env: NodeJS.ProcessEnv = process.env,
		private readonly now: () => number = Date.now,
	) {}

	private daemon(): OuterDaemon {
		const address = daemonAddress(this.env);
		if (!address) throw new OuterError(0, "there is no Docker daemon on this server: start one, or set DOCKER_HOST");
		return new OuterDaemon(address);
	}

	async trouble(): Promise<Trouble | undefined> {
		try {
			const daemon = this.daemon();
			await daemon.call({ method: "GET", path: `/images/${this.settings.image}/json`, timeout: 5000 });
			this.room ??= await roomOf(daemon);
			return undefined;
		} catch (error) {
			if (error instanceof OuterError && error.status === 404)
				return {
					reason: "no-image",
					message: `the Docker daemon has no image ${this.settings.image}: npm run sandbox-image builds it`,
				};
			return { reason: "no-daemon", message: `no Docker daemon: ${(error as Error).message}` };
		}
	}

	places(): number {
		return Math.min(this.settings.most, this.room ?? this.settings.most);
	}

	async create(): Promise<string> {
		const daemon = this.daemon();
		const body = outerSpecification(this.settings, await this.freeUser(daemon), this.now());
		const { Id } = await daemon.call<{ Id: string }>({ method: "POST", path: "/containers/create", body });
		try {
			await daemon.call({ method: "POST", path: `/containers/${Id}/start` });
			await this.ready(daemon, Id);
			return Id;
		} catch (error) {
			await this.destroy(Id).catch(() => {});
			throw error;
		}
	}

	/**
	 * Each sandbox has a user of its own, whichever site lends it: the kernel counts processes, inotify instances, pipes and descriptors on
	 * their way by user, and one must not use up another's. Of two that are made at the same moment chance decides.
	 */
	private async freeUser(daemon: OuterDaemon): Promise<number> {
		const there = await listed(daemon, [`${LABEL}=1`]);
		const taken = new Set(there.map(({ Labels }) => Number(Labels?.[USER_LABEL])));
		const free = Array.from({ length: USERS }, (_, user) => user).filter((user) => !taken.has(user));
		return free[randomInt(Math.max(1, free.length))] ?? randomInt(USERS);
	}

	/** The entry script waits inside, and ends when the inner daemon answers. */
	private async ready(daemon: OuterDaemon, id: string): Promise<void> {
		const waiting = await execStream(daemon, id, [ENTRY, "wait"]);
		await within(READY, waiting, async () => {
			while ((await waiting.read()) !== null);
		});
		const dial = await this.dial(id);
		const answer = await within(PING, dial, async () => {
			await dial.write(new TextEncoder().encode("GET /_ping HTTP/1.0\r\n\r\n"));
			return dial.read();
		});
		if (answer === null) throw new Error("the sandbox's daemon did not come up");
	}

	dial(id: string): Promise<Duplex> {
		return execStream(this.daemon(), id, [ENTRY, "dial"]);
	}

	async destroy(id: string): Promise<void> {
		try {
			await this.daemon().call({ method: "DELETE", path: `/containers/${id}?force=true&v=true` });
		} catch (error) {
			// gone, or going already
			if (!(error instanceof OuterError && (error.status === 404 || error.status === 409))) throw error;
		}
	}

	async list(): Promise<Listed[]> {
		const containers = await listed(this.daemon(), [`${LABEL}=1`, `${OWNER_LABEL}=${this.settings.owner}`]);
		return containers.map(({ Id, Created }) => ({ id: Id, created: Created * 1000 }));
	}
}

/** Closes the stream when the work is done, or takes too long. */
async function within<T>(milliseconds: number, stream: Duplex, work: () => Promise<T>): Promise<T> {
	const late = setTimeout(() => void stream.close(), milliseconds);
	try {
		return await work();
	} finally {
		clearTimeout(late);
		await stream.close();
	}
}

interface Container {
	Id: string;
	/** Seconds since 1970. */
	Created: number;
	Labels: Record<string, string> | null;
}
function listed(daemon: OuterDaemon, label: readonly string[]): Promise<Container[]> {
	const filters = encodeURIComponent(JSON.stringify({ label }));
	return daemon.call({ method: "GET", path: `/containers/json?all=true&filters=${filters}` });
}

/** One there is room for always. */
async function roomOf(daemon: OuterDaemon): Promise<number> {
	const { MemTotal } = await daemon.call<{ MemTotal: number }>({ method: "GET", path: "/info", timeout: 5000 });
	return Math.max(1, Math.floor((MemTotal * SHARE) / SIZES.memoryBytes));
}
