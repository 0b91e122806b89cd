// The daemon and its parts: dockerd, containerd, shims and runc as processes, and who depends on whom.

import type { Lesson, Witness } from "../../lesson";
import { container, containers } from "../../witness";

const STATE = "/run/containerd/io.containerd.runtime.v2.task/moby/$(docker inspect -f '{{.Id}}' task)";

/** The daemon that is on duty now; the one of the machine's start had a lower number. */
const daemon = async (machine: Witness) =>
	(await machine.processes()).find(({ argv, state }) => state !== "Z" && /(^|\/)dockerd$/.test(argv[0] ?? ""));

export const daemonParts: Lesson = {
	slug: "daemon",
	part: 1,
	number: 3,
	minutes: 12,
	images: ["busybox"],
	commands: {
		before: { line: "ps -o pid,ppid,comm", where: "host" },
		run: { line: "docker run -d --name task busybox sleep 1000", where: "host" },
		after: { line: "ps -o pid,ppid,args", where: "host" },
		bundle: { line: `ls ${STATE}`, where: "host" },
		config: { line: `head -c 600 ${STATE}/config.json; echo`, where: "host" },
		runc: { line: "runc --root /run/docker/runtime-runc/moby list -q", where: "host" },
		kill: { line: "kill -9 $(pidof dockerd)", where: "host" },
		wait: { line: "until docker ps 2>/dev/null; do sleep 1; done", where: "host" },
		again: { line: "ps -o pid,ppid,comm", where: "host" },
		live: { line: "docker info -f '{{.LiveRestoreEnabled}}'", where: "host" },
		killShim: { line: "kill -9 $(pidof containerd-shim-runc-v2)", where: "host" },
		lost: { line: "sleep 1; docker ps -a", where: "host" },
		spec: { line: "runc --version", where: "host" },
		nobody: { line: "docker -H unix:///var/run/nobody.sock ps", where: "host", fails: true },
	},
	predictions: {
		dies: {
			choices: ["dies", "lives"],
			async observe(machine) {
				const task = await container(machine, "task");
				const now = await daemon(machine);
				if (!task || !now) return undefined;
				if (!task.State.Running) return now.pid > task.State.Pid ? "dies" : undefined;
				// the daemon is younger than the container's process: it was killed and came back, and the process went on
				return now.pid > task.State.Pid ? "lives" : undefined;
			},
		},
	},
	tasks: {
		survivor: {
			hints: 2,
			solution: [
				"docker run -d --name survivor busybox sleep 1000",
				"kill -9 $(pidof dockerd)",
				"until docker ps 2>/dev/null; do sleep 1; done",
			],
			async solved(machine) {
				const now = await daemon(machine);
				return (
					now !== undefined &&
					(await containers(machine)).some(({ State }) => State.Running && State.Pid < now.pid && State.Pid > 0)
				);
			},
		},
		behind: {
			hints: 2,
			solution: [
				"docker run -d --name victim busybox sleep 1000",
				"kill -9 $(docker inspect -f '{{.State.Pid}}' victim)",
				"docker wait victim",
			],
			async solved(machine) {
				const killed = (await containers(machine)).filter(
					({ State }) => State.Status === "exited" && State.ExitCode === 137 && !State.OOMKilled,
				);
				const { body } = await machine.docker(
					"GET",
					`/events?since=0&until=${Math.floor(Date.now() / 1000) + 1}&filters=${encodeURIComponent('{"event":["kill"]}')}`,
				);
				return killed.some(({ Id }) => !body.includes(Id));
			},
		},
	},
	path: [
		"before",
		"run",
		"after",
		"bundle",
		"config",
		"runc",
		"kill",
		"wait",
		"again",
		"live",
		"killShim",
		"lost",
		"spec",
		"nobody",
	],
};
