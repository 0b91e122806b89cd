// docker run, six steps: what happens between Enter and the prompt.

import type { Lesson } from "../../lesson";
import { ask, container, containers, ended, seesPath } from "../../witness";

export const dockerRun: Lesson = {
	slug: "docker-run",
	part: 3,
	number: 11,
	minutes: 12,
	images: ["busybox", "ubuntu", "hello-world"],
	commands: {
		images: { line: "docker images", where: "host" },
		run: { line: "docker run -it --name first busybox sh", where: "host" },
		ps: { line: "ps", where: "container" },
		hostname: { line: "hostname", where: "container" },
		netInside: { line: "readlink /proc/self/ns/net", where: "container" },
		interfaces: { line: "ip addr", where: "container" },
		leave: { line: "exit", where: "container" },
		psAll: { line: "docker ps -a", where: "host" },
		netOutside: { line: "readlink /proc/self/ns/net", where: "host" },
		again: { line: "docker run --rm busybox echo hi", where: "host" },
		ubuntu: { line: "docker run -i -t --name ubuntu-local ubuntu /bin/bash", where: "host" },
		release: { line: "head -1 /etc/os-release", where: "container" },
		made: { line: "touch /made-here", where: "container" },
		restart: { line: "docker start -ai ubuntu-local", where: "host" },
		found: { line: "ls -l /made-here", where: "container" },
		noImage: { line: "docker run no-such-image", where: "host", fails: true },
		noProgram: { line: "docker run --rm busybox bash", where: "host", fails: true },
		status: { line: "echo $?", where: "host" },
	},
	predictions: {
		missing: {
			choices: ["fails", "pulls", "asks"],
			// A container stands where no image had been fetched by hand: the client asked for the pull itself.
			observe: async (machine) => ((await container(machine, "first")) ? "pulls" : undefined),
		},
		pid: {
			choices: ["one", "same", "next"],
			async observe(machine) {
				const first = await container(machine, "first");
				if (!first?.State.Running) return undefined;
				const shell = (await machine.processes()).find(({ pid }) => pid === first.State.Pid);
				if (!shell) return undefined;
				const inside = shell.nspids.at(-1);
				return inside === 1 ? "one" : inside === shell.pid ? "same" : "next";
			},
		},
		after: {
			choices: ["gone", "stays", "runs"],
			async observe(machine) {
				const first = await container(machine, "first");
				return first?.State.Status === "exited" ? "stays" : undefined;
			},
		},
		kept: {
			choices: ["kept", "lost"],
			async observe(machine) {
				const again = await ask<{ State: { Running: boolean; FinishedAt: string } }>(machine, "/containers/ubuntu-local/json");
				// it has ended once, and runs once more
				if (!again?.State.Running || again.State.FinishedAt.startsWith("0001-")) return undefined;
				return (await seesPath(machine, "ubuntu-local", "/made-here")) ? "kept" : "lost";
			},
		},
	},
	tasks: {
		hello: {
			hints: 2,
			solution: ["docker run --name hello hello-world"],
			solved: async (machine) =>
				(await ended(machine)).some(({ name, image }) => name === "hello" && /(^|\/)hello-world$/.test(image)),
		},
		code: {
			hints: 2,
			solution: ["docker run busybox sh -c 'exit 3'"],
			solved: async (machine) =>
				(await containers(machine)).some(({ State }) => State.Status === "exited" && State.ExitCode === 3),
		},
		background: {
			hints: 1,
			solution: ["docker run -d --hostname dock7 busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(({ State, Config }) => State.Running && Config.Hostname === "dock7" && !Config.Tty),
		},
	},
	path: [
		"images",
		"run",
		"ps",
		"hostname",
		"netInside",
		"interfaces",
		"leave",
		"psAll",
		"netOutside",
		"again",
		"ubuntu",
		"release",
		"made",
		"leave",
		"restart",
		"found",
		"leave",
		"noImage",
		"status",
		"noProgram",
		"status",
	],
};
