// What went over the daemon's socket, out of the trace: each request with its answer, and the command that sent it. Pure.

import { OWN_CLIENT, type TraceEvent } from "../../../engine/trace/event";
import { commandLine, commandsOf } from "../run/model";
import { keyOf } from "./exchange-key";

export interface Exchange {
	/** Unique among all daemons. */
	key: string;
	/** Numbers the daemon's requests. */
	id: number;
	/** The name of the host whose daemon was asked; "" where it is not told. */
	daemon: string;
	/** Milliseconds since boot. */
	time: number;
	method: string;
	/** As it was sent, with version and query. */
	target: string;
	body?: string;
	/** What sent it: a docker command's line, else what the client calls itself, else its PID. */
	from: string;
	answer?: { status: number; time: number; bytes: number; body?: string };
	/** The connection became a stream of this protocol. */
	upgrade?: { protocol: string; time: number };
}

/** @param own with what the page and the host's services ask for themselves */
export function exchangesOf(trace: readonly TraceEvent[], own: boolean): Exchange[] {
	const lines = new Map<number, string>();
	for (const command of commandsOf(trace)) lines.set(command.pid, commandLine(command));
	const exchanges = new Map<string, Exchange>();
	for (const event of trace) {
		if (event.type === "http.request") {
			const { id, daemon = "", time, method, path, body, peer, client } = event;
			if (!own && client === OWN_CLIENT) continue;
			const from = (peer !== undefined && lines.get(peer)) || client || (peer === undefined ? "" : `PID ${peer}`);
			const key = keyOf(event);
			exchanges.set(key, { key, id, daemon, time, method, target: path, from, ...(body === undefined ? {} : { body }) });
		} else if (event.type === "http.response") {
			const exchange = exchanges.get(keyOf(event));
			const { status, time, bytes, body } = event;
			if (exchange) exchange.answer = { status, time, bytes, ...(body === undefined ? {} : { body }) };
		} else if (event.type === "http.upgrade") {
			const exchange = exchanges.get(keyOf(event));
			if (exchange) exchange.upgrade = { protocol: event.protocol, time: event.time };
		}
	}
	return [...exchanges.values()];
}

/** Without the version and with ids as short as Docker shows them. */
export const shortTarget = (target: string): string => {
	const bare = target.replace(/^\/v\d+\.\d+/, "").replace(/([0-9a-f]{12})[0-9a-f]{52}/g, "$1");
	try {
		return decodeURIComponent(bare);
	} catch {
		return bare;
	}
};

/** Status as the picture and the table write it: 201, 101 or nothing while the answer is awaited. */
export const statusOf = ({ answer, upgrade }: Exchange): number | undefined => (upgrade ? 101 : answer?.status);

/** Milliseconds from the request to its answer. */
export function tookOf({ time, answer, upgrade }: Exchange): number | undefined {
	const end = upgrade?.time ?? answer?.time;
	return end === undefined ? undefined : end - time;
}
