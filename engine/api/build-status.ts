// BuildKit's StatusResponse, which /build?version=2 sends as base64 in messages with the id "moby.buildkit.trace".
// Fields and numbers: moby/buildkit api/services/control/control.proto.

import { ProtoMessage, ProtoWriter } from "../lib/protobuf";

/** Ids of the stream's aux messages. */
export const TRACE_ID = "moby.buildkit.trace";
export const IMAGE_ID = "moby.image.id";
/** Of this engine: a piece of the result's files, base64; the lines of the Dockerfile that an error is about; a check's findings; what
 * can be built. */
export const FILES_ID = "drydock.build.files";
export const SOURCE_ID = "drydock.build.source";
export const CHECK_ID = "drydock.build.check";
export const DESCRIPTION_ID = "drydock.build.description";
/** Values for `outputs` that go with FILES_ID. */
export interface SourceLines {
	filename: string;
	start: number;
	end: number;
}
export interface CheckResult {
	warnings: LintWarning[];
	error?: { message: string; start?: number; end?: number };
}
/** BuildKit's result.json and result.txt. */
export interface Description {
	json: string;
	text: string;
}
export interface LintWarning {
	rule: string;
	description: string;
	url: string;
	message: string;
	start: number;
	end: number;
}

/** Times are nanoseconds since 1970. */
export interface StatusVertex {
	digest: string;
	inputs: string[];
	name: string;
	cached: boolean;
	started?: bigint;
	completed?: bigint;
	error: string;
}
export interface StatusTask {
	id: string;
	vertex: string;
	current: number;
	total: number;
	timestamp: bigint;
	started?: bigint;
	completed?: bigint;
}
export interface StatusLog {
	vertex: string;
	timestamp: bigint;
	stream: number;
	data: Uint8Array;
}
export interface StatusWarning {
	vertex: string;
	level: number;
	short: string;
	detail: string[];
	url: string;
	filename: string;
	start: number;
	end: number;
}
export interface BuildStatus {
	vertexes: StatusVertex[];
	statuses: StatusTask[];
	logs: StatusLog[];
	warnings: StatusWarning[];
}
export const noStatus = (): BuildStatus => ({ vertexes: [], statuses: [], logs: [], warnings: [] });

const SECOND = 1_000_000_000n;
const time = (value: bigint | undefined): ProtoWriter | undefined =>
	value === undefined ? undefined : new ProtoWriter().number(1, value / SECOND).number(2, value % SECOND);
const timeOf = (message: ProtoMessage | undefined): bigint | undefined =>
	message && message.number(1) * SECOND + message.number(2);

export function encodeStatus({ vertexes, statuses, logs, warnings }: BuildStatus): Uint8Array {
	const out = new ProtoWriter();
	for (const one of vertexes) {
		const message = new ProtoWriter().string(1, one.digest);
		for (const input of one.inputs) message.string(2, input);
		message.string(3, one.name).boolean(4, one.cached).message(5, time(one.started)).message(6, time(one.completed));
		out.message(1, message.string(7, one.error));
	}
	for (const one of statuses) {
		const message = new ProtoWriter().string(1, one.id).string(2, one.vertex).number(4, one.current).number(5, one.total);
		message.message(6, time(one.timestamp)).message(7, time(one.started)).message(8, time(one.completed));
		out.message(2, message);
	}
	for (const one of logs) {
		const message = new ProtoWriter().string(1, one.vertex).message(2, time(one.timestamp)).number(3, one.stream);
		out.message(3, message.bytes(4, one.data));
	}
	for (const one of warnings) {
		const message = new ProtoWriter().string(1, one.vertex).number(2, one.level).string(3, one.short);
		for (const line of one.detail) message.string(4, line);
		message.string(5, one.url).message(6, new ProtoWriter().string(1, one.filename));
		const range = new ProtoWriter().message(1, new ProtoWriter().number(1, one.start));
		out.message(4, message.message(7, range.message(2, new ProtoWriter().number(1, one.end))));
	}
	return out.finish();
}

/** @throws RangeError for bytes that are none */
export function decodeStatus(bytes: Uint8Array): BuildStatus {
	const message = new ProtoMessage(bytes);
	return {
		vertexes: message.messages(1).map((one) => ({
			digest: one.string(1),
			inputs: one.strings(2),
			name: one.string(3),
			cached: one.number(4) !== 0n,
			started: timeOf(one.message(5)),
			completed: timeOf(one.message(6)),
			error: one.string(7),
		})),
		statuses: message.messages(2).map((one) => ({
			id: one.string(1),
			vertex: one.string(2),
			current: Number(one.number(4)),
			total: Number(one.number(5)),
			timestamp: timeOf(one.message(6)) ?? 0n,
			started: timeOf(one.message(7)),
			completed: timeOf(one.message(8)),
		})),
		logs: message.messages(3).map((one) => ({
			vertex: one.string(1),
			timestamp: timeOf(one.message(2)) ?? 0n,
			stream: Number(one.number(3)),
			data: one.bytes(4),
		})),
		warnings: message.messages(4).map((one) => ({
			vertex: one.string(1),
			level: Number(one.number(2)),
			short: one.string(3),
			detail: one.strings(4),
			url: one.string(5),
			filename: one.message(6)?.string(1) ?? "",
			start: Number(one.message(7)?.message(1)?.number(1) ?? 0n),
			end: Number(one.message(7)?.message(2)?.number(1) ?? 0n),
		})),
	};
}
