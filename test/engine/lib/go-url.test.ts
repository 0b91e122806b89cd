// Addresses beside Go's net/url and net.SplitHostPort: what a program of Go 1.19 said of texts put together by chance, and of some by hand.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseHost } from "../../../engine/cli/client/host";
import { joinHostPort, parseGoUrl, splitHostPort } from "../../../engine/lib/go-url";

interface Row {
	text: string;
	error?: string;
	scheme?: string;
	user?: boolean;
	host?: string;
	path?: string;
	query?: string;
	fragment?: string;
	split?: [string, string];
}
const rows = readFileSync(join(import.meta.dirname, "go-url.recorded.jsonl"), "utf8")
	.trim()
	.split("\n")
	.map((line) => JSON.parse(line) as Row);

test(`${rows.length} texts are taken apart as Go does it`, () => {
	for (const { text, split, error, ...parts } of rows) {
		expect(splitHostPort(text), text).toEqual(split);
		if (error !== undefined) {
			expect(() => parseGoUrl(text), text).toThrow(new Error(error));
			continue;
		}
		const { user, ...url } = parseGoUrl(text);
		const said = Object.fromEntries(Object.entries(url).filter(([, value]) => value !== ""));
		expect({ ...said, ...(user !== undefined ? { user: true } : {}) }, text).toEqual(parts);
	}
});

test.each([
	["tcp://:port", 'parse "tcp://:port": invalid port ":port" after host'],
	["tcp:a.b.c.d", 'parse "tcp://tcp:a.b.c.d": invalid port ":a.b.c.d" after host'],
	["something with spaces", 'parse "tcp://something with spaces": invalid character " " in host name'],
	["ssh://u@h:x", 'parse "ssh://u@h:x": invalid port ":x" after host'],
	["ssh://h/p?x", 'ssh host connection is not valid: invalid SSH URL: query parameters are not allowed: "x"'],
	["ssh://u:p@h", "ssh host connection is not valid: invalid SSH URL: plain-text password is not supported"],
])("-H %s is refused in docker's words", (text, words) => {
	expect(() => parseHost(text)).toThrow(new Error(words));
});
test.each([
	["localhost:", "tcp://localhost:2375"],
	[":6666/path", "tcp://localhost:6666/path"],
	["[::1]:", "tcp://[::1]:2375"],
	["[::1]:5555/path", "tcp://[::1]:5555/path"],
	["tcp://0.0.0.0:1234567890", "tcp://0.0.0.0:1234567890"],
	["unix://path/to/socket", "unix://path/to/socket"],
])("-H %s is %s", (text, url) => {
	expect(parseHost(text).url).toBe(url);
});
test("a host and a port", () => {
	expect(joinHostPort("::1", 80)).toBe("[::1]:80");
});
