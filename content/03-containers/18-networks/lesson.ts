// Networks: the bridge, addresses and names, published ports, and who can reach whom.

import type { Lesson } from "../../lesson";
import { ask, container, containers, listens } from "../../witness";

const ADDRESS = "$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' web)";

export const networks: Lesson = {
	slug: "networks",
	part: 3,
	number: 18,
	minutes: 15,
	images: ["busybox", "httpd"],
	commands: {
		list: { line: "docker network ls", where: "host" },
		web: { line: "docker run -d --name web -p 8080:80 httpd", where: "host" },
		bridge: { line: "/usr/bin/ip -br addr", where: "host" },
		address: { line: `echo ${ADDRESS}`, where: "host" },
		direct: { line: `curl -s http://${ADDRESS}/`, where: "host" },
		published: { line: "curl -s http://localhost:8080/", where: "host" },
		nat: { line: "iptables -t nat -S DOCKER", where: "host" },
		byName: { line: "docker run --name asker busybox wget -qO- http://web/", where: "host", fails: true },
		create: { line: "docker network create lab", where: "host" },
		connect: { line: "docker network connect lab web", where: "host" },
		named: { line: "docker run --name asker2 --network lab busybox wget -qO- http://web/", where: "host" },
		resolver: { line: "docker run --rm --network lab busybox cat /etc/resolv.conf", where: "host" },
		inspect: { line: "docker network inspect -f '{{json .Containers}}' lab", where: "host" },
		none: { line: "docker run --rm --network none busybox ip addr", where: "host" },
		host: { line: "docker run --rm --network host busybox ip -o link", where: "host" },
		other: { line: "docker network create other", where: "host" },
		blocked: {
			line: `docker run --rm --network other busybox ping -c 1 -W 1 ${ADDRESS}`,
			where: "host",
			fails: true,
		},
		taken: { line: "docker run --rm -p 8080:80 httpd", where: "host", fails: true },
		refused: { line: "curl http://localhost:8081/", where: "host", fails: true },
	},
	predictions: {
		names: {
			choices: ["found", "unknown"],
			async observe(machine) {
				const asker = await container(machine, "asker");
				if (asker?.State.Status !== "exited") return undefined;
				return asker.State.ExitCode === 0 ? "found" : "unknown";
			},
		},
		lab: {
			choices: ["found", "unknown"],
			async observe(machine) {
				const asker = await container(machine, "asker2");
				if (asker?.State.Status !== "exited") return undefined;
				return asker.State.ExitCode === 0 ? "found" : "unknown";
			},
		},
	},
	tasks: {
		published: {
			hints: 1,
			solution: ["docker run -d --name nine -p 9000:80 httpd"],
			async solved(machine) {
				for (const { State, NetworkSettings } of await containers(machine)) {
					for (const [port, bindings] of Object.entries(NetworkSettings.Ports)) {
						if (!State.Running || !bindings?.some(({ HostPort }) => HostPort === "9000")) continue;
						if (await listens(machine, State.Pid, Number.parseInt(port, 10))) return true;
					}
				}
				return false;
			},
		},
		team: {
			hints: 2,
			solution: [
				"docker network create team",
				"docker run -d --name db --network team --network-alias database busybox sleep 1000",
				"docker run -d --name app --network team busybox sleep 1000",
			],
			async solved(machine) {
				const team = await ask<{ Containers: Record<string, unknown> }>(machine, "/networks/team");
				if (!team || Object.keys(team.Containers).length < 2) return false;
				for (const id of Object.keys(team.Containers)) {
					const member = await container(machine, id);
					if (member?.NetworkSettings.Networks.team?.Aliases?.includes("database")) return true;
				}
				return false;
			},
		},
		lonely: {
			hints: 1,
			solution: ["docker run -d --name hermit --network none busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(
					({ State, HostConfig, NetworkSettings }) =>
						State.Running &&
						!HostConfig.NetworkMode.startsWith("container:") &&
						Object.keys(NetworkSettings.Networks).every((name) => name === "none"),
				),
		},
	},
	path: [
		"list",
		"web",
		"bridge",
		"address",
		"direct",
		"published",
		"nat",
		"byName",
		"create",
		"connect",
		"named",
		"resolver",
		"inspect",
		"none",
		"host",
		"other",
		"blocked",
		"taken",
		"refused",
	],
};
