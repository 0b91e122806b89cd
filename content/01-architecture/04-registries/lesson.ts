// Registries: what is in a name, a private registry on the host, tags that move and digests that do not.

import type { Lesson, Witness } from "../../lesson";
import { ask, readJson } from "../../witness";

const REGISTRY = "/var/lib/registry/docker/registry/v2";
const BASE = "localhost:5000/team/base";

interface Listed {
	Id: string;
	RepoTags: string[] | null;
	RepoDigests: string[] | null;
}
const images = async (machine: Witness): Promise<Listed[]> => (await ask<Listed[]>(machine, "/images/json?all=1")) ?? [];

const text = async (machine: Witness, path: string): Promise<string | undefined> =>
	new TextDecoder().decode(await machine.readFile(path, 4096).catch(() => new Uint8Array())) || undefined;
const names = async (machine: Witness, path: string): Promise<string[]> =>
	(await machine.list(path).catch(() => [])).map(({ name }) => name);

/** What a tag means in the host's registry, from its disk. */
const tagged = (machine: Witness, repository: string, tag: string): Promise<string | undefined> =>
	text(machine, `${REGISTRY}/repositories/${repository}/_manifests/tags/${tag}/current/link`);

/** Tags of each repository whose name has one part or two. */
async function repositories(machine: Witness): Promise<Array<{ repository: string; tags: string[] }>> {
	const found: Array<{ repository: string; tags: string[] }> = [];
	const look = async (repository: string, deeper: boolean): Promise<void> => {
		const entries = await names(machine, `${REGISTRY}/repositories/${repository}`);
		if (entries.includes("_manifests")) {
			found.push({ repository, tags: await names(machine, `${REGISTRY}/repositories/${repository}/_manifests/tags`) });
		}
		if (deeper) for (const name of entries) if (!name.startsWith("_")) await look(`${repository}/${name}`, false);
	};
	for (const name of await names(machine, `${REGISTRY}/repositories`)) await look(name, true);
	return found;
}

/** When content came to the host's registry, ms since 1970. */
async function arrived(machine: Witness, digest: string): Promise<number | undefined> {
	const hex = digest.replace("sha256:", "");
	const entries = await machine.list(`${REGISTRY}/blobs/sha256/${hex.slice(0, 2)}/${hex}`).catch(() => []);
	return entries.find(({ name }) => name === "data")?.mtime;
}

interface Manifest {
	config?: { digest: string };
	layers?: Array<{ digest: string }>;
	manifests?: Array<{ digest: string }>;
}
async function blob<T>(machine: Witness, digest: string): Promise<T | undefined> {
	const hex = digest.trim().replace("sha256:", "");
	return readJson<T>(machine, `${REGISTRY}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`);
}
/** A pushed manifest, also through an index. */
async function pushed(machine: Witness, digest: string): Promise<Manifest> {
	const document = (await blob<Manifest>(machine, digest)) ?? {};
	return document.manifests?.[0] ? pushed(machine, document.manifests[0].digest) : document;
}
/** Digests of its compressed layers. */
const pushedLayers = async (machine: Witness, digest: string): Promise<string[]> =>
	((await pushed(machine, digest)).layers ?? []).map((layer) => layer.digest);
/** The command of a pushed image. */
async function pushedCommand(machine: Witness, digest: string): Promise<string | undefined> {
	const { config } = await pushed(machine, digest);
	const found = config && (await blob<{ config?: { Cmd?: string[] } }>(machine, config.digest));
	return found?.config?.Cmd?.join(" ");
}

export const registries: Lesson = {
	slug: "registries",
	part: 1,
	number: 4,
	minutes: 15,
	images: ["ubuntu", "busybox", "hello-world"],
	commands: {
		search: { line: "docker search ubuntu", where: "host" },
		pull: { line: "docker pull ubuntu", where: "host" },
		start: { line: "service registry start", where: "host" },
		empty: { line: "curl -s http://localhost:5000/v2/_catalog", where: "host" },
		tag: { line: `docker tag ubuntu ${BASE}:1.0`, where: "host" },
		listed: { line: "docker images", where: "host" },
		push: { line: `docker push ${BASE}:1.0`, where: "host" },
		catalog: { line: "curl -s http://localhost:5000/v2/_catalog", where: "host" },
		change: { line: `docker run --name change ${BASE}:1.0 sh -c 'echo 2 > /version'`, where: "host" },
		commit: { line: `docker commit change ${BASE}:2.0`, where: "host" },
		pushSecond: { line: `docker push ${BASE}:2.0`, where: "host" },
		tags: { line: "curl -s http://localhost:5000/v2/team/base/tags/list", where: "host" },
		digest: { line: "docker image inspect -f '{{.Id}}' ubuntu | tee digest", where: "host" },
		move: { line: `docker tag ${BASE}:2.0 ${BASE}:1.0 && docker push ${BASE}:1.0`, where: "host" },
		clean: { line: "docker rm change && docker image prune -a -f", where: "host" },
		byTag: { line: `docker pull ${BASE}:1.0`, where: "host" },
		whichTag: { line: `docker run --rm ${BASE}:1.0 ls /version`, where: "host" },
		byDigest: { line: `docker pull ${BASE}@$(cat digest)`, where: "host" },
		digests: { line: "docker images --digests", where: "host" },
		hub: { line: `docker tag ${BASE}:1.0 alice/base && docker push alice/base`, where: "host", fails: true },
		nobody: { line: "docker pull localhost:5001/team/base:1.0", where: "host", fails: true },
		plain: { line: "docker pull 172.17.0.1:5000/team/base:1.0", where: "host", fails: true },
		allow: {
			line: `echo '{"insecure-registries": ["172.17.0.1:5000"]}' > /etc/docker/daemon.json && kill -HUP $(cat /var/run/docker.pid) && sleep 1`,
			where: "host",
		},
		allowed: { line: "docker pull 172.17.0.1:5000/team/base:2.0", where: "host" },
	},
	predictions: {
		copy: {
			choices: ["copied", "named"],
			async observe(machine) {
				const all = await images(machine);
				const first = all.find(({ RepoTags }) => RepoTags?.includes("ubuntu:latest"));
				const second = all.find(({ RepoTags }) => RepoTags?.includes(`${BASE}:1.0`));
				if (!first || !second) return undefined;
				return first.Id === second.Id ? "named" : "copied";
			},
		},
		sent: {
			choices: ["all", "new"],
			async observe(machine) {
				const second = await tagged(machine, "team/base", "2.0");
				if (!second) return undefined;
				const came = await Promise.all((await pushedLayers(machine, second)).map((layer) => arrived(machine, layer)));
				const last = came.at(-1);
				if (last === undefined || came.length < 2) return undefined;
				// the registry had the lower ones before the last one came
				return came.slice(0, -1).every((time) => time !== undefined && time < last) ? "new" : "all";
			},
		},
		pinned: {
			choices: ["old", "new", "none"],
			async observe(machine) {
				const wanted = (await text(machine, "/root/digest"))?.trim();
				const now = (await tagged(machine, "team/base", "1.0"))?.trim();
				// the tag means something else by now, and what it meant is here again
				if (!wanted || !now || now === wanted) return undefined;
				const here = (await images(machine)).some(
					({ RepoDigests, RepoTags }) =>
						RepoDigests?.includes(`${BASE}@${wanted}`) && !(RepoTags ?? []).some((tag) => tag.startsWith("ubuntu")),
				);
				return here ? "old" : undefined;
			},
		},
	},
	tasks: {
		greet: {
			hints: 2,
			solution: [
				"service registry start",
				"docker pull hello-world",
				"docker tag hello-world localhost:5000/greet:v1",
				"docker push localhost:5000/greet:v1",
			],
			async solved(machine) {
				const digest = await tagged(machine, "greet", "v1");
				return digest !== undefined && (await pushedCommand(machine, digest)) === "/hello";
			},
		},
		twins: {
			hints: 2,
			solution: [
				"service registry start",
				"docker pull busybox",
				"docker tag busybox localhost:5000/tools/box:1.35",
				"docker tag busybox localhost:5000/tools/box:stable",
				"docker push -a localhost:5000/tools/box",
			],
			async solved(machine) {
				for (const { repository, tags } of await repositories(machine)) {
					const means = await Promise.all(tags.map((tag) => tagged(machine, repository, tag)));
					if (new Set(means).size < means.length) return true;
				}
				return false;
			},
		},
		moved: {
			hints: 1,
			solution: [
				"service registry start",
				"docker pull busybox && docker pull hello-world",
				"docker tag busybox localhost:5000/site:live && docker push localhost:5000/site:live",
				"docker tag hello-world localhost:5000/site:live && docker push localhost:5000/site:live",
			],
			solved: async (machine) =>
				(await names(machine, `${REGISTRY}/repositories/site/_manifests/tags/live/index/sha256`)).length > 1,
		},
	},
	path: [
		"search",
		"pull",
		"start",
		"empty",
		"tag",
		"listed",
		"push",
		"catalog",
		"change",
		"commit",
		"pushSecond",
		"tags",
		"digest",
		"move",
		"clean",
		"byTag",
		"whichTag",
		"byDigest",
		"digests",
		"hub",
		"nobody",
		"plain",
		"allow",
		"allowed",
	],
};
