// The commands of the older Korean introductions to Docker: each is in some lesson's path, as it is written there or with what
// this site has in its place; the lesson's texts say so.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LESSONS } from "../../content/lessons";
import { FOLDERS } from "./folders";

interface Classic {
	/** As the older texts have it. */
	written: string;
	/** Slug of the lesson. */
	lesson: string;
	/** What the lesson has in its place, and why; the same when it is left away. */
	instead?: { line: string | RegExp; because: string };
	/** Both texts of the lesson mention it. */
	said?: string[];
}

const CLASSICS: Classic[] = [
	{ written: "docker run -i -t --name ubuntu-local ubuntu /bin/bash", lesson: "docker-run" },
	{ written: "exit", lesson: "docker-run" },
	{
		written: "docker start ubuntu-local",
		lesson: "docker-run",
		instead: { line: "docker start -ai ubuntu-local", because: "-a and -i lead back to its prompt" },
	},
	{ written: "docker search ubuntu", lesson: "registries" },
	{ written: "docker pull ubuntu", lesson: "registries" },
	{ written: "docker images", lesson: "docker-run" },
	{ written: "docker ps", lesson: "lifecycle" },
	{ written: "docker ps -a", lesson: "lifecycle" },
	{
		written: "docker image inspect",
		lesson: "layers",
		instead: { line: /^docker image inspect .*layers$/, because: "it takes an image" },
	},
	{
		written: "docker image history",
		lesson: "layers",
		instead: { line: "docker image history layers", because: "it takes an image" },
	},
	{
		written: "docker image tag",
		lesson: "keeping",
		instead: { line: /^docker image tag \S+ \S+$/, because: "it takes two names" },
	},
	{
		written: "docker image save mysql:5.7 | gzip > test-mysql57.tar.gz",
		lesson: "keeping",
		instead: { line: /^docker image save \S+ \| gzip > \S+\.tar\.gz$/, because: "the site has no mysql" },
		said: ["docker image save mysql:5.7 | gzip > test-mysql57.tar.gz", "mysql"],
	},
	{
		written: "docker image load < test-mysql57.tar.gz",
		lesson: "keeping",
		instead: { line: /^docker image load < \S+\.tar\.gz$/, because: "the site has no mysql" },
	},
	{
		written: "docker rmi",
		lesson: "keeping",
		instead: { line: /^docker rmi backup:1$/, because: "one of two names goes" },
		said: ["Untagged"],
	},
	{
		written: "docker image prune -a",
		lesson: "keeping",
		instead: { line: "docker image prune -a -f", because: "it would ask first" },
		said: ["`-f`"],
	},
	{
		written: "docker push localhost:5000/…",
		lesson: "registries",
		instead: { line: /^docker push localhost:5000\/\S+$/, because: "the private registry's repository has a name" },
	},
	{
		written: "docker container create",
		lesson: "lifecycle",
		instead: { line: /^docker container create --name \S+ busybox /, because: "it takes an image" },
	},
	{
		written: "docker commit",
		lesson: "copy-on-write",
		instead: { line: /^docker commit \S+ \S+$/, because: "it takes a container and a name" },
	},
	{
		written: "POST /containers/create",
		lesson: "client-server",
		instead: { line: /^curl .*--unix-socket \S+ .*\/containers\/create/, because: "curl speaks the API" },
	},
	{
		written: "docker -H tcp://…",
		lesson: "client-server",
		instead: { line: /^docker -H tcp:\/\/second:2375 run /, because: "the other daemon has a name" },
	},
	{ written: "lsns", lesson: "namespaces", instead: { line: /^lsns -p /, because: "those of the container's process" } },
	{
		written: "/sys/fs/cgroup",
		lesson: "cgroups",
		instead: {
			line: /^cat \/sys\/fs\/cgroup\/docker\/\S*\$\(docker inspect .*\)\/memory\.max$/,
			because: "those of the container",
		},
	},
	{
		written: "LXC → libcontainer → containerd, runC",
		lesson: "daemon",
		instead: { line: "runc --version", because: "it is history" },
		said: ["LXC", "libcontainer", "containerd", "runC"],
	},
];

test.each(CLASSICS)("$written", ({ written, lesson: slug, instead, said = [] }) => {
	const lesson = LESSONS[slug]!;
	const wanted = instead?.line ?? written;
	const lines = lesson.path.map((id) => lesson.commands[id]!.line);
	expect(lines.filter((line) => (typeof wanted === "string" ? line === wanted : wanted.test(line)))).not.toEqual([]);
	for (const locale of ["ko", "en"]) {
		const text = readFileSync(new URL(`../../${FOLDERS[slug]}/${locale}.mdx`, import.meta.url), "utf8");
		for (const words of said) expect(text, locale).toContain(words);
	}
});
