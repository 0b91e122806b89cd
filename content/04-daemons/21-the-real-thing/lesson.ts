// The real thing: what two daemons say alike and what not, what this engine does differently from Docker's, an archive to take along.

import { savedImages } from "../../archive";
import type { Lesson, Witness } from "../../lesson";
import { container, containersOnSecond, image, imagesOnSecond } from "../../witness";

const SECOND = ["service second start", "docker context create second --docker host=unix:///run/second/docker.sock"];
const build = (context: string, tag: string): string =>
	[
		`docker ${context}build --build-arg SOURCE_DATE_EPOCH=0 -t ${tag} - <<'EOF'`,
		"FROM busybox",
		"RUN echo the same > /same",
		"EOF",
	].join("\n");

/** The containers called `same` on both hosts, when both are there. */
async function both(machine: Witness) {
	const [here, there] = await Promise.all([container(machine, "same"), containersOnSecond(machine)]);
	const other = there.find(({ Name }) => Name === "/same");
	return here && other && { here, there: other };
}
interface Noted {
	Id: string;
	Image: string;
}
async function noted(machine: Witness, path: string): Promise<Noted | undefined> {
	const bytes = await machine.readFile(path, 1 << 20).catch(() => undefined);
	try {
		return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Noted[])[0];
	} catch {
		return undefined;
	}
}

export const realThing: Lesson = {
	slug: "real-thing",
	part: 4,
	number: 21,
	minutes: 12,
	images: ["httpd", "busybox", "hello-world"],
	commands: {
		second: { line: SECOND[0]!, where: "host" },
		context: { line: SECOND[1]!, where: "host" },
		here: { line: "docker run -d --name same -p 8000:80 httpd", where: "host" },
		there: { line: "docker -c second run -d --name same -p 8000:80 httpd", where: "host" },
		save: { line: "docker inspect same > here.json; docker -c second inspect same > there.json", where: "host" },
		diff: { line: "diff here.json there.json", where: "host", fails: true },
		version: { line: "docker version", where: "host" },
		kernel: { line: "docker run --rm busybox uname -r", where: "host" },
		old: { line: "DOCKER_API_VERSION=1.30 docker create --name old busybox", where: "host" },
		macvlan: { line: "docker network create -d macvlan lan", where: "host", fails: true },
		take: { line: "docker pull -q hello-world; docker save hello-world | gzip > take.tar.gz", where: "host" },
		id: { line: "docker image inspect -f '{{.Id}}' hello-world", where: "host" },
		config: { line: "tar xzOf take.tar.gz manifest.json; echo", where: "host" },
		tooNew: { line: "DOCKER_API_VERSION=1.99 docker ps", where: "host", fails: true },
		arm: { line: "docker pull --platform linux/arm64 busybox", where: "host", fails: true },
	},
	predictions: {
		image: {
			choices: ["same", "differs"],
			async observe(machine) {
				const pair = await both(machine);
				return pair && (pair.here.Image === pair.there.Image ? "same" : "differs");
			},
		},
		address: {
			choices: ["same", "differs"],
			async observe(machine) {
				const pair = await both(machine);
				const here = pair?.here.NetworkSettings.Networks.bridge?.IPAddress;
				const there = pair?.there.NetworkSettings.Networks.bridge?.IPAddress;
				return here && there ? (here === there ? "same" : "differs") : undefined;
			},
		},
		old: {
			choices: ["works", "refused"],
			observe: async (machine) => ((await container(machine, "old")) ? "works" : undefined),
		},
	},
	tasks: {
		notes: {
			hints: 2,
			solution: [
				...SECOND,
				"docker create --name pair busybox; docker -c second create --name pair busybox",
				"docker inspect pair > /root/mine.json; docker -c second inspect pair > /root/theirs.json",
			],
			async solved(machine) {
				const [mine, theirs] = await Promise.all([noted(machine, "/root/mine.json"), noted(machine, "/root/theirs.json")]);
				return mine?.Image !== undefined && mine.Image === theirs?.Image && mine.Id !== theirs.Id;
			},
		},
		twins: {
			hints: 2,
			solution: [...SECOND, build("", "twin"), build("-c second ", "twin")],
			async solved(machine) {
				const [mine, theirs] = await Promise.all([image(machine, "twin"), imagesOnSecond(machine)]);
				return mine !== undefined && theirs.get("docker.io/library/twin:latest") === mine.Id;
			},
		},
		archive: {
			hints: 1,
			solution: [
				'docker build -t mine:1 - <<\'EOF\'\nFROM busybox\nLABEL made-by=me\nRUN echo made in a browser > /where\nCMD ["cat", "/where"]\nEOF',
				"docker save mine:1 | gzip > /root/mine.tar.gz",
			],
			async solved(machine) {
				const mine = await image(machine, "mine:1");
				if (mine?.Config.Labels?.["made-by"] === undefined) return false;
				return (await savedImages(machine, "/root/mine.tar.gz")).includes("mine:1");
			},
		},
	},
	path: [
		"second",
		"context",
		"here",
		"there",
		"save",
		"diff",
		"version",
		"kernel",
		"old",
		"macvlan",
		"take",
		"id",
		"config",
		"tooNew",
		"arm",
	],
};
