// Client and server: the REST API behind docker, spoken by hand; a daemon over TCP; one client with two daemons.

import type { Lesson, Witness } from "../../lesson";
import { ask, container, containersOnSecond, SECOND as DISK, readJson } from "../../witness";

const CURL = "curl -s --unix-socket /var/run/docker.sock";
const SECOND = "docker -H tcp://second:2375";

const hasContainer = async (machine: Witness, name: string): Promise<boolean> =>
	(await containersOnSecond(machine)).some(({ Name }) => Name.replace(/^\//, "") === name);

/** The second host's first process, by whose root its files are seen. */
async function rootOfSecond(machine: Witness): Promise<string | undefined> {
	const inside = (await machine.processes()).find(
		({ argv, nspids }) => nspids.length > 1 && argv.some((word) => word.endsWith("tcp://0.0.0.0:2375")),
	);
	return inside && `/proc/${inside.pid}/root`;
}

/** Where the client's current context leads; undefined for the default one. */
async function currentEndpoint(machine: Witness): Promise<string | undefined> {
	const current = (await readJson<{ currentContext?: string }>(machine, "/root/.docker/config.json"))?.currentContext;
	if (!current) return undefined;
	const folder = "/root/.docker/contexts/meta";
	for (const { name } of await machine.list(folder).catch(() => [])) {
		const meta = await readJson<{ Name: string; Endpoints: { docker?: { Host?: string } } }>(
			machine,
			`${folder}/${name}/meta.json`,
		);
		if (meta?.Name === current) return meta.Endpoints.docker?.Host;
	}
	return undefined;
}

export const clientServer: Lesson = {
	slug: "client-server",
	part: 1,
	number: 2,
	minutes: 15,
	images: ["busybox"],
	commands: {
		version: { line: "docker version", where: "host" },
		socket: { line: "ls -l /var/run/docker.sock", where: "host" },
		run: { line: "docker run --name typed busybox echo hello", where: "host" },
		ping: { line: `${CURL} http://localhost/_ping; echo`, where: "host" },
		create: {
			line: `${CURL} -i -H 'Content-Type: application/json' -d '{"Image": "busybox", "Cmd": ["echo", "made by hand"]}' 'http://localhost/v1.55/containers/create?name=byhand'`,
			where: "host",
		},
		start: { line: `${CURL} -i -X POST http://localhost/v1.55/containers/byhand/start`, where: "host" },
		wait: { line: `${CURL} -X POST http://localhost/v1.55/containers/byhand/wait`, where: "host" },
		logs: { line: "docker logs byhand", where: "host" },
		list: { line: "docker ps -a", where: "host" },
		second: { line: "service second start", where: "host" },
		names: { line: `docker info -f '{{.Name}}'; ${SECOND} info -f '{{.Name}}'`, where: "host" },
		there: { line: `${SECOND} run --name there busybox echo hello`, where: "host" },
		here: { line: "docker ps -a", where: "host" },
		note: { line: "echo hello > /tmp/note", where: "host" },
		mount: { line: `${SECOND} run --name mounted -v /tmp/note:/note busybox ls -ld /note`, where: "host" },
		context: { line: "docker context create second --docker host=tcp://second:2375", where: "host" },
		use: { line: "docker context use second", where: "host" },
		contexts: { line: "docker context ls", where: "host" },
		listThere: { line: "docker ps -a", where: "host" },
		back: { line: "docker context use default", where: "host" },
		nobody: { line: `su nobody -s /bin/sh -c 'docker ps'`, where: "host", fails: true },
		refused: { line: "docker -H tcp://second:2376 ps", where: "host", fails: true },
		lookup: { line: "docker -H tcp://third:2375 ps", where: "host", fails: true },
		tooNew: { line: `${CURL} http://localhost/v1.99/containers/json`, where: "host" },
	},
	predictions: {
		listed: {
			choices: ["absent", "listed"],
			async observe(machine) {
				const byhand = await container(machine, "byhand");
				if (byhand?.State.Status !== "exited") return undefined;
				const all = (await ask<Array<{ Id: string }>>(machine, "/containers/json?all=1")) ?? [];
				return all.some(({ Id }) => Id === byhand.Id) ? "listed" : "absent";
			},
		},
		puller: {
			choices: ["client", "daemon"],
			async observe(machine) {
				if (!(await hasContainer(machine, "there"))) return undefined;
				const blobs = await machine.list(`${DISK}/containerd/io.containerd.content.v1.content/blobs/sha256`).catch(() => []);
				return blobs.length > 0 ? "daemon" : "client";
			},
		},
		mounted: {
			choices: ["file", "directory"],
			async observe(machine) {
				if (!(await hasContainer(machine, "mounted"))) return undefined;
				const root = await rootOfSecond(machine);
				if (!root) return undefined;
				const note = (await machine.list(`${root}/tmp`)).find(({ name }) => name === "note");
				return note?.type === "directory" ? "directory" : note ? "file" : undefined;
			},
		},
	},
	tasks: {
		created: {
			hints: 2,
			solution: [
				"docker pull busybox",
				`${CURL} -H 'Content-Type: application/json' -d '{"Image": "busybox", "Cmd": ["date"]}' 'http://localhost/containers/create?name=later'`,
			],
			solved: async (machine) => (await container(machine, "later"))?.State.Status === "created",
		},
		remote: {
			hints: 2,
			solution: ["service second start", `${SECOND} run -d busybox sleep 1000`],
			solved: async (machine) => (await containersOnSecond(machine)).some(({ State }) => State.Running),
		},
		switched: {
			hints: 1,
			solution: ["docker context create other --docker host=tcp://second:2375", "docker context use other"],
			solved: async (machine) => /second/.test((await currentEndpoint(machine)) ?? ""),
		},
	},
	path: [
		"version",
		"socket",
		"run",
		"ping",
		"create",
		"start",
		"wait",
		"logs",
		"list",
		"second",
		"names",
		"there",
		"here",
		"note",
		"mount",
		"context",
		"use",
		"contexts",
		"listThere",
		"back",
		"nobody",
		"refused",
		"lookup",
		"tooNew",
	],
};
