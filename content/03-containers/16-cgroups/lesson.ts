// cgroups: how much a container may use, who enforces it, and what it looks like when the limit is reached.

import type { Lesson } from "../../lesson";
import { container, containers } from "../../witness";

const GROUP = "/sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' small)";
const MIB = 2 ** 20;

export const cgroups: Lesson = {
	slug: "cgroups",
	part: 3,
	number: 16,
	minutes: 12,
	images: ["busybox"],
	commands: {
		run: { line: "docker run -d --name small --memory 32m --pids-limit 20 busybox sleep 1000", where: "host" },
		files: { line: `ls ${GROUP}`, where: "host" },
		max: { line: `cat ${GROUP}/memory.max`, where: "host" },
		inside: { line: "docker exec small cat /sys/fs/cgroup/memory.max", where: "host" },
		stats: { line: "docker stats --no-stream small", where: "host" },
		greedy: {
			line: "docker run --name greedy --memory 16m busybox dd if=/dev/zero of=/dev/null bs=64M count=1",
			where: "host",
			fails: true,
		},
		killed: { line: "docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' greedy", where: "host" },
		update: { line: "docker update --memory 64m --memory-swap 64m small", where: "host" },
		half: { line: "docker run -d --name half --cpus 0.5 busybox sh -c 'while :; do :; done'", where: "host" },
		throttled: {
			line: "sleep 2; cat /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' half)/cpu.stat",
			where: "host",
		},
		killHalf: { line: "docker kill half", where: "host" },
		freeze: { line: "docker pause small", where: "host" },
		frozen: { line: `cat ${GROUP}/cgroup.freeze`, where: "host" },
		thaw: { line: "docker unpause small", where: "host" },
		bomb: {
			line: "docker exec small sh -c 'for i in $(seq 40); do sleep 300 & done'",
			where: "host",
			fails: true,
		},
		tooSmall: { line: "docker run --rm --memory 1m busybox true", where: "host", fails: true },
	},
	predictions: {
		greedy: {
			choices: ["fine", "error", "killed"],
			async observe(machine) {
				const greedy = await container(machine, "greedy");
				if (greedy?.State.Status !== "exited") return undefined;
				return greedy.State.OOMKilled ? "killed" : greedy.State.ExitCode === 0 ? "fine" : "error";
			},
		},
		update: {
			choices: ["recreate", "live"],
			async observe(machine) {
				const small = await container(machine, "small");
				return small?.State.Running && small.HostConfig.Memory === 64 * MIB ? "live" : undefined;
			},
		},
	},
	tasks: {
		limited: {
			hints: 1,
			solution: ["docker run -d --name forty --memory 40m busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(({ State, HostConfig }) => State.Running && HostConfig.Memory === 40 * MIB),
		},
		oom: {
			hints: 2,
			solution: ["docker run --name hungry --memory 8m busybox dd if=/dev/zero of=/dev/null bs=32M count=1"],
			async solved(machine) {
				const greedy = await container(machine, "greedy");
				return (await containers(machine)).some(({ Id, State }) => Id !== greedy?.Id && State.OOMKilled);
			},
		},
	},
	path: [
		"run",
		"files",
		"max",
		"inside",
		"stats",
		"greedy",
		"killed",
		"update",
		"max",
		"half",
		"throttled",
		"killHalf",
		"freeze",
		"frozen",
		"thaw",
		"bomb",
		"tooSmall",
	],
};
