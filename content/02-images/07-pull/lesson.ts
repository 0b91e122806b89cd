// Pull, looked into: index, manifest, config and layers as files that are named by their own digests.

import type { Lesson, Witness } from "../../lesson";
import { ask, layersOf } from "../../witness";

const BLOBS = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
const INDEX = "$(docker image inspect -f '{{.Id}}' layers | cut -d: -f2)";
const manifest = (field: string): string => `$(sed 's/.*"${field}".*sha256:\\([0-9a-f]*\\)".*/\\1/' ${BLOBS}/${INDEX})`;

interface Listed {
	Id: string;
	RepoTags: string[] | null;
	RepoDigests: string[] | null;
}
const images = async (machine: Witness): Promise<Listed[]> => (await ask<Listed[]>(machine, "/images/json")) ?? [];

export const pull: Lesson = {
	slug: "pull",
	part: 2,
	number: 7,
	minutes: 12,
	images: ["busybox", "layers"],
	commands: {
		empty: { line: `ls ${BLOBS} | wc -l`, where: "host" },
		pull: { line: "docker pull layers", where: "host" },
		blobs: { line: `ls -l ${BLOBS}`, where: "host" },
		id: { line: "docker image inspect -f '{{.Id}}' layers", where: "host" },
		index: { line: `cat ${BLOBS}/${INDEX}; echo`, where: "host" },
		manifest: { line: `cat ${BLOBS}/${manifest("manifests")}; echo`, where: "host" },
		sum: { line: `cd ${BLOBS} && sha256sum * | head -3; cd`, where: "host" },
		base: { line: "docker pull busybox", where: "host" },
		digest: { line: "docker pull busybox@$(docker image inspect -f '{{.Id}}' busybox)", where: "host" },
		again: { line: "docker pull layers", where: "host" },
		remove: { line: "docker rmi layers", where: "host" },
		left: { line: `ls ${BLOBS} | wc -l`, where: "host" },
		noTag: { line: "docker pull busybox:9.99", where: "host", fails: true },
		noDigest: {
			line: `docker pull busybox@sha256:${"0".repeat(64)}`,
			where: "host",
			fails: true,
		},
	},
	predictions: {
		base: {
			choices: ["again", "exists"],
			async observe(machine) {
				const [base, on] = await Promise.all([layersOf(machine, "busybox"), layersOf(machine, "layers")]);
				if (base.length === 0 || on.length === 0) return undefined;
				return base.every((layer, index) => on[index] === layer) ? "exists" : "again";
			},
		},
		removed: {
			choices: ["all", "some"],
			async observe(machine) {
				const listed = await images(machine);
				// both were there before one of them went
				if (listed.length !== 1 || !listed[0]?.RepoTags?.some((tag) => tag.startsWith("busybox:"))) return undefined;
				const { status } = await machine.docker("GET", "/images/layers/json");
				if (status !== 404) return undefined;
				return (await machine.list(BLOBS)).length > 0 ? "some" : "all";
			},
		},
	},
	tasks: {
		pinned: {
			hints: 2,
			solution: ["docker pull busybox", "docker pull busybox@$(docker image inspect -f '{{.Id}}' busybox)", "docker rmi busybox"],
			async solved(machine) {
				return (await images(machine)).some(
					({ RepoTags, RepoDigests }) =>
						(RepoTags ?? []).length === 0 && (RepoDigests ?? []).some((name) => name.startsWith("busybox@")),
				);
			},
		},
		three: {
			hints: 1,
			solution: ["docker pull busybox", "docker pull hello-world", "docker pull layers"],
			solved: async (machine) => (await images(machine)).filter(({ RepoTags }) => (RepoTags ?? []).length > 0).length >= 3,
		},
	},
	path: [
		"empty",
		"pull",
		"blobs",
		"id",
		"index",
		"manifest",
		"sum",
		"base",
		"digest",
		"again",
		"remove",
		"left",
		"noTag",
		"noDigest",
	],
};
