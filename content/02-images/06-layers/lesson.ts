// Layers: an image is read-only directories over one another; what they share, and how they are seen as one.

import type { Lesson } from "../../lesson";
import { ask, containers, layersOf } from "../../witness";

const SNAPSHOTS = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots";

export const layers: Lesson = {
	slug: "layers",
	part: 2,
	number: 6,
	minutes: 10,
	images: ["busybox", "layers"],
	commands: {
		pull: { line: "docker pull layers", where: "host" },
		history: { line: "docker image history layers", where: "host" },
		inspect: { line: "docker image inspect -f '{{json .RootFS.Layers}}' layers", where: "host" },
		base: { line: "docker pull busybox", where: "host" },
		inspectBase: { line: "docker image inspect -f '{{json .RootFS.Layers}}' busybox", where: "host" },
		run: { line: "docker run -d --name peek layers sleep 1000", where: "host" },
		mount: { line: "docker exec peek grep overlay /proc/mounts", where: "host" },
		snapshots: { line: `ls ${SNAPSHOTS}`, where: "host" },
		inside: { line: `ls -R ${SNAPSHOTS}/[2-4]/fs`, where: "host" },
		second: { line: "docker run -d --name peek2 layers sleep 1000", where: "host" },
		count: { line: `ls ${SNAPSHOTS} | wc -l`, where: "host" },
		tag: { line: "docker tag layers mine:v1", where: "host" },
		images: { line: "docker images", where: "host" },
		untag: { line: "docker rmi mine:v1", where: "host" },
		write: { line: `touch ${SNAPSHOTS}/1/fs/oops && docker exec peek ls /oops`, where: "host" },
		rmUsed: { line: "docker rmi layers", where: "host", fails: true },
	},
	predictions: {
		shared: {
			choices: ["none", "first", "all"],
			async observe(machine) {
				const [base, all] = await Promise.all([layersOf(machine, "busybox"), layersOf(machine, "layers")]);
				if (base.length === 0 || all.length === 0) return undefined;
				const common = all.filter((layer) => base.includes(layer)).length;
				return common === 0 ? "none" : common === all.length ? "all" : "first";
			},
		},
		twice: {
			choices: ["copy", "thin"],
			async observe(machine) {
				const running = (await containers(machine)).filter(({ State, Config }) => State.Running && Config.Image === "layers");
				if (running.length < 2) return undefined;
				const image = await layersOf(machine, "layers");
				// two containers on one image: one snapshot each, beside those of the image
				const snapshots = await machine.list(SNAPSHOTS);
				return snapshots.length < 2 * (image.length + 1) + 2 ? "thin" : "copy";
			},
		},
	},
	tasks: {
		names: {
			hints: 1,
			solution: ["docker pull busybox", "docker tag busybox my/box:1", "docker tag busybox my/box:2"],
			async solved(machine) {
				const images = (await ask<Array<{ RepoTags: string[] | null }>>(machine, "/images/json")) ?? [];
				return images.some(({ RepoTags }) => (RepoTags ?? []).length >= 3);
			},
		},
		deeper: {
			hints: 2,
			solution: ["docker pull layers", "docker run --name top layers sh -c 'echo one more > /more'", "docker commit top deeper"],
			async solved(machine) {
				const base = await layersOf(machine, "layers");
				if (base.length === 0) return false;
				const images = (await ask<Array<{ Id: string }>>(machine, "/images/json")) ?? [];
				for (const { Id } of images) {
					const all = await layersOf(machine, Id);
					if (all.length === base.length + 1 && base.every((layer, index) => all[index] === layer)) return true;
				}
				return false;
			},
		},
	},
	path: [
		"pull",
		"history",
		"inspect",
		"base",
		"inspectBase",
		"run",
		"mount",
		"snapshots",
		"inside",
		"second",
		"count",
		"tag",
		"images",
		"untag",
		"write",
		"rmUsed",
	],
};
