// Files out of containers and into them, whole file systems, and commits.

import type { PathStat } from "../../../api/container";
import { encodeBase64 } from "../../../lib/base64";
import { utf8 } from "../../../lib/bytes";
import { invalidParameter } from "../../../lib/errors";
import { exportContainer, readArchive, statPath, writeArchive } from "../../daemon/archive";
import { commitContainer } from "../../daemon/commit";
import { commitConfig } from "../body/container";
import { type Context, containerOf, type Handler, readJson } from "../route";

const pathOf = ({ request }: Context): string => {
	const path = request.query.get("path");
	if (!path) throw invalidParameter("bad parameter: path cannot be empty");
	return path;
};
const statHeader = (stat: PathStat) => ({ "x-docker-container-path-stat": encodeBase64(utf8(JSON.stringify(stat))) });

export const archiveStat: Handler = async (context) => {
	const path = pathOf(context);
	const stat = await statPath(context.daemon, containerOf(context), path, context.params.id!);
	await context.responder.respond(200, statHeader(stat));
};
export const archiveGet: Handler = async (context) => {
	const path = pathOf(context);
	await readArchive(context.daemon, containerOf(context), path, context.params.id!, async (stat, tar) => {
		const stream = await context.responder.stream(200, { "content-type": "application/x-tar", ...statHeader(stat) });
		for await (const piece of tar) await stream.write(piece);
		await stream.end();
	});
};
export const archivePut: Handler = async (context) => {
	const { daemon, params, request, responder } = context;
	const path = pathOf(context);
	const options = { copyOwner: request.query.flag("copyUIDGID"), keepKind: request.query.flag("noOverwriteDirNonDir") };
	await writeArchive(daemon, containerOf(context), path, params.id!, request.body, options);
	await responder.respond(200);
};
export const exportTar: Handler = async (context) => {
	await exportContainer(context.daemon, containerOf(context), async (tar) => {
		const stream = await context.responder.stream(200, { "content-type": "application/octet-stream" });
		for await (const piece of tar) await stream.write(piece);
		await stream.end();
	});
};

export const commit: Handler = async (context) => {
	const { daemon, request, responder } = context;
	const { query } = request;
	const config = await readJson(context, commitConfig);
	const container = daemon.containers.get(query.get("container") ?? "");
	const Id = await commitContainer(daemon, container, {
		repository: query.get("repo") ?? "",
		tag: query.get("tag") ?? "",
		comment: query.get("comment") ?? "",
		author: query.get("author") ?? "",
		changes: query.all("changes"),
		pause: query.flag("pause", true),
		config,
	});
	await responder.json(201, { Id });
};
