// A record of a container's log, and how its output is cut into them: a record for each line.

import type { OutputStream } from "../stream/frame";

/** A line longer than this is split into records, all but the last without its newline. */
const LONGEST = 16 * 1024;
const NEWLINE = 0x0a;

export interface LogRecord {
	/** With its newline, if it had one. */
	log: string;
	stream: OutputStream;
	/** What the log's options ask to be said of the container. */
	attrs?: Record<string, string>;
	/** RFC 3339. */
	time: string;
}
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
