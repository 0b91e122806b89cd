// The builder as a program of the machine: reads recipes in a directory, builds each, and pushes it to a registry. This is how the
// site's own images are made at set-up: by the same builder, in the same containers, as those that learners build.
//
//     build-images [--epoch SECONDS] [--build-arg NAME=VALUE]… DIRECTORY REGISTRY NAME…
//
// builds DIRECTORY/NAME/Dockerfile with that directory as its context, and pushes it as REGISTRY/NAME:latest; and by the other tags
// that DIRECTORY/NAME/tags has, a line each.

import { CONTAINERD_SOCKET, type ContainerdApi } from "../containerd/api";
import { text, utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { isErrno, makeDirectories, readText, writeAll } from "../lib/files";
import { connectRpc } from "../lib/rpc/client";
import { dialUnix } from "../lib/socket";
import type { NativeMain, Sys } from "../sys";
import { build } from "./build";
import { BuildCache } from "./cache/cache";
import { sysContext } from "./context/sys";
import { containerdRunner } from "./run/runner";
import type { BuildBackend } from "./types";

const USAGE = "Usage: build-images [--epoch SECONDS] [--build-arg NAME=VALUE]... DIRECTORY REGISTRY NAME...\n";
const SCRATCH = "/var/lib/buildkit";
const STATE = "/run/buildkit";

interface Arguments {
	options: { sourceDateEpoch?: number; buildArgs: Record<string, string> };
	directory: string;
	registry: string;
	names: string[];
}

export const buildImages = (): NativeMain => async (sys, argv) => {
	const parsed = parse(argv.slice(1));
	if (!parsed) {
		await writeAll(sys, 2, utf8(USAGE));
		return 2;
	}
	await sys.umask(0o022);
	await makeDirectories(sys, SCRATCH, 0o700);
	const containerd = connectRpc<ContainerdApi>(await dialUnix(sys, CONTAINERD_SOCKET));
	const cache = await BuildCache.open(sys, containerd, SCRATCH);
	const backend: BuildBackend = { containerd, sys, scratch: SCRATCH, cache, runStep: containerdRunner(sys, containerd, STATE) };
	try {
		for (const name of parsed.names) await buildOne(sys, backend, parsed, name);
		return 0;
	} catch (error) {
		await writeAll(sys, 2, utf8(`build-images: ${messageOf(error)}\n`));
		return 1;
	} finally {
		await containerd.close();
	}
};

function parse(args: string[]): Arguments | undefined {
	const options: Arguments["options"] = { buildArgs: {} };
	let at = 0;
	for (; args[at]?.startsWith("--"); at += 2) {
		const value = args[at + 1] ?? "";
		const equals = value.indexOf("=");
		if (args[at] === "--epoch" && /^\d+$/.test(value)) options.sourceDateEpoch = Number(value);
		else if (args[at] === "--build-arg" && equals > 0) options.buildArgs[value.slice(0, equals)] = value.slice(equals + 1);
		else return undefined;
	}
	const [directory, registry, ...names] = args.slice(at);
	return directory && registry && names.length > 0 ? { options, directory, registry, names } : undefined;
}

async function buildOne(sys: Sys, backend: BuildBackend, parsed: Arguments, name: string): Promise<void> {
	const { options, registry } = parsed;
	const directory = `${parsed.directory}/${name}`;
	const say = (words: string): Promise<void> => writeAll(sys, 1, utf8(words));
	const tags = ["latest", ...(await otherTags(sys, `${directory}/tags`))].map((tag) => `${registry}/${name}:${tag}`);
	const dockerfile = await readText(sys, `${directory}/Dockerfile`);
	const vertices = new Map<number, string>();
	// a recipe's FROM names what this run has built before it: the registry's docker.io name finds it
	for await (const event of build(
		{ dockerfile, context: sysContext(sys, directory), tags: [...tags, name], ...options },
		backend,
	)) {
		if (event.kind === "vertex") vertices.set(event.id, event.name);
		else if (event.kind === "started") await say(`${name}: ${vertices.get(event.id)}\n`);
		else if (event.kind === "completed" && event.cached) await say(`${name}: CACHED\n`);
		else if (event.kind === "output") await say(text(event.data));
		else if (event.kind === "built") await say(`${name}: ${event.target.digest}\n`);
	}
	for (const reference of tags) for await (const _ of backend.containerd["transfer.push"]({ reference }));
}

async function otherTags(sys: Sys, path: string): Promise<string[]> {
	try {
		return (await readText(sys, path)).split("\n").filter(Boolean);
	} catch (error) {
		if (isErrno(error, "ENOENT")) return [];
		throw error;
	}
}
