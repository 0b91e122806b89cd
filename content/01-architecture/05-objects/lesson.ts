// Docker's objects: images, containers, networks, volumes, plugins, services; who refers to whom, and what goes before what.

import type { Lesson, Witness } from "../../lesson";
import { ask, container, containers } from "../../witness";

const exists = async (machine: Witness, path: string): Promise<boolean> => (await machine.docker("GET", path)).status === 200;

/** The container of the lesson has run: what it wrote is in the volume. */
const hasWritten = async (machine: Witness): Promise<boolean> =>
	((await machine.readFile("/var/lib/docker/volumes/data/_data/born", 64).catch(() => undefined))?.length ?? 0) > 0;

interface Volume {
	Name: string;
}

export const objects: Lesson = {
	slug: "objects",
	part: 1,
	number: 5,
	minutes: 12,
	images: ["busybox"],
	commands: {
		df: { line: "docker system df", where: "host" },
		volume: { line: "docker volume create data", where: "host" },
		network: { line: "docker network create lab", where: "host" },
		run: {
			line: "docker run -d --name web --network lab -v data:/data busybox sh -c 'date > /data/born; sleep 1000'",
			where: "host",
		},
		inspect: { line: "docker inspect web | head -20", where: "host" },
		image: { line: "docker inspect -f '{{.Image}}' web", where: "host" },
		mounts: { line: "docker inspect -f '{{json .Mounts}}' web", where: "host" },
		networks: { line: "docker inspect -f '{{json .NetworkSettings.Networks}}' web", where: "host" },
		plugged: { line: "docker network inspect -f '{{json .Containers}}' lab", where: "host" },
		users: { line: "docker ps -a --filter volume=data", where: "host" },
		names: { line: "docker inspect -f '{{.Name}}' web lab data", where: "host" },
		rmImage: { line: "docker rmi busybox", where: "host", fails: true },
		rmVolume: { line: "docker volume rm data", where: "host", fails: true },
		rmNetwork: { line: "docker network rm lab", where: "host", fails: true },
		rmContainer: { line: "docker rm web", where: "host", fails: true },
		untag: { line: "docker rmi -f busybox", where: "host" },
		running: { line: "docker ps; docker images -a", where: "host" },
		stop: { line: "docker stop -t 1 web", where: "host" },
		volumeAgain: { line: "docker volume rm data", where: "host", fails: true },
		networkAgain: { line: "docker network rm lab", where: "host" },
		start: { line: "docker start web", where: "host", fails: true },
		sameName: { line: "docker network create lab && docker start web", where: "host", fails: true },
		gone: { line: "docker rm web", where: "host" },
		volumes: { line: "docker volume prune -f; docker volume ls", where: "host" },
		clean: { line: "docker volume rm data && docker network rm lab && docker image prune -f", where: "host" },
		drivers: { line: "docker info -f '{{json .Plugins}}'", where: "host" },
		plugins: { line: "docker plugin ls", where: "host" },
		noDriver: { line: "docker network create -d weave mesh", where: "host", fails: true },
		services: { line: "docker service ls", where: "host", fails: true },
	},
	predictions: {
		unnamed: {
			choices: ["refused", "stops", "runs"],
			async observe(machine) {
				const web = await container(machine, "web");
				if (!web || (await exists(machine, "/images/busybox/json"))) return undefined;
				return web.State.Running ? "runs" : "stops";
			},
		},
		stopped: {
			choices: ["both", "network", "neither"],
			async observe(machine) {
				const web = await container(machine, "web");
				if (web?.State.Status !== "exited" || (await exists(machine, "/networks/lab"))) return undefined;
				return (await exists(machine, "/volumes/data")) ? "network" : "both";
			},
		},
		kept: {
			choices: ["gone", "stays"],
			async observe(machine) {
				if (await container(machine, "web")) return undefined;
				return (await hasWritten(machine)) ? "stays" : undefined;
			},
		},
	},
	tasks: {
		joined: {
			hints: 2,
			solution: ["docker network create team", "docker run -d --network team -v shop:/shop busybox sleep 1000"],
			solved: async (machine) =>
				(await containers(machine)).some(
					({ State, NetworkSettings, Mounts }) =>
						State.Running &&
						NetworkSettings.Networks.team !== undefined &&
						Mounts.some(({ Type, Name }) => Type === "volume" && Name === "shop"),
				),
		},
		unplugged: {
			hints: 2,
			solution: ["docker run -d --name loose busybox sleep 1000", "docker network disconnect bridge loose"],
			solved: async (machine) =>
				(await containers(machine)).some(
					({ State, HostConfig, NetworkSettings }) =>
						State.Running && HostConfig.NetworkMode !== "none" && Object.keys(NetworkSettings.Networks).length === 0,
				),
		},
		orphan: {
			hints: 1,
			solution: ["docker run -d --name temp -v /data busybox sleep 1000", "docker rm -f temp"],
			async solved(machine) {
				const unused = encodeURIComponent('{"dangling":["true"]}');
				const { Volumes = [] } = (await ask<{ Volumes?: Volume[] | null }>(machine, `/volumes?filters=${unused}`)) ?? {};
				return (Volumes ?? []).some(({ Name }) => /^[0-9a-f]{64}$/.test(Name));
			},
		},
	},
	path: [
		"df",
		"volume",
		"network",
		"run",
		"inspect",
		"image",
		"mounts",
		"networks",
		"plugged",
		"users",
		"names",
		"rmImage",
		"rmVolume",
		"rmNetwork",
		"rmContainer",
		"untag",
		"running",
		"stop",
		"volumeAgain",
		"networkAgain",
		"start",
		"sameName",
		"gone",
		"volumes",
		"clean",
		"drivers",
		"plugins",
		"noDriver",
		"services",
	],
};
