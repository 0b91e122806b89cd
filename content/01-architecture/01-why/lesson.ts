// Why containers: an artifact that brings all but the kernel, beside a JAR and beside a virtual machine.

import type { Lesson } from "../../lesson";
import { container, containers, ended, image, isOn } from "../../witness";

const RELEASE = "/proc/sys/kernel/osrelease";

export const why: Lesson = {
	slug: "why",
	part: 1,
	number: 1,
	minutes: 12,
	images: ["busybox", "debian", "python"],
	commands: {
		write: { line: `echo 'import sys; print("hello from python", sys.version.split()[0])' > hello.py`, where: "host" },
		noPython: { line: "python3 hello.py", where: "host", fails: true },
		python: { line: "docker run --name script -v /root/hello.py:/hello.py python python3 /hello.py", where: "host" },
		recipe: { line: `printf 'FROM python\\nCOPY hello.py /\\nCMD ["python3", "/hello.py"]\\n' > Dockerfile`, where: "host" },
		build: { line: "docker build -t hello:1 .", where: "host" },
		anywhere: { line: "docker run --rm hello:1", where: "host" },
		id: { line: "docker image inspect -f '{{.Id}}' hello:1", where: "host" },
		sizes: { line: "docker images", where: "host" },
		hostSystem: { line: "head -2 /etc/os-release; uname -sr", where: "host" },
		box: { line: "docker run -d --name box debian sleep 1000", where: "host" },
		boxSystem: { line: "docker exec box sh -c 'head -2 /etc/os-release; uname -sr'", where: "host" },
		processes: { line: "ps -o pid,ppid,args", where: "host" },
		time: { line: "time docker run --rm debian true", where: "host" },
		stats: { line: "docker stats --no-stream box", where: "host" },
		foreign: { line: "cp /bin/busybox arm && printf '\\267' | dd of=arm bs=1 seek=18 conv=notrunc", where: "host" },
		runForeign: { line: "docker run --rm -v /root/arm:/arm debian /arm", where: "host", fails: true },
		pullForeign: { line: "docker pull --platform linux/arm64 busybox", where: "host", fails: true },
	},
	predictions: {
		script: {
			choices: ["fails", "works"],
			async observe(machine) {
				const script = await container(machine, "script");
				if (script?.State.Status !== "exited") return undefined;
				return script.State.ExitCode === 0 ? "works" : "fails";
			},
		},
		kernel: {
			choices: ["own", "same"],
			async observe(machine) {
				const box = await container(machine, "box");
				if (!box?.State.Running) return undefined;
				const [outside, inside] = await Promise.all([
					machine.readFile(RELEASE),
					machine.readFile(`/proc/${box.State.Pid}/root${RELEASE}`),
				]);
				return new TextDecoder().decode(outside) === new TextDecoder().decode(inside) ? "same" : "own";
			},
		},
		visible: {
			choices: ["hidden", "visible"],
			async observe(machine) {
				const box = await container(machine, "box");
				if (!box?.State.Running) return undefined;
				return (await machine.processes()).some(({ pid }) => pid === box.State.Pid) ? "visible" : "hidden";
			},
		},
	},
	tasks: {
		pair: {
			hints: 2,
			solution: ["docker run -d debian sleep 1000", "docker run -d busybox sleep 1000"],
			async solved(machine) {
				const running = (await containers(machine)).filter(({ State }) => State.Running);
				return new Set(running.map(({ Image }) => Image)).size >= 2;
			},
		},
		limited: {
			hints: 2,
			solution: ["docker run -d --memory 64m busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(({ State, HostConfig }) => State.Running && HostConfig.Memory === 64 << 20),
		},
		artifact: {
			hints: 1,
			solution: [
				"echo 'the answer is 42' > answer.txt",
				`printf 'FROM busybox\\nCOPY answer.txt /\\nCMD ["cat", "/answer.txt"]\\n' > Dockerfile`,
				"docker build -t answer:1 .",
				"docker run answer:1",
			],
			async solved(machine) {
				const made = await image(machine, "answer:1");
				const command = [...(made?.Config.Entrypoint ?? []), ...(made?.Config.Cmd ?? [])].join(" ");
				// without a command of its own it would start the base's shell
				if (command === "" || command === "sh" || !(await isOn(machine, "answer:1", "busybox"))) return false;
				// also when it was run with --rm
				return (await ended(machine)).some(({ image, exitCode }) => image === "answer:1" && exitCode === 0);
			},
		},
	},
	path: [
		"write",
		"noPython",
		"python",
		"recipe",
		"build",
		"anywhere",
		"id",
		"sizes",
		"hostSystem",
		"box",
		"boxSystem",
		"processes",
		"time",
		"stats",
		"foreign",
		"runForeign",
		"pullForeign",
	],
};
