// Standing in: -i and -t, exec and attach, logs and cp.

import type { Lesson } from "../../lesson";
import { container, containers, seesPath } from "../../witness";

export const inside: Lesson = {
	slug: "standing-in",
	part: 3,
	number: 14,
	minutes: 12,
	images: ["busybox"],
	commands: {
		deaf: { line: "echo hello | docker run --rm busybox cat", where: "host" },
		listening: { line: "echo hello | docker run --rm -i busybox cat", where: "host" },
		noTty: { line: "docker run --rm busybox tty", where: "host", fails: true },
		tty: { line: "docker run --rm -t busybox tty", where: "host" },
		serve: {
			line: "docker run -d --name clock busybox sh -c 'n=0; while :; do n=$((n+1)); echo tick $n; sleep 1; done'",
			where: "host",
		},
		logs: { line: "docker logs --tail 3 clock", where: "host" },
		times: { line: "docker logs -t --tail 1 clock", where: "host" },
		exec: { line: "docker exec clock ps", where: "host" },
		enter: { line: "docker exec -it clock sh", where: "host" },
		look: { line: "ps", where: "container" },
		make: { line: "echo me > /tmp/note", where: "container" },
		leave: { line: "exit", where: "container" },
		still: { line: "docker ps", where: "host" },
		attach: { line: "timeout 3 docker attach --sig-proxy=false clock", where: "host", fails: true },
		out: { line: "docker cp clock:/tmp/note /root/note && cat /root/note", where: "host" },
		edit: { line: "echo you >> /root/note && docker cp /root/note clock:/tmp/note", where: "host" },
		check: { line: "docker exec clock cat /tmp/note", where: "host" },
		stop: { line: "docker stop -t 1 clock", where: "host" },
		execStopped: { line: "docker exec clock ps", where: "host", fails: true },
		cpStopped: { line: "docker cp clock:/etc/passwd - | tar -tv", where: "host" },
	},
	predictions: {
		left: {
			choices: ["stops", "runs"],
			async observe(machine) {
				const clock = await container(machine, "clock");
				if (!clock?.State.Running || !(await seesPath(machine, "clock", "/tmp/note"))) return undefined;
				// the note was written by the shell that came in; is that shell gone?
				const shells = (await machine.processes()).filter(
					({ cgroup, argv, state }) => cgroup.startsWith(`/docker/${clock.Id}`) && argv.join(" ") === "sh" && state !== "Z",
				);
				return shells.length === 0 ? "runs" : undefined;
			},
		},
	},
	tasks: {
		planted: {
			hints: 2,
			solution: [
				"docker run -d --name garden busybox sleep 1000",
				"echo rose > /root/flower",
				"docker cp /root/flower garden:/flower",
			],
			async solved(machine) {
				for (const { Id, State } of await containers(machine))
					if (State.Running && (await seesPath(machine, Id, "/flower"))) return true;
				return false;
			},
		},
		second: {
			hints: 1,
			solution: ["docker run -d --name pair busybox sleep 1000", "docker exec -d pair sleep 999"],
			async solved(machine) {
				for (const { Id, State } of await containers(machine)) {
					if (!State.Running) continue;
					const its = (await machine.processes()).filter(
						({ cgroup, state, pid }) => cgroup.startsWith(`/docker/${Id}`) && state !== "Z" && pid !== State.Pid,
					);
					const main = (await machine.processes()).find(({ pid }) => pid === State.Pid);
					// not a child of the container's first process: it came in by exec
					if (main && its.some(({ ppid }) => ppid !== main.pid && !its.some(({ pid }) => pid === ppid))) return true;
				}
				return false;
			},
		},
	},
	path: [
		"deaf",
		"listening",
		"noTty",
		"tty",
		"serve",
		"exec",
		"logs",
		"times",
		"enter",
		"look",
		"make",
		"leave",
		"still",
		"attach",
		"out",
		"edit",
		"check",
		"stop",
		"execStopped",
		"cpStopped",
	],
};
