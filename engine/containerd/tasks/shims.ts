// The shims that this containerd knows: starts them, finds them again after containerd's own restart, notices their deaths.

import { text } from "../../lib/bytes";
import { alreadyExists, notFound, systemError } from "../../lib/errors";
import { isErrno, readAll, readText, removeTree, writeFile } from "../../lib/files";
import { O } from "../../lib/linux";
import { connectRpc } from "../../lib/rpc/client";
import type { Client } from "../../lib/rpc/types";
import { dialUnix } from "../../lib/socket";
import { exitStatus, type Sys } from "../../sys";
import { SHIM_PATH, type ShimApi } from "../shim/api";
import { addressFile, bundleOf, bundlesOf, createBundle } from "./bundle";
import type { Exchange } from "./exchange";

const ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
/** What a container whose shim was killed is said to have ended with. */
const KILLED = 137;

export interface Shim {
	id: string;
	bundle: string;
	client: Client<ShimApi>;
	close(): Promise<void>;
	/** Resolves when the connection is gone. */
	closed: Promise<void>;
	/** We ended it ourselves: its going is no accident. */
	dismissed: boolean;
}

export class Shims {
	private readonly known = new Map<string, Shim>();

	constructor(
		private readonly sys: Sys,
		private readonly namespace: string,
		private readonly exchange: Exchange,
	) {}

	/** @throws EngineError notFound */
	get(id: string): Shim {
		const shim = this.known.get(id);
		if (!shim) throw notFound(`task ${id} not found: not found`);
		return shim;
	}
	all(): Shim[] {
		return [...this.known.values()];
	}

	async start(id: string, spec: unknown): Promise<Shim> {
		if (this.known.has(id)) throw alreadyExists(`task ${id}: already exists`);
		const bundle = await createBundle(this.sys, this.namespace, id, spec);
		const address = await this.run(id, bundle, "start");
		await writeFile(this.sys, addressFile(bundle), address);
		return this.adopt(id, bundle, address);
	}

	/** Shims of a containerd before this one: connected to, or, where dead, cleaned up after. */
	async recover(): Promise<void> {
		const entries = await this.sys.readdir(bundlesOf(this.namespace)).catch((error) => {
			if (isErrno(error, "ENOENT")) return [];
			throw error;
		});
		for (const { name: id } of entries) {
			const bundle = bundleOf(this.namespace, id);
			try {
				await this.adopt(id, bundle, await readText(this.sys, addressFile(bundle)));
			} catch {
				await this.cleanUp(id, bundle);
			}
		}
	}

	/** The task is deleted: the shim ends, its directory goes. */
	async dismiss(shim: Shim): Promise<void> {
		shim.dismissed = true;
		this.known.delete(shim.id);
		await shim.client["task.shutdown"]({}).catch(() => {});
		await shim.close();
		await removeTree(this.sys, shim.bundle);
	}

	private async adopt(id: string, bundle: string, address: string): Promise<Shim> {
		const connection = connectRpc<ShimApi>(await dialUnix(this.sys, address.replace("unix://", "")));
		const { closed } = connection;
		const shim: Shim = { id, bundle, client: connection, close: () => connection.close(), closed, dismissed: false };
		this.known.set(id, shim);
		void this.forward(shim);
		void closed.then(() => this.lost(shim));
		return shim;
	}

	private async forward(shim: Shim): Promise<void> {
		try {
			for await (const event of shim.client["events.forward"]({})) this.exchange.publish(event);
		} catch {
			// The connection has ended; `lost` sees to that.
		}
	}

	private async lost(shim: Shim): Promise<void> {
		if (shim.dismissed) return;
		await this.cleanUp(shim.id, shim.bundle);
		this.known.delete(shim.id);
	}

	/** The shim is dead, its container may be not: ends what is left and says so. */
	private async cleanUp(id: string, bundle: string): Promise<void> {
		const pid = Number(await readText(this.sys, `${bundle}/init.pid`).catch(() => "0"));
		await this.run(id, bundle, "delete").catch((error) => console.error(`shim of ${id}: ${error}`));
		await removeTree(this.sys, bundle);
		const now = new Date(Number(this.sys.now() / 1_000_000n)).toISOString();
		const about = { containerId: id, execId: "", pid, timestamp: now };
		this.exchange.publish({ ...about, topic: "/tasks/exit", exitStatus: KILLED, exitedAt: now });
		this.exchange.publish({ ...about, topic: "/tasks/delete", exitStatus: KILLED, exitedAt: now });
	}

	/** Runs the shim's binary to its end; answers what it prints. */
	private async run(id: string, bundle: string, verb: "start" | "delete"): Promise<string> {
		const { sys } = this;
		const [read, write] = await sys.pipe2(O.CLOEXEC);
		const nothing = await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
		const argv = [SHIM_PATH, "-namespace", this.namespace, "-id", id, verb];
		const pid = await sys.spawn(SHIM_PATH, argv, ENVIRONMENT, { fds: [nothing, write, write], cwd: bundle }).finally(async () => {
			await sys.close(write);
			await sys.close(nothing);
		});
		const output = text(await readAll(sys, read));
		await sys.close(read);
		const { status } = await sys.wait4(pid);
		if (exitStatus(status) !== 0) throw systemError(`failed to start shim: ${output.trim() || `exit status ${status}`}`);
		return output;
	}
}
