// One record of the json-file log driver: a line of JSON for each line of output.
//
//     {"log":"hello\n","stream":"stdout","time":"2026-11-22T03:21:58.482795225Z"}

import { text } from "../../lib/bytes";
import type { OutputStream } from "../stream/frame";
import { rfc3339 } from "../time";

/** A line longer than this is split into records, all but the last without its newline. */
const LONGEST = 16 * 1024;
const NEWLINE = 0x0a;

export interface LogRecord {
	log: string;
	stream: OutputStream;
	time: string;
}

export const encodeRecord = (stream: OutputStream, line: Uint8Array, time: bigint): string =>
	`${JSON.stringify({ log: text(line), stream, time: rfc3339(time) } satisfies LogRecord)}\n`;

/** Cuts a stream into lines; what has no newline yet waits for the rest of it. */
export class LineCutter {
	private rest: Uint8Array = new Uint8Array(0);

	feed(bytes: Uint8Array): Uint8Array[] {
		const lines: Uint8Array[] = [];
		let data = bytes;
		if (this.rest.length > 0) {
			data = new Uint8Array(this.rest.length + bytes.length);
			data.set(this.rest);
			data.set(bytes, this.rest.length);
		}
		let start = 0;
		while (start < data.length) {
			const newline = data.indexOf(NEWLINE, start);
			const end = newline < 0 ? data.length : newline + 1;
			if (end - start > LONGEST) {
				lines.push(data.subarray(start, start + LONGEST));
				start += LONGEST;
			} else if (newline < 0) break;
			else {
				lines.push(data.subarray(start, end));
				start = end;
			}
		}
		this.rest = data.slice(start);
		return lines;
	}
	/** What is left at the end of the stream. */
	flush(): Uint8Array[] {
		const rest = this.rest;
		this.rest = new Uint8Array(0);
		return rest.length > 0 ? [rest] : [];
	}
}
