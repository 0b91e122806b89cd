// POST /containers/create: the request is read, and what older clients mean by it is said in today's words.

import type { ContainerCreateRequest } from "../../../api/container";
import { invalidParameter } from "../../../lib/errors";
import { parsePlatform } from "../../../oci/image/platform";
import { createContainer } from "../../daemon/create";
import { parseBind } from "../../volume/parse";
import { CONFIG_FIELDS, containerCreate } from "../body/container";
import { bodyText, checkJsonType, cutShort, decodeJson, type Handler } from "../route";
import { modernize } from "./compatibility";

export const create: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	checkJsonType(context);
	const content = await bodyText(context);
	if (content.trim() === "") throw cutShort();
	const body = decodeJson(content, containerCreate);
	const hasConfig = CONFIG_FIELDS.some((name) => body?.[name as keyof ContainerCreateRequest] !== undefined);
	if (!body || !hasConfig) throw invalidParameter("config cannot be empty in order to create a container");
	for (const volume of Object.keys(body.Volumes ?? {})) parseBind(volume);
	const warnings = modernize(body, version);
	const platform = request.query.get("platform") || undefined;
	if (platform) parsePlatform(platform);
	const answer = await createContainer(daemon, body, { name: request.query.get("name") ?? "", platform });
	await responder.json(201, { ...answer, Warnings: [...answer.Warnings, ...warnings] });
};
