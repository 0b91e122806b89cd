// Waits for a container's first process and does what its end asks for: tidy up, tell, restart, remove.

import { isKind, messageOf } from "../../lib/errors";
import { readText } from "../../lib/files";
import type { Container } from "../container/container";
import { cgroupPath } from "../spec/build";
import { now } from "../time";
import { containerEvent, type Daemon, step } from "./daemon";
import { stopHealthcheck } from "./health";
import { removeContainer } from "./remove";
import { backOff, shouldRestart } from "./restart-policy";
import { cleanUp } from "./task";

/** Exit code of a container whose end nobody saw: the machine or containerd lost it. */
export const LOST = 255;

type Launch = (daemon: Daemon, container: Container) => Promise<void>;

/** @param launch how it is started again where its policy says so */
export function watchTask(daemon: Daemon, container: Container, launch: Launch): void {
	void (async () => {
		const exit = await taskExit(daemon, container.id);
		await container.lock.run(() => ended(daemon, container, exit, launch));
	})().catch((error) => console.error(`${container.id}: ${messageOf(error)}`));
}

interface Exit {
	exitStatus: number;
	exitedAt: string;
}

/** Survives containerd: asks the next one. */
async function taskExit(daemon: Daemon, containerId: string): Promise<Exit> {
	for (;;) {
		try {
			return await daemon.containerd["tasks.wait"]({ containerId });
		} catch (error) {
			if (!isKind(error, "unavailable")) return { exitStatus: LOST, exitedAt: now(daemon.sys) };
			await daemon.sys.nanosleep(100);
		}
	}
}

async function ended(daemon: Daemon, container: Container, { exitStatus, exitedAt }: Exit, launch: Launch): Promise<void> {
	const { state, stored, hostConfig } = container;
	stopHealthcheck(container);
	const outOfMemory = await ranOutOfMemory(daemon, container);
	await cleanUp(daemon, container);
	Object.assign(state, { Running: false, Paused: false, ExitCode: exitStatus, FinishedAt: exitedAt, OOMKilled: outOfMemory });
	if (outOfMemory) containerEvent(daemon, container, "oom");
	const again = !container.stopping && shouldRestart(hostConfig.RestartPolicy, stored, exitStatus);
	if (again) {
		container.restartDelay = backOff(container.restartDelay, seconds(state));
		stored.RestartCount++;
		Object.assign(state, { Running: true, Restarting: true });
	}
	// it has ended, also when there is no room to say so
	await daemon.containers.saveState(container).catch((error) => console.error(`${container.id}: ${messageOf(error)}`));
	containerEvent(daemon, container, "die", { exitCode: String(exitStatus), execDuration: String(Math.floor(seconds(state))) });
	step(daemon, container, "exited", { code: exitStatus });
	container.waiters.exited({ code: exitStatus });
	if (again) restartLater(daemon, container, container.restartDelay, launch);
	else if (hostConfig.AutoRemove) {
		// who has stopped it knows
		const options = { force: true, volumes: true, patient: !container.stopping };
		void removeContainer(daemon, container, options).catch((error) => console.error(messageOf(error)));
	}
}

/** Did the kernel kill something in its cgroup for want of memory? Asked while the cgroup is still there. */
async function ranOutOfMemory({ sys }: Daemon, { id, hostConfig }: Container): Promise<boolean> {
	const events = await readText(sys, `/sys/fs/cgroup${cgroupPath(hostConfig, id)}/memory.events`).catch(() => "");
	return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0) > 0;
}

/** How long it ran. */
const seconds = ({ StartedAt, FinishedAt }: { StartedAt: string; FinishedAt: string }): number =>
	Math.max(0, (Date.parse(FinishedAt) - Date.parse(StartedAt)) / 1000);

function restartLater(daemon: Daemon, container: Container, delay: number, launch: Launch): void {
	let cancelled = false;
	container.cancelRestart = () => {
		cancelled = true;
	};
	void daemon.sys.nanosleep(delay).then(() =>
		container.lock.run(async () => {
			container.cancelRestart = undefined;
			if (cancelled || !container.state.Restarting) return;
			await launch(daemon, container).catch(async (error) => {
				Object.assign(container.state, { Restarting: false, Running: false });
				await daemon.containers.saveState(container);
				console.error(messageOf(error));
			});
		}),
	);
}
