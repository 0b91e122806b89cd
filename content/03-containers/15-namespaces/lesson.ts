// Namespaces: what "isolated" means, one kind at a time, seen from inside, from the host, and with the host's own tools.

import type { Lesson, Witness } from "../../lesson";
import { container, containers } from "../../witness";

const PID_OF = "$(docker inspect -f '{{.State.Pid}}' cell)";

/** The inode of a running container's namespace of this kind, and the host's. */
async function namespaces(machine: Witness, pid: number, kind: string): Promise<{ its?: number; hosts?: number }> {
	const processes = await machine.processes();
	const of = (wanted: number): number | undefined => processes.find((process) => process.pid === wanted)?.namespaces[kind];
	return { its: of(pid), hosts: of(1) };
}

export const namespacesLesson: Lesson = {
	slug: "namespaces",
	part: 3,
	number: 15,
	minutes: 15,
	images: ["busybox"],
	commands: {
		run: { line: "docker run -d --name cell --hostname cell busybox sleep 1000", where: "host" },
		list: { line: `lsns -p ${PID_OF}`, where: "host" },
		hostList: { line: "lsns -p 1", where: "host" },
		psInside: { line: "docker exec cell ps", where: "host" },
		psOutside: { line: `ps -o pid,comm | grep -w ${PID_OF}`, where: "host" },
		nameInside: { line: "docker exec cell hostname", where: "host" },
		nameOutside: { line: "hostname", where: "host" },
		mounts: { line: "docker exec cell ls /", where: "host" },
		addresses: { line: "docker exec cell ip addr", where: "host" },
		nsenter: { line: `nsenter -t ${PID_OF} --net /usr/bin/ip -br addr`, where: "host" },
		nsenterUts: { line: `nsenter -t ${PID_OF} --uts hostname`, where: "host" },
		unshare: { line: "unshare --uts sh -c 'hostname lab; hostname'", where: "host" },
		unsharePid: { line: "unshare --pid --fork --mount-proc ps", where: "host" },
		wide: { line: "docker run --name wide --pid host busybox ps", where: "host" },
		user: { line: "docker exec cell id", where: "host" },
		setName: { line: "docker exec cell hostname freedom", where: "host", fails: true },
		mount: { line: "docker exec cell mount -t tmpfs none /tmp", where: "host", fails: true },
	},
	predictions: {
		wide: {
			choices: ["own", "all"],
			async observe(machine) {
				if ((await container(machine, "wide"))?.State.Status !== "exited") return undefined;
				const { status, body } = await machine.docker("GET", "/containers/wide/logs?stdout=1");
				if (status !== 200) return undefined;
				return body.includes("dockerd") ? "all" : "own";
			},
		},
		root: {
			choices: ["zero", "other"],
			async observe(machine) {
				const cell = await container(machine, "cell");
				const process = (await machine.processes()).find(({ pid }) => pid === cell?.State.Pid);
				return process && (process.uid === 0 ? "zero" : "other");
			},
		},
	},
	tasks: {
		shared: {
			hints: 2,
			solution: [
				"docker run -d --name house busybox sleep 1000",
				"docker run -d --name guest --network container:house busybox sleep 1000",
			],
			async solved(machine) {
				const running = (await containers(machine)).filter(({ State }) => State.Running);
				const processes = await machine.processes();
				const nets = running.map(({ State }) => processes.find(({ pid }) => pid === State.Pid)?.namespaces.net);
				const host = processes.find(({ pid }) => pid === 1)?.namespaces.net;
				return nets.some((net, index) => net !== undefined && net !== host && nets.indexOf(net) !== index);
			},
		},
		uts: {
			hints: 1,
			solution: ["docker run -d --name open --uts host busybox sleep 1000"],
			async solved(machine) {
				for (const { State } of await containers(machine)) {
					if (!State.Running) continue;
					const { its, hosts } = await namespaces(machine, State.Pid, "uts");
					if (its !== undefined && its === hosts) return true;
				}
				return false;
			},
		},
		bare: {
			hints: 2,
			solution: ["unshare --net sleep 600 >/dev/null 2>&1 &"],
			async solved(machine) {
				const processes = await machine.processes();
				const host = processes.find(({ pid }) => pid === 1)?.namespaces.net;
				return processes.some(
					({ cgroup, state, namespaces: { net } }) => state !== "Z" && !cgroup.startsWith("/docker/") && net !== host,
				);
			},
		},
	},
	path: [
		"run",
		"list",
		"hostList",
		"psInside",
		"psOutside",
		"nameInside",
		"nameOutside",
		"mounts",
		"addresses",
		"nsenter",
		"nsenterUts",
		"unshare",
		"nameOutside",
		"unsharePid",
		"wide",
		"user",
		"setName",
		"mount",
	],
};
