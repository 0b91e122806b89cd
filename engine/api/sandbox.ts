// What a site says of the real Docker daemon that it lends, for those who ask it: the types of app/api/sandbox/wire.ts, which tells how
// it is asked.

/** Where a site has it. */
export const SANDBOX_PATH = "/api/sandbox";

/** Why there is none, or none any more; wire.ts explains each. */
export type SandboxReason =
	| "disabled"
	| "no-daemon"
	| "no-image"
	| "full"
	| "address-limit"
	| "rate-limit"
	| "cross-site"
	| "no-session"
	| "not-ready"
	| "idle"
	| "time"
	| "lost"
	| "ended"
	| "failed"
	| "connection"
	| "sequence"
	| "too-large"
	| "bad-request"
	| "forbidden";

export interface SandboxRefusal {
	reason: SandboxReason;
	message: string;
	/** Seconds. */
	retryAfter?: number;
	/** With "sequence". */
	expected?: number;
}

export interface SandboxState {
	/** `none`: nobody asked for one; `ended`: `reason` says why, and one may ask again. */
	state: "none" | "queued" | "starting" | "ready" | "ended";
	/** Place in the queue, from 1. */
	place?: number;
	/** Seconds. */
	left?: { idle: number; total: number };
	/** The nearer end is near. */
	warning?: "idle" | "time";
	reason?: SandboxReason;
	/** Daemons of this session that were lost with their machine and replaced; what was in them is gone. */
	replaced?: number;
	limits: SandboxLimits;
	/** Names that `docker pull` finds inside; `loaded` are there already. */
	images?: { loaded: string[]; offered: string[] };
}

export interface SandboxLimits {
	idleSeconds: number;
	totalSeconds: number;
	/** Seconds before the end from which there is a warning. */
	warningSeconds: number;
	memoryBytes: number;
	diskBytes: number;
	cpus: number;
	processes: number;
	streams: number;
	bodyBytes: number;
	buildSeconds: number;
}
