// Keeping and moving: tag, save with gzip, load, export and import, rmi's rule on tags, prune.

import { savedImages } from "../../archive";
import type { Lesson, Witness } from "../../lesson";
import { ask, imageHas, layersOf, outlived } from "../../witness";

interface Listed {
	Id: string;
	RepoTags: string[] | null;
}
const images = async (machine: Witness): Promise<Listed[]> => (await ask<Listed[]>(machine, "/images/json?all=1")) ?? [];
const tagged = async (machine: Witness, tag: string): Promise<Listed | undefined> =>
	(await images(machine)).find(({ RepoTags }) => RepoTags?.includes(tag));

export const keeping: Lesson = {
	slug: "keeping",
	part: 2,
	number: 9,
	minutes: 12,
	images: ["busybox", "layers"],
	commands: {
		pull: { line: "docker pull layers", where: "host" },
		tag: { line: "docker image tag layers backup:1", where: "host" },
		save: { line: "docker image save backup:1 | gzip > backup.tar.gz", where: "host" },
		size: { line: "ls -lh backup.tar.gz", where: "host" },
		inside: { line: "tar tzf backup.tar.gz", where: "host" },
		index: { line: "tar xzOf backup.tar.gz index.json; echo", where: "host" },
		untag: { line: "docker rmi backup:1", where: "host" },
		remove: { line: "docker rmi layers", where: "host" },
		images: { line: "docker images", where: "host" },
		load: { line: "docker image load < backup.tar.gz", where: "host" },
		check: { line: "docker history backup:1", where: "host" },
		run: { line: "docker run --name box backup:1 sh -c 'echo hello > /hello'", where: "host" },
		export: { line: "docker export box | gzip > box.tar.gz", where: "host" },
		import: { line: "gunzip -c box.tar.gz | docker import - flat:1", where: "host" },
		flat: { line: "docker history flat:1", where: "host" },
		noCommand: { line: "docker run --rm flat:1", where: "host", fails: true },
		withCommand: { line: "docker run --rm flat:1 cat /hello", where: "host" },
		dangling: { line: "docker commit box backup:1", where: "host" },
		prune: { line: "docker image prune -f", where: "host" },
		pruneAll: { line: "docker image prune -a -f", where: "host" },
		left: { line: "docker images -a", where: "host" },
		broken: { line: "head -c 4000 backup.tar.gz | docker load", where: "host", fails: true },
	},
	predictions: {
		untagged: {
			choices: ["deleted", "kept"],
			async observe(machine) {
				return (await outlived(machine, "backup:1")) ? "kept" : undefined;
			},
		},
		layers: {
			choices: ["same", "one"],
			async observe(machine) {
				const flat = await layersOf(machine, "flat:1");
				if (flat.length === 0) return undefined;
				return flat.length === 1 ? "one" : "same";
			},
		},
	},
	tasks: {
		archive: {
			hints: 2,
			solution: ["docker pull busybox", "docker save busybox | gzip > /root/box.tar.gz"],
			async solved(machine) {
				return (await savedImages(machine, "/root/box.tar.gz")).some((name) => /(^|\/)busybox:/.test(name));
			},
		},
		flat: {
			hints: 2,
			solution: ["docker pull layers", "docker create --name tin layers", "docker export tin | docker import - tin:flat"],
			async solved(machine) {
				const tin = await tagged(machine, "tin:flat");
				if (!tin || (await layersOf(machine, tin.Id)).length !== 1) return false;
				// a file of the upper layers and one of the base, in one layer
				return (await imageHas(machine, "tin:flat", "/added.txt")) && imageHas(machine, "tin:flat", "/bin/busybox");
			},
		},
	},
	path: [
		"pull",
		"tag",
		"save",
		"size",
		"inside",
		"index",
		"untag",
		"remove",
		"images",
		"load",
		"check",
		"run",
		"export",
		"import",
		"flat",
		"noCommand",
		"withCommand",
		"dangling",
		"prune",
		"pruneAll",
		"left",
		"broken",
	],
};
