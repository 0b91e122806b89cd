// What state a container is in, and how people are told.

import type { ContainerStatus, Health } from "../../api/container";
import { humanDuration } from "../../lib/units";
import { nanoseconds, ZERO_TIME } from "../time";

/** As in config.v2.json. */
export interface StoredState {
	Running: boolean;
	Paused: boolean;
	Restarting: boolean;
	OOMKilled: boolean;
	RemovalInProgress: boolean;
	Dead: boolean;
	Pid: number;
	ExitCode: number;
	Error: string;
	StartedAt: string;
	FinishedAt: string;
	/** Where there is a health check, from the first start on. */
	Health?: Health;
}
export const newState = (): StoredState => ({
	Running: false,
	Paused: false,
	Restarting: false,
	OOMKilled: false,
	RemovalInProgress: false,
	Dead: false,
	Pid: 0,
	ExitCode: 0,
	Error: "",
	StartedAt: ZERO_TIME,
	FinishedAt: ZERO_TIME,
});

export const STATUSES: readonly ContainerStatus[] = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

export function statusOf(state: StoredState): ContainerStatus {
	if (state.Running) return state.Paused ? "paused" : state.Restarting ? "restarting" : "running";
	if (state.RemovalInProgress) return "removing";
	if (state.Dead) return "dead";
	return state.StartedAt === ZERO_TIME ? "created" : "exited";
}

/** STATUS of `docker ps`: "Up 5 seconds", "Exited (0) 3 minutes ago", "Created". */
export function humanStatus(state: StoredState, now: bigint): string {
	const since = (time: string): string => humanDuration(Number(now - nanoseconds(time)) / 1e9);
	if (state.Running) {
		if (state.Paused) return `Up ${since(state.StartedAt)} (Paused)`;
		if (state.Restarting) return `Restarting (${state.ExitCode}) ${since(state.FinishedAt)} ago`;
		const { Health } = state;
		const health = Health ? ` (${Health.Status === "starting" ? "health: starting" : Health.Status})` : "";
		return `Up ${since(state.StartedAt)}${health}`;
	}
	if (state.RemovalInProgress) return "Removal In Progress";
	if (state.Dead) return "Dead";
	if (state.StartedAt === ZERO_TIME) return "Created";
	if (state.FinishedAt === ZERO_TIME) return "";
	return `Exited (${state.ExitCode}) ${since(state.FinishedAt)} ago`;
}
