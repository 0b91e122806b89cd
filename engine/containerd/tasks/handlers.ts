// containerd's task service: a container's record → a bundle, a shim, a running process.

import { EngineError, isKind } from "../../lib/errors";
import type { Handlers } from "../../lib/rpc/types";
import type { Sys } from "../../sys";
import type { Tracer } from "../../trace/event";
import { type Container, type ContainerdApi, NAMESPACE, type ProcessState } from "../api";
import type { ShimProcessState } from "../shim/api";
import { Exchange } from "./exchange";
import { type Shim, Shims } from "./shims";

export interface TaskDeps {
	sys: Sys;
	trace: Tracer;
	/** containers.get. @throws EngineError notFound */
	container(id: string): Promise<Container>;
}
type TaskMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `tasks.${string}` | `events.${string}`>>;

export interface TaskService {
	/** To be merged into containerd's table. */
	handlers: Handlers<TaskMethods>;
	/** Finds the shims that a containerd before this one left running; to be awaited before serving. */
	recover(): Promise<void>;
}

/** As a status of gRPC without a better code is worded on its way to Docker. */
const unknown = (prefix: string, error: unknown): unknown =>
	error instanceof EngineError && error.kind === "system"
		? new EngineError("system", `${prefix}${error.message}: unknown`)
		: error;

export function taskHandlers({ sys, trace, container }: TaskDeps): TaskService {
	const exchange = new Exchange();
	const shims = new Shims(sys, NAMESPACE, exchange);
	const called = (method: string, key: string): void => trace.emit("containerd", { type: "containerd.call", method, key });
	const stateOf = (id: string, state: ShimProcessState): ProcessState => ({ containerId: id, ...state });

	// All of them async: a call that is handed on would be taken for a stream of answers.
	const handlers: Handlers<TaskMethods> = {
		"tasks.create": async ({ containerId, rootfs, io }) => {
			called("tasks.create", containerId);
			const { spec } = await container(containerId);
			const shim = await shims.start(containerId, spec);
			try {
				return await shim.client["task.create"]({ id: containerId, bundle: shim.bundle, rootfs, io });
			} catch (error) {
				await shims.dismiss(shim);
				throw unknown("failed to create shim task: ", error);
			}
		},
		"tasks.start": async ({ containerId, execId = "" }) => {
			called("tasks.start", containerId);
			return shims
				.get(containerId)
				.client["task.start"]({ execId })
				.catch((error) => {
					throw unknown("", error);
				});
		},
		"tasks.exec": async ({ containerId, execId, io, spec }) => {
			called("tasks.exec", containerId);
			return shims.get(containerId).client["task.exec"]({ execId, io, spec });
		},
		"tasks.kill": async ({ containerId, execId = "", signal, all }) =>
			shims.get(containerId).client["task.kill"]({ execId, signal, all }),
		"tasks.delete": async ({ containerId, execId = "", force }) => {
			called("tasks.delete", containerId);
			const shim = shims.get(containerId);
			if (force) await killFirst(shim, execId);
			const state = await shim.client["task.delete"]({ execId });
			if (execId === "") await shims.dismiss(shim);
			return stateOf(containerId, state);
		},
		"tasks.state": async ({ containerId, execId = "" }) =>
			stateOf(containerId, await shims.get(containerId).client["task.state"]({ execId })),
		"tasks.list": async () => {
			const states: ProcessState[] = [];
			for (const shim of shims.all()) {
				const state = await shim.client["task.state"]({ execId: "" }).catch(() => undefined);
				if (state) states.push(stateOf(shim.id, state));
			}
			return states;
		},
		"tasks.pids": async ({ containerId }) => shims.get(containerId).client["task.pids"]({}),
		"tasks.wait": async ({ containerId, execId = "" }) => waitFor(shims.get(containerId), execId),
		"tasks.resize": async ({ containerId, execId = "", width, height }) =>
			shims.get(containerId).client["task.resize"]({ execId, width, height }),
		"tasks.closeIo": async ({ containerId, execId = "" }) => shims.get(containerId).client["task.closeIo"]({ execId }),
		"tasks.pause": async ({ containerId }) => shims.get(containerId).client["task.pause"]({}),
		"tasks.resume": async ({ containerId }) => shims.get(containerId).client["task.resume"]({}),
		"tasks.update": async ({ containerId, resources }) => shims.get(containerId).client["task.update"]({ resources }),
		"tasks.metrics": async ({ containerId }) => shims.get(containerId).client["task.stats"]({}),
		"events.subscribe": (_, call) => exchange.subscribe(call),
	};

	async function waitFor(shim: Shim, execId: string): Promise<{ exitStatus: number; exitedAt: string }> {
		try {
			return await shim.client["task.wait"]({ execId });
		} catch (error) {
			// The shim died under us: its containers were killed after it.
			if (!isKind(error, "unavailable")) throw error;
			return { exitStatus: 137, exitedAt: new Date(Number(sys.now() / 1_000_000n)).toISOString() };
		}
	}
	return { handlers, recover: () => shims.recover() };
}

const SIGKILL = 9;

async function killFirst(shim: Shim, execId: string): Promise<void> {
	const { status } = await shim.client["task.state"]({ execId });
	if (status === "stopped") return;
	await shim.client["task.kill"]({ execId, signal: SIGKILL }).catch(() => {});
	await shim.client["task.wait"]({ execId });
}
