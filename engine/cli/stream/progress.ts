// The daemon's JSON messages about a pull, push, build or load: a line each, or on a terminal a line that changes for each id.

import { humanSize } from "../../lib/units";
import type { Output } from "../cli";

export interface ProgressDetail {
	current?: number;
	total?: number;
	start?: number;
	hidecounts?: boolean;
	units?: string;
}
export interface Message {
	stream?: string;
	status?: string;
	id?: string;
	progress?: string;
	progressDetail?: ProgressDetail;
	error?: string;
	errorDetail?: { code?: number; message?: string };
	aux?: Record<string, unknown>;
}

/** Objects in a stream of JSON texts that follow each other. @throws Error for what is no JSON */
export async function* jsonMessages<T>(
	source: AsyncIterable<Uint8Array>,
	parse: (json: string) => T = JSON.parse,
): AsyncGenerator<T> {
	const decoder = new TextDecoder();
	let pending = "";
	for await (const piece of source) {
		pending += decoder.decode(piece, { stream: true });
		const { values, rest } = takeValues(pending, parse);
		pending = rest;
		yield* values;
	}
	if (pending.trim() !== "") throw new Error("unexpected EOF");
}

/** Whole objects at the start of a text, found by counting braces outside strings. */
function takeValues<T>(source: string, parse: (json: string) => T): { values: T[]; rest: string } {
	const values: T[] = [];
	let depth = 0;
	let from = 0;
	let quoted = false;
	for (let at = 0; at < source.length; at++) {
		const c = source[at];
		if (quoted) {
			if (c === "\\") at++;
			else if (c === '"') quoted = false;
		} else if (c === '"') quoted = true;
		else if (c === "{") depth++;
		else if (c === "}" && --depth === 0) {
			values.push(parse(source.slice(from, at + 1)));
			from = at + 1;
		}
	}
	return { values, rest: source.slice(from) };
}

/** The bar and the numbers: `[==>    ]  1.2MB/3.4MB`. `width` is the terminal's, 0 when there is none. */
export function progressText(detail: ProgressDetail, width: number): string {
	const { current = 0, total = 0, units } = detail;
	if (current <= 0 && total <= 0) return "";
	const counts = units ? (value: number) => `${value} ${units}` : (value: number) => humanSize(value);
	if (total <= 0) return units ? counts(current) : counts(current).padStart(8);
	const columns = width || 200;
	let bar = "";
	if (columns > 110) {
		const percent = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
		bar = `[${"=".repeat(percent)}>${" ".repeat(Math.max(0, 50 - percent))}] `;
	}
	let numbers = "";
	if (!detail.hidecounts) {
		numbers = units ? `${current}/${total} ${units}` : `${counts(current).padStart(8)}/${counts(total)}`;
		if (current > total) numbers = counts(current).padStart(units ? 0 : 8);
	}
	return bar + numbers;
}

const CLEAR_LINE = "\x1b[2K";
const up = (lines: number): string => (lines > 0 ? `\x1b[${lines}A` : "");
const down = (lines: number): string => (lines > 0 ? `\x1b[${lines}B` : "");

export interface DisplayOptions {
	/** Called for each aux message. */
	aux?: (value: Record<string, unknown>) => Promise<void> | void;
	/** Columns of the terminal, for the bars. */
	width?: number;
	quiet?: boolean;
}

/** @throws Error with the daemon's words when a message says so */
export async function displayMessages(
	source: AsyncIterable<Uint8Array>,
	out: Output,
	options: DisplayOptions = {},
): Promise<void> {
	const display = new Display(out, options.width ?? 0);
	for await (const message of jsonMessages<Message>(source)) {
		if (message.aux) {
			await options.aux?.(message.aux);
			continue;
		}
		const failure = message.errorDetail?.message ?? message.error;
		if (failure !== undefined) throw Object.assign(new Error(failure), { code: message.errorDetail?.code });
		if (!options.quiet) await display.show(message);
	}
}

class Display {
	private readonly lines = new Map<string, number>();
	constructor(
		private readonly out: Output,
		private readonly width: number,
	) {}

	async show(message: Message): Promise<void> {
		const terminal = this.out.terminal;
		const detail = message.progressDetail;
		let distance = 0;
		let text = "";
		if (message.id && (detail || message.progress)) {
			let line = this.lines.get(message.id);
			if (line === undefined) {
				line = this.lines.size;
				this.lines.set(message.id, line);
				if (terminal) text += "\n";
			}
			distance = this.lines.size - line;
			if (terminal) text += up(distance);
		} else this.lines.clear();
		text += this.words(message, terminal);
		if (message.id && terminal) text += down(distance);
		if (text !== "") await this.out.write(text);
	}

	private words(message: Message, terminal: boolean): string {
		const detail = message.progressDetail;
		const over = terminal && !message.stream && detail !== undefined;
		const bar = detail ? progressText(detail, this.width) : "";
		// without a terminal only what is said once is said
		if (!over && bar !== "") return "";
		const end = over ? "\r" : "";
		const head = `${over ? `${CLEAR_LINE}\r` : ""}${message.id ? `${message.id}: ` : ""}`;
		if (over) return `${head}${message.status ?? ""} ${bar}${end}`;
		if (message.progress) return `${head}${message.status ?? ""} ${message.progress}`;
		if (message.stream) return `${head}${message.stream}`;
		return `${head}${message.status ?? ""}\n`;
	}
}
