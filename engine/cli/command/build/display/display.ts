// --progress: how a build's progress is shown.

import type { BuildStatus } from "../../../../api/build-status";
import { encodeBase64 } from "../../../../lib/base64";
import type { Cli } from "../../../cli";
import { PlainDisplay } from "./plain";
import { errorLogs, Trace } from "./trace";
import { TtyDisplay } from "./tty";

const MODES = ["auto", "none", "plain", "quiet", "rawjson", "tty"] as const;
export type ProgressMode = (typeof MODES)[number];
/** Between two drawings, in milliseconds. */
const EVERY = 100;

export interface Display {
	readonly trace: Trace;
	update(status: BuildStatus): Promise<void>;
	/** The last drawing, and what failed steps have said. */
	end(): Promise<void>;
}

/** @throws Error for a mode that is none, or for tty where there is no terminal */
export function openDisplay(cli: Cli, mode: string, place: string): Display {
	if (!(MODES as readonly string[]).includes(mode)) throw new Error(`invalid progress mode ${mode}`);
	if (mode === "tty" && !cli.err.terminal) throw new Error("failed to get console: provided file is not a console");
	const trace = new Trace();
	if (mode === "quiet") return { trace, update: async (status) => trace.update(status, cli.now()), end: async () => {} };
	if (mode === "rawjson") {
		const update = async (status: BuildStatus): Promise<void> => {
			trace.update(status, cli.now());
			await cli.err.line(rawJson(status));
		};
		return { trace, update, end: async () => {} };
	}
	return mode === "tty" || (mode === "auto" && cli.err.terminal) ? tty(cli, trace, place) : plain(cli, trace, place);
}

function plain(cli: Cli, trace: Trace, place: string): Display {
	const display = new PlainDisplay(trace, `building with ${JSON.stringify(place)} instance using docker driver`);
	return timed(cli, trace, async (last) => {
		const out = display.print(cli.now());
		if (out !== "") await cli.err.write(out);
		if (last) await cli.err.write(errorLogs(trace));
	});
}

function tty(cli: Cli, trace: Trace, place: string): Display {
	const display = new TtyDisplay(trace, `docker:${place}`, cli.env.NO_COLOR !== undefined && cli.env.NO_COLOR !== "");
	return timed(cli, trace, async (last) => {
		const size = await cli.windowSize(cli.err.fd);
		await cli.err.write(display.draw(cli.sys.now(), size?.cols || 80, size?.rows || 24, last));
		if (last) await cli.err.write(errorLogs(trace));
	});
}

/** Shows now and then, and once more at the end. */
function timed(cli: Cli, trace: Trace, show: (last: boolean) => Promise<void>): Display {
	let ended = false;
	let shown = 0;
	let showing: Promise<void> = Promise.resolve();
	const next = (last: boolean): Promise<void> => {
		shown = cli.now();
		showing = showing.then(() => show(last));
		return showing;
	};
	const tick = async (): Promise<void> => {
		while (!ended) {
			await cli.sys.nanosleep(EVERY);
			if (!ended && cli.now() - shown >= EVERY) await next(false);
		}
	};
	void tick();
	return {
		trace,
		async update(status) {
			trace.update(status, cli.now());
			if (cli.now() - shown >= EVERY) await next(false);
		},
		async end() {
			ended = true;
			await next(true);
		},
	};
}

const timeText = (time: bigint | undefined): string | undefined =>
	time === undefined ? undefined : new Date(Number(time / 1_000_000n)).toISOString();

/** A status as Go writes client.SolveStatus. */
function rawJson({ vertexes, statuses, logs, warnings }: BuildStatus): string {
	const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
	return JSON.stringify({
		vertexes: some(
			vertexes.map(({ digest, inputs, name, started, completed, cached, error }) => ({
				digest,
				inputs: some(inputs),
				name,
				started: timeText(started),
				completed: timeText(completed),
				cached: cached || undefined,
				error: error || undefined,
			})),
		),
		statuses: some(
			statuses.map(({ id, vertex, current, total, timestamp, started, completed }) => ({
				id,
				vertex,
				total: total || undefined,
				current,
				timestamp: timeText(timestamp),
				started: timeText(started),
				completed: timeText(completed),
			})),
		),
		logs: some(
			logs.map(({ vertex, stream, data, timestamp }) => ({
				vertex,
				stream,
				data: encodeBase64(data),
				timestamp: timeText(timestamp),
			})),
		),
		warnings: some(
			warnings.map(({ vertex, level, short, detail, url, filename, start, end }) => ({
				vertex,
				level,
				short: encodeBase64(new TextEncoder().encode(short)),
				detail: detail.map((line) => encodeBase64(new TextEncoder().encode(line))),
				url: url || undefined,
				sourceInfo: { filename },
				range: [{ start: { line: start }, end: { line: end } }],
			})),
		),
	});
}
