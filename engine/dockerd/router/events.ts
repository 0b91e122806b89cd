// GET /events: what happened lately and what happens now, as a stream of JSON.

import type { EventMessage } from "../../api/common";
import { compareVersions } from "../../api/version";
import { invalidParameter } from "../../lib/errors";
import { familiarName, parseNormalized } from "../../lib/reference";
import { Filters } from "../filters";
import { JSON_LINES, namedStream, streamed } from "./json-stream";
import { type Context, type Handler, moment } from "./route";

/** Until API 1.51 the stream was called what it is not, JSON. */
const contentType = ({ request, version }: Context): string =>
	namedStream(request) ?? (compareVersions(version, "1.52") < 0 ? "application/json" : JSON_LINES);

export const events: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	const [since, until] = [moment(context, "since", "'"), moment(context, "until", "'")];
	if (until !== undefined && until < (since ?? 0n)) {
		throw invalidParameter(
			`\`since\` time (${query.get("since") ?? ""}) cannot be after \`until\` time (${query.get("until") ?? ""})`,
		);
	}
	const filters = Filters.parse(query.get("filters"));
	const type = contentType(context);
	const fits = (event: EventMessage): boolean => {
		if (compareVersions(version, "1.46") < 0 && event.Type === "image" && event.Action === "create") return false;
		return matches(filters, event);
	};
	const stream = await responder.stream(200, { "content-type": type });
	const send = (event: EventMessage): Promise<void> => stream.write(streamed(type, shown(event, version)));
	const waiting: EventMessage[] = [];
	let wake = (): void => {};
	const leave = daemon.events.listen((event) => {
		waiting.push(event);
		wake();
	});
	try {
		const past = since === undefined && until === undefined ? [] : daemon.events.past(since ?? 0n, until);
		for (const event of past.filter(fits)) await send(event);
		const left = until === undefined ? Number.POSITIVE_INFINITY : Number((until - daemon.sys.now()) / 1_000_000n);
		let over = left <= 0;
		const ends = [stream.gone, ...(Number.isFinite(left) ? [daemon.sys.nanosleep(Math.max(0, left))] : [])];
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
			} else if (fits(event)) await send(event);
		}
	} finally {
		leave();
	}
	await stream.end();
};

/** Until API 1.51 events of containers and images said some things twice. */
function shown(event: EventMessage, version: string): EventMessage {
	if (compareVersions(version, "1.52") >= 0 || (event.Type !== "container" && event.Type !== "image")) return event;
	const { Action, Actor, Type } = event;
	return {
		status: Action,
		id: Actor.ID,
		...(Type === "container" ? { from: Actor.Attributes.image ?? "" } : {}),
		...event,
	};
}

const NAMED = ["daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config"] as const;
/** Actions that say more after a colon: their first word is enough. */
const FUZZY = ["health_status", "exec_create", "exec_start"];

function matches(filters: Filters, { Type, Action, Actor, scope }: EventMessage): boolean {
	if (!filters.exact("type", Type) || !filters.exact("scope", scope)) return false;
	const fuzzy = filters.get("event").some((wanted) => FUZZY.includes(wanted));
	if (!(fuzzy ? filters.begins("event", Action) : filters.exact("event", Action))) return false;
	const { name = "" } = Actor.Attributes;
	if (!NAMED.every((type) => filters.begins(type, Actor.ID) || filters.begins(type, name))) return false;
	const image = (Type === "image" ? Actor.Attributes.name : Actor.Attributes.image) ?? "";
	const isOf = (one: string): boolean => filters.exact("image", one);
	return (
		(isOf(Actor.ID) || isOf(image) || isOf(withoutTag(Actor.ID)) || isOf(withoutTag(image))) &&
		filters.labels("label", Actor.Attributes)
	);
}

function withoutTag(image: string): string {
	try {
		return familiarName(parseNormalized(image));
	} catch {
		return image;
	}
}
