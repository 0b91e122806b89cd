// Health checks: an exec in the container again and again, and what its exit codes make of the container's health.
//
//     starting ──success──► healthy ──retries failures in a row──► unhealthy ──success──► healthy
//
// In the start period failures do not count until the first success, and probes come at an interval of their own. A container that is
// paused or ends is unhealthy until it is probed again.

import type { HealthcheckResult } from "../../api/container";
import { concat, text } from "../../lib/bytes";
import { messageOf } from "../../lib/errors";
import { SIGNALS } from "../../lib/linux";
import { showDuration } from "../../lib/time/duration";
import type { Container } from "../container/container";
import { nanoseconds, now } from "../time";
import { containerEvent, type Daemon } from "./daemon";
import { createExec, startExec } from "./exec";

const MS = 1_000_000;
/** Nanoseconds, as in the configuration; 0 there is the default. */
const DEFAULTS = { Interval: 30_000 * MS, Timeout: 30_000 * MS, StartPeriod: 0, StartInterval: 5_000 * MS };
const RETRIES = 3;
const LONGEST_OUTPUT = 4096;
const KEPT_RESULTS = 5;

/** What is run; undefined where nothing is to be probed. */
function probeOf({ config }: Container): string[] | undefined {
	const [kind, ...command] = config.Healthcheck?.Test ?? [];
	if (kind === "CMD") return command;
	if (kind === "CMD-SHELL") return [...(config.Shell?.length ? config.Shell : ["/bin/sh", "-c"]), ...command];
	return undefined;
}
const setting = ({ config }: Container, name: keyof typeof DEFAULTS): number =>
	(config.Healthcheck?.[name] || DEFAULTS[name]) / MS;

/** The container has started. */
export function startHealthcheck(daemon: Daemon, container: Container): void {
	if (!probeOf(container)) return;
	container.stopHealthcheck?.();
	container.state.Health = { Status: "starting", FailingStreak: 0, Log: container.state.Health?.Log ?? [] };
	resumeHealthcheck(daemon, container);
}

export function resumeHealthcheck(daemon: Daemon, container: Container): void {
	const probe = probeOf(container);
	if (!probe || !container.state.Health || container.stopHealthcheck) return;
	let stop = (): void => {};
	const monitor = {
		stopped: false,
		gone: new Promise<void>((resolve) => {
			stop = resolve;
		}),
	};
	container.stopHealthcheck = () => {
		monitor.stopped = true;
		container.stopHealthcheck = undefined;
		stop();
	};
	void watch(daemon, container, probe, monitor).catch((error) => console.error(`${container.id}: health: ${messageOf(error)}`));
}

/** Paused, or at its end. */
export function stopHealthcheck(container: Container): void {
	if (!container.stopHealthcheck || !container.state.Health) return;
	container.stopHealthcheck();
	container.state.Health.Status = "unhealthy";
}

interface Monitor {
	stopped: boolean;
	gone: Promise<void>;
}

async function watch(daemon: Daemon, container: Container, probe: string[], monitor: Monitor): Promise<void> {
	for (;;) {
		await Promise.race([daemon.sys.nanosleep(pause(daemon, container)), monitor.gone]);
		if (monitor.stopped) return;
		const result = await check(daemon, container, probe, monitor);
		if (monitor.stopped) return;
		await take(daemon, container, result);
	}
}

/** Milliseconds since the container's start. */
const age = (container: Container, at: bigint): number => Number(at - nanoseconds(container.state.StartedAt)) / MS;

function pause(daemon: Daemon, container: Container): number {
	const early = age(container, daemon.sys.now()) < setting(container, "StartPeriod");
	return setting(container, early && container.state.Health?.Status === "starting" ? "StartInterval" : "Interval");
}

async function check(daemon: Daemon, container: Container, probe: string[], monitor: Monitor): Promise<HealthcheckResult> {
	const Start = now(daemon.sys);
	const output = new LimitedOutput();
	try {
		const exec = createExec(daemon, container, { Cmd: probe, AttachStdout: true, AttachStderr: true });
		const ended = startExec(daemon, exec, { send: async (_, bytes) => output.append(bytes), failed: "throw" });
		const timeout = setting(container, "Timeout");
		const outcome = await Promise.race([
			ended.then(() => "ended" as const),
			daemon.sys.nanosleep(timeout).then(() => "late" as const),
			monitor.gone.then(() => "stopped" as const),
		]);
		if (outcome !== "ended") {
			await daemon.containerd["tasks.kill"]({ containerId: container.id, execId: exec.id, signal: SIGNALS.SIGKILL }).catch(
				() => {},
			);
			await ended.catch(() => {});
			const said = output.text();
			const words = `Health check exceeded timeout (${showDuration(timeout * 1e6)})`;
			return { Start, End: now(daemon.sys), ExitCode: -1, Output: said ? `${words}: ${said}` : words };
		}
		return { Start, End: now(daemon.sys), ExitCode: exec.exitCode ?? -1, Output: output.text() };
	} catch (error) {
		return { Start, End: now(daemon.sys), ExitCode: -1, Output: messageOf(error) };
	}
}

async function take(daemon: Daemon, container: Container, result: HealthcheckResult): Promise<void> {
	const health = container.state.Health!;
	const before = health.Status;
	health.Log = [...health.Log, result].slice(-KEPT_RESULTS);
	if (result.ExitCode === 0) {
		health.FailingStreak = 0;
		health.Status = "healthy";
	} else {
		const early = age(container, nanoseconds(result.Start)) < setting(container, "StartPeriod");
		if (!(health.Status === "starting" && early)) health.FailingStreak++;
		if (health.FailingStreak >= (container.config.Healthcheck?.Retries || RETRIES)) health.Status = "unhealthy";
	}
	if (health.Status === before) return;
	await daemon.containers.saveState(container);
	containerEvent(daemon, container, `health_status: ${health.Status}`);
}

/** What a probe printed, up to a limit. */
class LimitedOutput {
	private readonly parts: Uint8Array[] = [];
	private length = 0;
	private cut = false;

	append(bytes: Uint8Array): void {
		const taken = bytes.subarray(0, Math.max(0, LONGEST_OUTPUT - this.length));
		this.parts.push(taken.slice());
		this.length += taken.length;
		this.cut ||= taken.length < bytes.length;
	}
	text(): string {
		return text(concat(this.parts)) + (this.cut ? "..." : "");
	}
}
