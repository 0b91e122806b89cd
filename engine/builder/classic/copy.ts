// COPY and ADD of the classic builder. Its words and a few of its ways differ from BuildKit's: several sources need a directory, links
// and wildcards are followed otherwise, and there is no --chmod.

import { digestOf, encodedOf } from "../../lib/digest";
import { EngineError, invalidParameter, isKind, messageOf, systemError } from "../../lib/errors";
import { clean, isAbsolute, join } from "../../lib/path";
import { MemoryContext } from "../context/memory";
import { hasWildcards, type Selected, select } from "../context/select";
import { sysContext } from "../context/sys";
import type { BuildContext } from "../context/types";
import { digestOfSelected } from "../context/walk";
import type { Command } from "../dockerfile/instructions";
import { type Owner, ownerOf } from "../solve/owner";
import { download } from "../solve/sources";
import { place } from "./place";
import { become, type ClassicStage, copyConfig, fromCache, withCommentString } from "./stage";

type Copy = Extract<Command, { name: "ADD" | "COPY" }>;
interface Info {
	files: BuildContext;
	item: Selected;
	hash: string;
	/** What comes from a URL is not unpacked. */
	remote: boolean;
}
const isUrl = (name: string): boolean => /^https?:\/\//.test(name);

export async function copy(stage: ClassicStage, command: Copy): Promise<void> {
	if (command.chmod !== "") {
		throw systemError(
			"the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled",
		);
	}
	if (command.name === "COPY" && command.from !== "") {
		const id = await sourceImage(stage, command.from);
		return stage.backend.files(id, (root) => copyFrom(stage, command, sysContext(stage.backend.sys, root)));
	}
	return copyFrom(stage, command, stage.options.context);
}

/** A stage by its name or number, or another image. */
async function sourceImage({ backend, earlier, options }: ClassicStage, from: string): Promise<string> {
	const wrong = (why: string) => systemError(`invalid from flag value ${from}: ${why}`);
	const named = earlier.named.get(from.toLowerCase());
	if (named !== undefined) return named;
	if (/^[+-]?\d+$/.test(from)) {
		const number = Number(from);
		if (number === earlier.numbered.length) throw wrong("refers to current build stage");
		if (number < 0 || number > earlier.numbered.length) throw wrong("index out of bounds");
		return earlier.numbered[number]!;
	}
	try {
		const { pull, platform } = options;
		return (await backend.image(from, { localOnly: false, pull, platform })).id;
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw new EngineError(error.kind, `invalid from flag value ${from}: ${messageOf(error)}`);
	}
}

async function copyFrom(stage: ClassicStage, command: Copy, files: BuildContext): Promise<void> {
	const { backend, config, image } = stage;
	const { name, chown } = command;
	const infos = await infosOf(stage, command, files);
	if (infos.length > 1 && !command.dest.endsWith("/")) {
		throw systemError(`When using ${name} with more than one source file, the destination must be a directory and end with a /`);
	}
	const hash = infos.length === 1 ? infos[0]!.hash : `multi:${encodedOf(digestOf(infos.map((one) => one.hash).join(",")))}`;
	const comment = `${name} ${chown ? `--chown=${chown} ` : ""}${hash} in ${command.dest} `;
	const containerConfig = withCommentString({ ...config, Image: image.id }, comment);
	if (await fromCache(stage, containerConfig)) return;
	const dest = destination(config.WorkingDir ?? "", command.dest);
	const { sys } = backend;
	const request = {
		parent: image.id,
		config: { ...copyConfig(config), Image: image.id },
		containerConfig,
		author: stage.maintainer,
	};
	const preserve = name === "COPY" && command.from !== "" && chown === "";
	const id = await backend.change(request, async (root) => {
		const owner = chown === "" ? (preserve ? undefined : { uid: 0, gid: 0 }) : await owned(stage, root, chown);
		try {
			for (const { files: tree, item, remote } of infos) {
				await place(sys, root, tree, item, { dest, owner, unpack: name === "ADD" && !remote });
			}
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			throw new EngineError(error.kind, `failed to copy files: ${messageOf(error)}`);
		}
	});
	await become(stage, id);
}

/** "name" is the user and the group of that name. */
async function owned({ backend: { sys } }: ClassicStage, root: string, chown: string): Promise<Owner> {
	const [user = "", group = user] = chown.split(":");
	try {
		return await ownerOf(sys, root, `${user}:${group}`);
	} catch (error) {
		const [what, file] = messageOf(error).includes("user") ? [user, "passwd"] : [group, "group"];
		const kind = file === "passwd" ? "user" : "group";
		throw systemError(
			`unable to convert uid/gid chown string to host mapping: can't find ${kind === "user" ? "uid" : "gid"} for ${kind} ${what}: no such ${kind}: ${what}`,
		);
	}
}

const destination = (workdir: string, dest: string): string =>
	isAbsolute(dest) ? dest : `${join("/", workdir || "/", dest)}${dest.endsWith("/") ? "/" : ""}`;

async function infosOf(stage: ClassicStage, command: Copy, files: BuildContext): Promise<Info[]> {
	const infos: Info[] = [];
	try {
		for (const source of command.sources) {
			if (isUrl(source)) infos.push(await fetched(stage, command, source));
			else infos.push(...(await local(command, files, source)));
		}
		if (infos.length === 0) throw invalidParameter("no source files were specified");
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw systemError(`${command.name} failed: ${messageOf(error)}`);
	}
	return infos;
}

async function local(command: Copy, files: BuildContext, source: string): Promise<Info[]> {
	const context = command.from === "";
	const name = source.replace(/^\//, "").replace(/^\.\//, "");
	if (clean(name).split("/")[0] === "..") {
		throw invalidParameter(`forbidden path outside the build context: ${source} ()`);
	}
	try {
		const found = await select(files, name, { literal: true });
		return await Promise.all(found.map(async (item) => infoOf(files, item)));
	} catch (error) {
		if (!isKind(error, "notFound")) throw error;
		// a link that a wildcard has found may lead nowhere
		const path = hasWildcards(name) ? (error as EngineError).detail?.path : name;
		const stat = `stat ${path}: file does not exist`;
		throw systemError(context ? `file not found in build context or excluded by .dockerignore: ${stat}` : stat);
	}
}
async function infoOf(files: BuildContext, item: Selected): Promise<Info> {
	const digest = encodedOf(await digestOfSelected(files, [item]));
	const kind = item.entry.type === "directory" ? "dir" : "file";
	return { files, item, hash: `${kind}:${digest}`, remote: false };
}

async function fetched({ backend }: ClassicStage, command: Copy, url: string): Promise<Info> {
	if (command.name === "COPY") throw invalidParameter("source can't be a URL for COPY");
	const path = /^https?:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "";
	const base = path.endsWith("/") ? "" : path.split("/").at(-1)!;
	if (base === "" && command.dest.endsWith("/")) throw invalidParameter(`cannot determine filename for source ${url}`);
	const name = base || "__unnamed__";
	const { headers, content } = await download(backend.fetchUrl, url);
	await backend.say("\n");
	const files = new MemoryContext();
	const time = Date.parse(headers["last-modified"] ?? "");
	files.add(name, { mode: 0o600, mtime: Number.isNaN(time) ? 0n : BigInt(time) * 1_000_000n, content });
	const [item] = await select(files, name);
	return { ...(await infoOf(files, item!)), remote: true };
}
