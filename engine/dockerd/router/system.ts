// /_ping, /version, /info, /events and /system/df.

import type { EventMessage } from "../../api/common";
import { notImplemented } from "../../lib/errors";
import { diskUsage } from "../daemon/disk-usage";
import { systemInfo, version } from "../daemon/info";
import { Filters } from "../filters";
import { parseTimestamp } from "../time";
import type { Handler, Route } from "./route";

const PING_HEADERS = {
	"cache-control": "no-cache, no-store, must-revalidate",
	pragma: "no-cache",
	"builder-version": "1",
	swarm: "inactive",
	"content-type": "text/plain; charset=utf-8",
};
const ping: Handler = ({ responder }) => responder.respond(200, PING_HEADERS, "OK");
const pingHead: Handler = ({ responder }) => responder.respond(200, PING_HEADERS);

const getVersion: Handler = async ({ daemon, responder }) => responder.json(200, await version(daemon));
const info: Handler = async ({ daemon, responder }) => responder.json(200, await systemInfo(daemon));
const df: Handler = async ({ daemon, responder, version }) => responder.json(200, await diskUsage(daemon, version));

const auth: Handler = async () => {
	throw notImplemented("logging in to a registry is not supported by this host: images that need an account cannot be had");
};

const EVENT_FILTERS = [
	"config",
	"container",
	"daemon",
	"event",
	"image",
	"label",
	"network",
	"node",
	"plugin",
	"scope",
	"secret",
];

const events: Handler = async ({ daemon, request, responder }) => {
	const { query } = request;
	const filters = Filters.parse(query.get("filters"), [...EVENT_FILTERS, "service", "type", "volume"]);
	const since = parseTimestamp(query.get("since"), daemon.sys.now());
	const until = parseTimestamp(query.get("until"), daemon.sys.now());
	const fits = (event: EventMessage): boolean => matches(filters, event);
	const stream = await responder.stream(200, { "content-type": "application/json" });
	const waiting: EventMessage[] = [];
	let wake = (): void => {};
	const leave = daemon.events.listen((event) => {
		waiting.push(event);
		wake();
	});
	try {
		const past = since === undefined && until === undefined ? [] : daemon.events.past(since ?? 0n, until);
		for (const event of past.filter(fits)) await stream.write(`${JSON.stringify(event)}\n`);
		const left = until === undefined ? Number.POSITIVE_INFINITY : Number((until - daemon.sys.now()) / 1_000_000n);
		const ends = [stream.gone, ...(Number.isFinite(left) ? [daemon.sys.nanosleep(Math.max(0, left))] : [])];
		let over = left <= 0;
		void Promise.race(ends).then(() => {
			over = true;
			wake();
		});
		while (!over) {
			const event = waiting.shift();
			if (!event) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			} else if (fits(event)) await stream.write(`${JSON.stringify(event)}\n`);
		}
	} finally {
		leave();
	}
	await stream.end();
};

function matches(filters: Filters, { Type, Action, Actor, scope }: EventMessage): boolean {
	const verb = Action.split(":")[0]!;
	if (!filters.exact("type", Type) || !filters.exact("scope", scope)) return false;
	if (filters.has("event") && !filters.get("event").some((wanted) => wanted === Action || wanted === verb)) return false;
	if (!filters.labels("label", Actor.Attributes)) return false;
	const about = (type: EventMessage["Type"]): boolean => {
		if (!filters.has(type)) return true;
		const wanted = filters.get(type);
		const names = [Actor.ID, Actor.Attributes.name ?? ""];
		if (type === "image" && Type === "container") names.push(Actor.Attributes.image ?? "");
		if (type !== Type && !(type === "image" && Type === "container") && !(type === "container" && Type === "network"))
			return false;
		if (type === "container" && Type === "network") names.push(Actor.Attributes.container ?? "");
		return wanted.some((one) =>
			names.some((name) => name !== "" && (name === one || name.startsWith(one) || name.split(":")[0] === one)),
		);
	};
	return about("container") && about("image") && about("volume") && about("network") && about("daemon");
}

export const systemRoutes: readonly Route[] = [
	["GET", "/_ping", ping],
	["HEAD", "/_ping", pingHead],
	["GET", "/version", getVersion],
	["GET", "/info", info],
	["POST", "/auth", auth],
	["GET", "/events", events],
	["GET", "/system/df", df],
];
