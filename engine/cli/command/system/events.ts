// docker events.

import { timestampOf } from "../../../lib/time/timestamp";
import { encodeFilters } from "../../client/query";
import { describe } from "../../describe";
import { string } from "../../flags/spec";
import { FORMAT_HELP } from "../../format/table";
import { Template } from "../../format/template/execute";
import type { Value } from "../../format/template/value";
import { GoStruct } from "../../format/template/value";
import { jsonMessages } from "../../stream/progress";
import { type Call, command, StatusError } from "../command";
import { filterOption } from "../container/list";

interface Event {
	status?: string;
	id?: string;
	from?: string;
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> | null };
	scope?: string;
	time?: number;
	timeNano?: string;
}

const OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	since: string("Show all since a moment, or a time ago"),
	until: string("Show all until a moment, or a time ago"),
};

export const events = command({
	name: "events",
	synopsis: "[OPTIONS]",
	summary: "Get real time events from the server",
	otherNames: ["docker system events", "docker events"],
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const template = templateOf(options.format);
		const moment = (text: string): string => (text ? timestampOf(text, cli.sys.now()) : "");
		const { body } = await cli.client.call("GET", "/events", {
			query: { since: moment(options.since), until: moment(options.until), filters: encodeFilters(options.filter) },
		});
		for await (const event of jsonMessages<Event>(body, parseEvent))
			await cli.out.line(template ? template.execute(eventValue(event)) : plain(event));
	},
});

/** timeNano has more digits than a number holds: it is read as text. */
const parseEvent = (json: string): Event => JSON.parse(json.replace(/([{,]\s*"timeNano"\s*:\s*)(-?\d+)/, '$1"$2"')) as Event;

function templateOf(format: string): Template | undefined {
	if (format === "") return undefined;
	try {
		const template = Template.parse(format === "json" ? "{{json .}}" : format);
		// one that no event could fill is refused before any comes
		template.execute(eventValue({ Type: "", Action: "", Actor: { ID: "", Attributes: null } }));
		return template;
	} catch (error) {
		throw new StatusError(64, `Error parsing format: ${describe(error)}`);
	}
}

/** TIME TYPE ACTION ID (key=value, …) */
function plain(event: Event): string {
	const attributes = Object.entries(event.Actor.Attributes ?? {})
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, value]) => `${key}=${value}`);
	const details = attributes.length > 0 ? ` (${attributes.join(", ")})` : "";
	return `${timeOf(event)}${event.Type} ${event.Action} ${event.Actor.ID}${details}`;
}

function timeOf({ timeNano, time }: Event): string {
	if (timeNano) {
		const nanoseconds = BigInt(timeNano);
		const seconds = time ?? Number(nanoseconds / 1_000_000_000n);
		const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
		return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(9, "0")}Z `;
	}
	return time ? `${new Date(time * 1000).toISOString().slice(0, 19)}.000000000Z ` : "";
}

const eventValue = (event: Event): Value => {
	const actor = new GoStruct(
		"events.Actor",
		new Map<string, Value>([
			["ID", event.Actor.ID],
			["Attributes", new Map(Object.entries(event.Actor.Attributes ?? {}))],
		]),
	);
	const sent: Array<[string, Value]> = [
		...(event.status === undefined ? [] : ([["status", event.status]] as Array<[string, Value]>)),
		...(event.id === undefined ? [] : ([["id", event.id]] as Array<[string, Value]>)),
		...(event.from === undefined ? [] : ([["from", event.from]] as Array<[string, Value]>)),
		["Type", event.Type],
		["Action", event.Action],
		["Actor", actor],
		["scope", event.scope ?? ""],
		["time", event.time ?? 0],
		["timeNano", event.timeNano === undefined ? 0 : BigInt(event.timeNano)],
	];
	const byGoName: Array<[string, Value]> = [
		["Status", event.status ?? ""],
		["ID", event.id ?? ""],
		["From", event.from ?? ""],
		["Scope", event.scope ?? ""],
		["Time", event.time ?? 0],
		["TimeNano", event.timeNano === undefined ? 0 : BigInt(event.timeNano)],
	];
	return new GoStruct("*events.Message", new Map([...sent, ...byGoName]), {}, new Set(byGoName.map(([name]) => name)));
};
