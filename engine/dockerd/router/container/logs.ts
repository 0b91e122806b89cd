// GET /containers/{id}/logs: what a container wrote, as streams that its terminal would have shown, or as records of JSON.

import { compareVersions } from "../../../api/version";
import { utf8 } from "../../../lib/bytes";
import { conflict, invalidParameter, notImplemented } from "../../../lib/errors";
import { readContainerLog } from "../../logs/driver";
import type { LogRecord } from "../../logs/record";
import { frame } from "../../stream/frame";
import { streamType } from "../hijack";
import { NDJSON, namedStream, negotiatedStream, streamed } from "../json-stream";
import { type Context, containerOf, type Handler, moment } from "../route";

export const NO_STREAM = "must specify at least one of 'stdout' or 'stderr'";

export const logs: Handler = async (context) => {
	const { daemon, request } = context;
	const { query } = request;
	const streams = { stdout: query.flag("stdout"), stderr: query.flag("stderr") };
	if (!streams.stdout && !streams.stderr) throw invalidParameter(NO_STREAM);
	const since = moment(context, "since", '"');
	const until = query.get("until") === "0" ? undefined : moment(context, "until", '"');
	const asRecords = recordsAskedFor(context);
	const container = containerOf(context);
	if (container.state.RemovalInProgress || container.state.Dead) {
		throw conflict("can not get logs from container which is dead or marked for removal");
	}
	if (!container.stored.LogPath) throw notImplemented("configured logging driver does not support reading");
	const tail = query.get("tail") ?? "";
	const { type, written } = (asRecords ? recordWriter : textWriter)(context, container.config.Tty);
	const stream = await context.responder.stream(200, { "content-type": type });
	const follow = query.flag("follow") && container.log ? { log: container.log, cancelled: stream.gone } : undefined;
	const records = readContainerLog(daemon.sys, container, {
		tail: /^[+-]?\d+$/.test(tail) && Number(tail) >= 0 ? Number(tail) : undefined,
		since,
		until,
		follow,
	});
	for await (const record of records) {
		if (!streams[record.stream] || stream.closed) continue;
		await stream.write(written(record));
	}
	await stream.end();
};

/** Since API 1.54, by format=json or by the name of a stream of JSON. @throws EngineError invalidParameter */
function recordsAskedFor({ request, version }: Context): boolean {
	if (compareVersions(version, "1.54") < 0) return false;
	const format = request.query.get("format") ?? "";
	if (format !== "" && format !== "json") throw invalidParameter("unsupported log format");
	return format === "json" || namedStream(request) !== undefined;
}

/** A log in a form, and what that is called. */
interface Writer {
	type: string;
	written(record: LogRecord): Uint8Array | string;
}

function textWriter({ request, version }: Context, tty: boolean): Writer {
	const [timestamps, details] = [request.query.flag("timestamps"), request.query.flag("details")];
	return {
		type: streamType(tty, version),
		written({ stream, log, attrs, time }) {
			const about = details ? `${detailsOf(attrs)} ` : "";
			const line = utf8(`${timestamps ? `${padded(time)} ` : ""}${about}${log}`);
			return tty ? line : frame(stream, line);
		},
	};
}
/** With nine digits of the second, so that columns stand. */
const padded = (time: string): string =>
	time.replace(/(?:\.(\d+))?Z$/, (_, digits: string | undefined) => `.${(digits ?? "").padEnd(9, "0")}Z`);
const detailsOf = (attributes: Record<string, string> = {}): string =>
	Object.keys(attributes)
		.sort()
		.map((name) => `${queryEscape(name)}=${queryEscape(attributes[name]!)}`)
		.join(",");
/** Go's url.QueryEscape. */
const queryEscape = (text: string): string =>
	encodeURIComponent(text)
		.replaceAll("%20", "+")
		.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function recordWriter({ request }: Context): Writer {
	const type = negotiatedStream(request, NDJSON);
	const details = request.query.flag("details");
	return {
		type,
		written({ stream, log, attrs, time }) {
			const Attrs = Object.entries(details ? (attrs ?? {}) : {}).map(([Key, Value]) => ({ Key, Value }));
			return streamed(type, {
				...(log ? { Line: log } : {}),
				Source: stream,
				Timestamp: time,
				...(Attrs.length > 0 ? { Attrs } : {}),
			});
		},
	};
}
