// What is asked about containers: list, inspect, top, changes, stats, wait.

import type { WaitResponse } from "../../../api/container";
import { compareVersions } from "../../../api/version";
import { containerChanges } from "../../daemon/changes";
import { inspectContainer } from "../../daemon/inspect";
import { listContainers } from "../../daemon/list";
import { containerStats, noStats, type StatsResponse, statsText } from "../../daemon/stats";
import { topContainer } from "../../daemon/top";
import { parseCondition, waitContainer } from "../../daemon/wait";
import { containerOf, type Handler, integer } from "../route";

export const list: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	const options = {
		all: query.flag("all"),
		limit: integer(context, "limit") ?? 0,
		size: query.flag("size"),
		before: query.get("before"),
		since: query.get("since"),
		filters: query.get("filters"),
		version,
	};
	await responder.json(200, await listContainers(daemon, options));
};

export const inspect: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	await responder.json(200, await inspectContainer(daemon, containerOf(context), version, request.query.flag("size")));
};

export const top: Handler = async (context) => {
	const args = context.request.query.get("ps_args") || "-ef";
	await context.responder.json(200, await topContainer(context.daemon, containerOf(context), args));
};
export const changes: Handler = async (context) => {
	await context.responder.json(200, await containerChanges(context.daemon, containerOf(context)));
};

export const stats: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	const container = containerOf(context);
	const oneShot = query.flag("one-shot") && compareVersions(version, "1.41") >= 0;
	const measure = async (before?: StatsResponse): Promise<StatsResponse> => {
		const measured = await containerStats(daemon, container, before);
		if (compareVersions(version, "1.52") < 0) delete measured.os_type;
		return measured;
	};
	if (!query.flag("stream", true)) {
		if (!container.state.Running || container.state.Restarting) {
			await responder.json(200, noStats(container));
			return;
		}
		let answer = await measure();
		if (!oneShot) {
			// What a rate is made of: two readings, a second apart.
			await daemon.sys.nanosleep(1000);
			answer = await measure(answer);
		}
		await responder.respond(200, { "content-type": "application/json" }, statsText(answer));
		return;
	}
	const stream = await responder.stream(200, { "content-type": "application/json" });
	let before: StatsResponse | undefined;
	while (!stream.closed) {
		before = await measure(before);
		await stream.write(statsText(before));
		if (!daemon.containers.has(container.id)) break;
		await Promise.race([daemon.sys.nanosleep(1000), stream.gone]);
	}
	await stream.end();
};

export const wait: Handler = async (context) => {
	const { request, responder, version } = context;
	const legacy = compareVersions(version, "1.30") < 0;
	const condition = legacy ? "not-running" : parseCondition(request.query.get("condition"));
	const result = waitContainer(containerOf(context), condition);
	if (legacy) {
		const { code, error } = await result;
		await responder.json(200, { StatusCode: code, ...(error ? { Error: { Message: error } } : {}) } satisfies WaitResponse);
		return;
	}
	// The head goes out at once: a client starts the container when it knows that it is waiting.
	const stream = await responder.stream(200, { "content-type": "application/json" });
	const { code, error } = (await Promise.race([result, stream.gone.then(() => undefined)])) ?? { code: 0 };
	const body: WaitResponse = { StatusCode: code, ...(error ? { Error: { Message: error } } : {}) };
	if (!stream.closed) await stream.write(`${JSON.stringify(body)}\n`);
	await stream.end();
};
