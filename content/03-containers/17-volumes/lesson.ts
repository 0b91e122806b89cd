// Volumes: what outlives a container, where it lies, and what is not part of the container's own layer.

import type { Lesson } from "../../lesson";
import { ADDED, ask, changes, container, containers, hasChange, seesPath } from "../../witness";

const DATA = "/var/lib/docker/volumes/data/_data";

export const volumes: Lesson = {
	slug: "volumes",
	part: 3,
	number: 17,
	minutes: 12,
	images: ["busybox"],
	commands: {
		lost: { line: "docker run --rm busybox sh -c 'echo gone > /note; cat /note'", where: "host" },
		write: { line: "docker run --rm -v data:/data busybox sh -c 'echo kept > /data/note'", where: "host" },
		read: { line: "docker run --rm -v data:/data busybox cat /data/note", where: "host" },
		inspect: { line: "docker volume inspect data", where: "host" },
		disk: { line: `cat ${DATA}/note`, where: "host" },
		both: { line: "docker run --name both -v data:/data busybox sh -c 'echo v > /data/in; echo c > /out'", where: "host" },
		diff: { line: "docker diff both", where: "host" },
		commit: { line: "docker commit both frozen", where: "host" },
		thaw: { line: "docker run --name thawed frozen ls /data /out", where: "host" },
		seed: { line: "docker run --rm -v seed:/etc busybox true", where: "host" },
		seeded: { line: "ls /var/lib/docker/volumes/seed/_data", where: "host" },
		make: { line: "mkdir -p /root/site && echo hello > /root/site/index.html", where: "host" },
		bind: { line: "docker run --rm -v /root/site:/site:ro busybox cat /site/index.html", where: "host" },
		tmpfs: { line: "docker run --rm --tmpfs /scratch:size=1m busybox df -h /scratch", where: "host" },
		list: { line: "docker volume ls", where: "host" },
		inUse: { line: "docker volume rm data", where: "host", fails: true },
		readOnly: { line: "docker run --rm -v /root/site:/site:ro busybox touch /site/new", where: "host", fails: true },
		full: {
			line: "docker run --rm --tmpfs /scratch:size=1m busybox dd if=/dev/zero of=/scratch/big bs=1M count=2",
			where: "host",
			fails: true,
		},
	},
	predictions: {
		outlives: {
			choices: ["gone", "kept"],
			async observe(machine) {
				const volume = await ask(machine, "/volumes/data");
				if (!volume) return undefined;
				// the container that wrote it is gone
				const users = (await containers(machine)).filter(({ Mounts }) => Mounts.some(({ Name }) => Name === "data"));
				if (users.length > 0) return undefined;
				const note = await machine.readFile(`${DATA}/note`).catch(() => undefined);
				return note ? "kept" : undefined;
			},
		},
		committed: {
			choices: ["with", "without"],
			async observe(machine) {
				if (!hasChange(await changes(machine, "both"), "/out", ADDED)) return undefined;
				if ((await container(machine, "thawed"))?.State.Status !== "exited") return undefined;
				return (await seesPath(machine, "thawed", "/data/in")) ? "with" : "without";
			},
		},
	},
	tasks: {
		notes: {
			hints: 1,
			solution: ["docker run --rm -v notes:/n busybox sh -c 'echo buy milk > /n/todo'"],
			async solved(machine) {
				const todo = await machine.readFile("/var/lib/docker/volumes/notes/_data/todo").catch(() => undefined);
				return todo !== undefined && todo.length > 0;
			},
		},
		shared: {
			hints: 2,
			solution: [
				"docker run -d --name writer -v shared:/out busybox sh -c 'while :; do date > /out/now; sleep 1; done'",
				"docker run -d --name reader -v shared:/in:ro busybox sleep 1000",
			],
			async solved(machine) {
				const mounts = (await containers(machine))
					.filter(({ State }) => State.Running)
					.flatMap(({ Id, Mounts }) => Mounts.filter(({ Type }) => Type === "volume").map((mount) => ({ Id, ...mount })));
				return mounts.some((a) => a.RW && mounts.some((b) => b.Name === a.Name && b.Id !== a.Id && !b.RW));
			},
		},
	},
	path: [
		"lost",
		"write",
		"read",
		"inspect",
		"disk",
		"both",
		"diff",
		"commit",
		"thaw",
		"seed",
		"seeded",
		"make",
		"bind",
		"tmpfs",
		"list",
		"inUse",
		"readOnly",
		"full",
	],
};
