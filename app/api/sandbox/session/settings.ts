// The operator's settings, from the environment. deploy/README.md lists them.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { AGENT_PORT } from "../agent/protocol";
import { type OperatorSettings, SIZES } from "../outer/spec";
import type { SwarmSettings } from "../provider/swarm";
import type { Limits } from "../wire";

export interface Settings {
	enabled: boolean;
	image: string;
	owner: string;
	/** Sandboxes at once, those that wait warm among them. */
	most: number;
	/** Waiting warm. */
	warm: number;
	queue: number;
	perAddress: number;
	/** Sandboxes asked for by one address within an hour. */
	perHour: number;
	/** Bytes that a session moves in all, both ways. */
	sessionBytes: number;
	/** Calls of a session at once. */
	calls: number;
	limits: Limits;
	redis?: string;
	/** Where there are several machines: the agents' name in the DNS, and what they are asked with. */
	swarm?: SwarmSettings;
}

const MEBIBYTE = 1024 * 1024;

/** A secret is given as it is, or as a file, which is how Swarm hands them out. */
export const agentSecret = (env: NodeJS.ProcessEnv): string =>
	env.SANDBOX_AGENT_SECRET_FILE ? readFileSync(env.SANDBOX_AGENT_SECRET_FILE, "utf8").trim() : (env.SANDBOX_AGENT_SECRET ?? "");

function swarmFrom(env: NodeJS.ProcessEnv, patience: number): SwarmSettings | undefined {
	if (!env.SANDBOX_AGENTS) return undefined;
	const [, name, port] = /^([\w.-]+?)(?::(\d+))?$/.exec(env.SANDBOX_AGENTS) ?? [];
	if (!name) throw new Error(`SANDBOX_AGENTS is no name in the DNS: ${env.SANDBOX_AGENTS}`);
	return { name, port: Number(port ?? AGENT_PORT), secret: agentSecret(env), patience };
}

/** @throws Error for what is no number, and for a secret that cannot be read */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
	const number = (name: string, otherwise: number): number => {
		const text = env[name];
		if (text === undefined || text === "") return otherwise;
		const value = Number(text);
		if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is no number: ${text}`);
		return value;
	};
	const redis = env.REDIS_URL || undefined;
	const here = createHash("sha256").update(`${hostname()}\0${process.cwd()}`).digest("hex").slice(0, 12);
	return {
		enabled: env.SANDBOX === "1",
		image: env.SANDBOX_IMAGE || "drydock-sandbox:latest",
		owner: env.SANDBOX_OWNER || (redis ? "shared" : here),
		most: number("SANDBOX_MOST", 4),
		warm: number("SANDBOX_WARM", 1),
		queue: number("SANDBOX_QUEUE", 20),
		perAddress: number("SANDBOX_PER_ADDRESS", 2),
		perHour: number("SANDBOX_PER_HOUR", 20),
		sessionBytes: number("SANDBOX_SESSION_MIB", 4096) * MEBIBYTE,
		calls: number("SANDBOX_CALLS", 24),
		limits: {
			idleSeconds: number("SANDBOX_IDLE_SECONDS", 600),
			totalSeconds: number("SANDBOX_TOTAL_SECONDS", 3600),
			warningSeconds: 120,
			...SIZES,
			streams: 64,
			bodyBytes: number("SANDBOX_BODY_MIB", 256) * MEBIBYTE,
			buildSeconds: number("SANDBOX_BUILD_SECONDS", 600),
		},
		redis,
		swarm: swarmFrom(env, number("SANDBOX_NODE_SECONDS", 10) * 1000),
	};
}

/** One that waited warm is lent for its whole time still. */
export const operatorSettings = ({ image, owner, most, limits }: Settings): OperatorSettings & { most: number } => ({
	image,
	owner,
	most,
	lifetime: 2 * limits.totalSeconds + 300,
});
