// Which name a stream of JSON goes by: what clients accept, as Go's header and httputil packages read it.

import { expect, test } from "vitest";
import {
	JSON_LINES,
	NDJSON,
	namedStream,
	negotiatedStream,
	SEQUENCE,
	streamed,
} from "../../../engine/dockerd/router/json-stream";
import type { Request } from "../../../engine/lib/http/types";

const asking = (accept?: string) => ({ headers: accept === undefined ? {} : { accept } }) as unknown as Request;

test.each([
	[undefined, undefined, NDJSON],
	["", undefined, NDJSON],
	["*/*", undefined, JSON_LINES],
	["application/*", undefined, JSON_LINES],
	["text/*", undefined, NDJSON],
	["application/json", undefined, NDJSON],
	["application/x-ndjson", NDJSON, NDJSON],
	["application/json-seq, application/x-ndjson", NDJSON, NDJSON],
	["application/json-seq;q=0.9, application/x-ndjson;q=0.8", SEQUENCE, SEQUENCE],
	["application/jsonl;q=0, application/json-seq;q=0.1", SEQUENCE, SEQUENCE],
	["*/*;q=1, application/json-seq;q=0.5", SEQUENCE, JSON_LINES],
	["*/*, application/json-seq", SEQUENCE, SEQUENCE],
])("who accepts %j names %s, and is sent %s", (accept, named, negotiated) => {
	expect(namedStream(asking(accept))).toBe(named);
	expect(negotiatedStream(asking(accept), NDJSON)).toBe(negotiated);
});

test("a sequence has a separator before each text", () => {
	expect(streamed(SEQUENCE, { a: 1 })).toBe('\x1e{"a":1}\n');
	expect(streamed(JSON_LINES, { a: 1 })).toBe('{"a":1}\n');
});
