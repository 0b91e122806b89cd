// A container's life: created, started, paused, stopped, removed; who asks it to end, and with which exit code it does.

import type { Lesson } from "../../lesson";
import { container, containers, stopped } from "../../witness";

export const lifecycle: Lesson = {
	slug: "lifecycle",
	part: 3,
	number: 13,
	minutes: 12,
	images: ["busybox"],
	commands: {
		create: {
			line: `docker container create --name life busybox sh -c 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 1; done'`,
			where: "host",
		},
		list: { line: "docker ps", where: "host" },
		listAll: { line: "docker ps -a", where: "host" },
		start: { line: "docker start life", where: "host" },
		top: { line: "docker top life", where: "host" },
		pause: { line: "docker pause life", where: "host" },
		unpause: { line: "docker unpause life", where: "host" },
		stop: { line: "docker stop life", where: "host" },
		logs: { line: "docker logs life", where: "host" },
		deaf: { line: "docker run -d --name deaf busybox sleep 1000", where: "host" },
		stopDeaf: { line: "docker stop -t 2 deaf", where: "host" },
		codes: { line: "docker ps -a --format '{{.Names}}: {{.Status}}'", where: "host" },
		again: { line: "docker start life", where: "host" },
		phoenix: { line: "docker run -d --name phoenix --restart on-failure:2 busybox false", where: "host" },
		wait: { line: "docker wait phoenix", where: "host" },
		events: {
			line: "docker events --since 1h --until 0s --filter container=phoenix --format '{{.Action}}'",
			where: "host",
		},
		removeRunning: { line: "docker rm life", where: "host", fails: true },
		removeForce: { line: "docker rm -f life", where: "host" },
	},
	predictions: {
		stopped: {
			choices: ["gone", "stays"],
			async observe(machine) {
				const life = await container(machine, "life");
				return life?.State.Status === "exited" ? "stays" : undefined;
			},
		},
		deaf: {
			choices: ["zero", "term", "kill"],
			async observe(machine) {
				const deaf = await container(machine, "deaf");
				if (deaf?.State.Status !== "exited") return undefined;
				return { 0: "zero", 143: "term", 137: "kill" }[deaf.State.ExitCode];
			},
		},
	},
	tasks: {
		paused: {
			hints: 1,
			solution: ["docker run -d --name still busybox sleep 1000", "docker pause still"],
			solved: async (machine) => (await containers(machine)).some(({ State }) => State.Status === "paused"),
		},
		polite: {
			hints: 2,
			solution: ["docker run -d --init --name polite busybox sleep 1000", "docker stop polite"],
			async solved(machine) {
				const terminated = await stopped(machine);
				return (await containers(machine)).some(
					({ Id, State, Config }) =>
						State.Status === "exited" &&
						State.ExitCode === 143 &&
						terminated.has(Id) &&
						[...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])].some((word) => /\bsleep\b/.test(word)),
				);
			},
		},
		keeper: {
			hints: 2,
			solution: ["docker run -d --name keeper --restart always busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(
					({ State, HostConfig }) => State.Running && ["always", "unless-stopped"].includes(HostConfig.RestartPolicy.Name),
				),
		},
	},
	path: [
		"create",
		"list",
		"listAll",
		"start",
		"top",
		"pause",
		"list",
		"unpause",
		"stop",
		"logs",
		"listAll",
		"deaf",
		"stopDeaf",
		"codes",
		"again",
		"phoenix",
		"wait",
		"events",
		"removeRunning",
		"removeForce",
	],
};
