// Moving a container between two daemons: commit, save and load, export and import, push and pull, and what stays behind.

import type { Lesson } from "../../lesson";
import { containersOnSecond, filesOfVolume, image, imagesOnSecond } from "../../witness";

const SECOND = ["service second start", "docker context create second --docker host=unix:///run/second/docker.sock"];

export const moving: Lesson = {
	slug: "moving",
	part: 4,
	number: 20,
	minutes: 15,
	images: ["busybox", "httpd"],
	commands: {
		second: { line: SECOND[0]!, where: "host" },
		context: { line: SECOND[1]!, where: "host" },
		here: { line: "docker info -f '{{.Name}}'", where: "host" },
		there: { line: "docker -c second info -f '{{.Name}}'", where: "host" },
		make: {
			line: "docker run --name shop -e COLOR=blue -v orders:/orders busybox sh -c 'echo paid > /note; echo first > /orders/1'",
			where: "host",
		},
		commit: { line: "docker commit shop shop:moved", where: "host" },
		save: { line: "docker save shop:moved | docker -c second load", where: "host" },
		idHere: { line: "docker image inspect -f '{{.Id}}' shop:moved", where: "host" },
		idThere: { line: "docker -c second image inspect -f '{{.Id}}' shop:moved", where: "host" },
		arrived: {
			line: "docker -c second run --name shop -v orders:/orders shop:moved sh -c 'cat /note; echo $COLOR; ls /orders'",
			where: "host",
		},
		volume: {
			line: "docker run --rm -v orders:/from busybox tar c -C /from . | docker -c second run --rm -i -v orders:/to shop:moved tar x -C /to",
			where: "host",
		},
		order: { line: "docker -c second run --rm -v orders:/orders shop:moved cat /orders/1", where: "host" },
		export: { line: "docker export shop | docker -c second import - shop:flat", where: "host" },
		flat: { line: "docker -c second run --rm shop:flat sh -c 'cat /note; echo COLOR is $COLOR'", where: "host" },
		change: {
			line: "docker export shop | docker -c second import --change 'ENV COLOR=blue' --change 'CMD [\"sh\"]' - shop:mended",
			where: "host",
		},
		registry: { line: "service registry start", where: "host" },
		tag: { line: "docker tag shop:moved localhost:5000/shop:1", where: "host" },
		push: { line: "docker push localhost:5000/shop:1", where: "host" },
		pull: { line: "docker -c second pull localhost:5000/shop:1", where: "host" },
		list: { line: "docker context ls", where: "host" },
		use: { line: "docker context use second", where: "host" },
		ps: { line: "docker ps -a", where: "host" },
		back: { line: "docker context use default", where: "host" },
		only: { line: "docker tag busybox only-here:1", where: "host" },
		missing: { line: "docker -c second run --rm only-here:1", where: "host", fails: true },
		stop: { line: "service second stop", where: "host" },
		unplugged: { line: "docker -c second ps", where: "host", fails: true },
	},
	predictions: {
		volume: {
			choices: ["comes", "stays"],
			async observe(machine) {
				if (!(await containersOnSecond(machine)).some(({ Name }) => Name === "/shop")) return undefined;
				return (await filesOfVolume(machine, "orders", "second")).has("1") ? "comes" : "stays";
			},
		},
		travels: {
			choices: ["all", "nothing"],
			async observe(machine) {
				const images = await imagesOnSecond(machine);
				const pulled = images.get("localhost:5000/shop:1");
				return pulled && (pulled === images.get("docker.io/library/shop:moved") ? "nothing" : "all");
			},
		},
	},
	tasks: {
		gift: {
			hints: 2,
			solution: [...SECOND, "docker pull httpd && docker tag httpd gift:1", "docker save gift:1 | docker -c second load"],
			async solved(machine) {
				const [mine, theirs] = await Promise.all([image(machine, "gift:1"), imagesOnSecond(machine)]);
				return mine !== undefined && theirs.get("docker.io/library/gift:1") === mine.Id;
			},
		},
		diary: {
			hints: 2,
			solution: [
				...SECOND,
				"docker run --rm -v diary:/diary busybox sh -c 'echo sunny > /diary/monday'",
				"docker run --rm -v diary:/from busybox tar c -C /from . | docker -c second run --rm -i -v diary:/to busybox tar x -C /to",
			],
			async solved(machine) {
				const [mine, theirs] = await Promise.all([
					filesOfVolume(machine, "diary", "first"),
					filesOfVolume(machine, "diary", "second"),
				]);
				return mine.size > 0 && [...mine].every(([name, content]) => theirs.get(name) === content);
			},
		},
		web: {
			hints: 1,
			solution: [...SECOND, "docker -c second run -d --name web --restart unless-stopped -p 8080:80 httpd"],
			solved: async (machine) =>
				(await containersOnSecond(machine)).some(
					({ State, host }) =>
						State.Running &&
						host.RestartPolicy.Name === "unless-stopped" &&
						Object.values(host.PortBindings ?? {}).some((bindings) => bindings.some(({ HostPort }) => HostPort === "8080")),
				),
		},
	},
	path: [
		"second",
		"context",
		"here",
		"there",
		"make",
		"commit",
		"save",
		"idHere",
		"idThere",
		"arrived",
		"volume",
		"order",
		"export",
		"flat",
		"change",
		"registry",
		"tag",
		"push",
		"pull",
		"list",
		"use",
		"ps",
		"back",
		"only",
		"missing",
		"stop",
		"unplugged",
	],
};
