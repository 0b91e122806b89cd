// Services and swarm: replicas behind one name, healing and rolling replacement by hand, and what a swarm's manager does of it.

import type { Lesson, Witness } from "../../lesson";
import { ask, container, containers, type Inspected, image } from "../../witness";

const replicas = (version: string, before = ""): string =>
	`for n in 1 2 3; do ${before}docker run -d --name web$n --network shop --network-alias web --restart always busybox sh -c 'mkdir -p /www; echo $(hostname) ${version} > /www/index.html; exec httpd -f -p 80 -h /www'; done`;
const nine = "sh -c 'for i in 1 2 3 4 5 6 7 8 9; do wget -qO- http://web/; done'";

/** Running containers that are found by a name on a network, besides their own. */
const behind = async (machine: Witness, network: string, alias: string): Promise<Inspected[]> =>
	(await containers(machine)).filter(
		({ State, NetworkSettings }) => State.Running && NetworkSettings.Networks[network]?.Aliases?.includes(alias),
	);
const restarts = async (machine: Witness, name: string): Promise<number> =>
	(await ask<{ RestartCount: number }>(machine, `/containers/${name}/json`))?.RestartCount ?? 0;

export const services: Lesson = {
	slug: "services",
	part: 4,
	number: 19,
	minutes: 15,
	images: ["busybox", "httpd"],
	commands: {
		network: { line: "docker network create shop", where: "host" },
		replicas: { line: replicas("v1"), where: "host" },
		ps: { line: "docker ps", where: "host" },
		lookup: { line: "docker run --rm --network shop busybox nslookup web", where: "host" },
		ask: { line: `docker run --name asker --network shop busybox ${nine}`, where: "host" },
		crash: { line: "kill -9 $(docker inspect -f '{{.State.Pid}}' web2); sleep 2; docker ps", where: "host" },
		count: { line: "docker inspect -f '{{.RestartCount}}' web2", where: "host" },
		kill: { line: "docker kill web3; sleep 2; docker ps -a", where: "host" },
		rolling: { line: replicas("v2", "docker rm -f web$n; "), where: "host" },
		askAgain: { line: `docker run --rm --network shop busybox ${nine}`, where: "host" },
		state: { line: "docker info -f '{{.Swarm.LocalNodeState}}'", where: "host" },
		help: { line: "docker service --help", where: "host" },
		create: { line: "docker service create --name web --replicas 3 -p 8080:80 httpd", where: "host", fails: true },
		init: { line: "docker swarm init", where: "host", fails: true },
		overlay: { line: "docker network create -d overlay wide", where: "host", fails: true },
	},
	predictions: {
		answers: {
			choices: ["one", "several"],
			async observe(machine) {
				const asker = await container(machine, "asker");
				if (asker?.State.Status !== "exited") return undefined;
				const { body } = await machine.docker("GET", "/containers/asker/logs?stdout=1");
				return new Set(body.match(/[0-9a-f]{12} v\d/g) ?? []).size > 1 ? "several" : "one";
			},
		},
		crashed: {
			choices: ["gone", "back"],
			async observe(machine) {
				const web = await container(machine, "web2");
				if (!web) return undefined;
				if (web.State.Running && (await restarts(machine, "web2")) > 0) return "back";
				return undefined;
			},
		},
		killed: {
			choices: ["gone", "back"],
			async observe(machine) {
				const web = await container(machine, "web3");
				return web?.State.Status === "exited" && web.State.ExitCode === 137 ? "gone" : undefined;
			},
		},
	},
	tasks: {
		three: {
			hints: 2,
			solution: [
				"docker network create team",
				"for n in 1 2 3; do docker run -d --network team --network-alias api busybox sleep 1000; done",
			],
			solved: async (machine) => (await behind(machine, "team", "api")).length >= 3,
		},
		healed: {
			hints: 2,
			solution: [
				"docker run -d --name phoenix --restart always busybox sleep 1000",
				"kill -9 $(docker inspect -f '{{.State.Pid}}' phoenix)",
			],
			async solved(machine) {
				for (const { Id, State, HostConfig } of await containers(machine)) {
					if (State.Running && HostConfig.RestartPolicy.Name !== "no" && (await restarts(machine, Id)) > 0) return true;
				}
				return false;
			},
		},
		replaced: {
			hints: 2,
			solution: [
				"docker pull -q busybox; docker tag busybox app:1; docker pull -q httpd; docker tag httpd app:2; docker network create blue",
				"for n in 1 2; do docker run -d --name app$n --network blue --network-alias app app:1 sleep 1000; done",
				"for n in 1 2; do docker rm -f app$n; docker run -d --name app$n --network blue --network-alias app app:2; done",
			],
			async solved(machine) {
				const now = await behind(machine, "blue", "app");
				const both = (await image(machine, "app:1"))?.Id !== (await image(machine, "app:2"))?.Id;
				return both && now.length >= 2 && now.every(({ Config }) => Config.Image === "app:2");
			},
		},
	},
	path: [
		"network",
		"replicas",
		"ps",
		"lookup",
		"ask",
		"crash",
		"count",
		"kill",
		"rolling",
		"askAgain",
		"state",
		"help",
		"create",
		"init",
		"overlay",
	],
};
