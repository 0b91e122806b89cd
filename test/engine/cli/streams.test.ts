// Detach keys, the daemon's frames, progress on a terminal, and where a copy lands.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Output, ReaderGone } from "../../../engine/cli/cli";
import { indentJson } from "../../../engine/cli/format/json";
import { align } from "../../../engine/cli/format/tabwriter";
import { placeCopy } from "../../../engine/cli/opts/copy-place";
import { demultiplex } from "../../../engine/cli/stream/demux";
import { Detached, DetachWatcher, parseDetachKeys } from "../../../engine/cli/stream/detach-keys";
import { displayMessages, progressText } from "../../../engine/cli/stream/progress";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { type Sys, SysError } from "../../../engine/sys";

describe("detach keys", () => {
	it.each([
		["ctrl-p,ctrl-q", [16, 17]],
		["ctrl-a,x", [1, 120]],
		["ctrl-@,ctrl-_", [0, 31]],
	])("%s", (keys, bytes) => expect(parseDetachKeys(keys)).toEqual(bytes));
	it("refuses what is no key", () => expect(() => parseDetachKeys("ctrl-1")).toThrow("Unknown character: 'ctrl-1'"));

	const feed = (watcher: DetachWatcher, pieces: Uint8Array[]): string =>
		text(concat(pieces.map((piece) => watcher.filter(piece))));
	it("ends at the keys, however they come", () => {
		expect(() => feed(new DetachWatcher([16, 17]), [utf8("ls\x10"), utf8("\x11")])).toThrow(Detached);
		expect(() => feed(new DetachWatcher([16, 17]), [utf8("\x10\x10\x11")])).toThrow(Detached);
	});
	it("passes on all that is not the keys, in any pieces", () => {
		fc.assert(
			fc.property(fc.array(fc.array(fc.constantFrom(16, 17, 97), { maxLength: 4 }), { maxLength: 5 }), (pieces) => {
				const whole = pieces.flat();
				const detaches = whole.some((byte, i) => byte === 16 && whole[i + 1] === 17);
				const watcher = new DetachWatcher([16, 17]);
				const run = () => concat(pieces.map((piece) => watcher.filter(Uint8Array.from(piece))));
				if (detaches) expect(run).toThrow(Detached);
				// what may still become the keys is held back
				else expect([...run()]).toEqual(whole.at(-1) === 16 ? whole.slice(0, -1) : whole);
			}),
			{ seed: 20, numRuns: 500 },
		);
	});
});

it("frames are told apart, however they are cut", async () => {
	const frame = (stream: number, words: string) => concat([Uint8Array.of(stream, 0, 0, 0, 0, 0, 0, words.length), utf8(words)]);
	const all = concat([frame(1, "one"), frame(2, "two"), frame(1, "three")]);
	for (const size of [1, 3, 8, 100]) {
		async function* pieces() {
			for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
		}
		const got = { stdout: "", stderr: "" };
		await demultiplex(pieces(), {
			stdout: async (bytes) => {
				got.stdout += text(bytes);
			},
			stderr: async (bytes) => {
				got.stderr += text(bytes);
			},
		});
		expect(got).toEqual({ stdout: "onethree", stderr: "two" });
	}
});

describe("progress", () => {
	it.each([
		[{ current: 0, total: 0 }, 200, ""],
		[{ current: 1000, total: 0 }, 200, "     1kB"],
		[{ current: 500, total: 1000 }, 200, `[${"=".repeat(25)}>${" ".repeat(25)}]     500B/1kB`],
		[{ current: 500, total: 1000 }, 80, "    500B/1kB"],
		[{ current: 2000, total: 1000 }, 80, "     2kB"],
		[{ current: 1, total: 4, units: "steps" }, 80, "1/4 steps"],
	])("%j", (detail, width, expected) => expect(progressText(detail, width)).toBe(expected));

	const show = async (terminal: boolean, messages: unknown[]): Promise<string> => {
		let out = "";
		async function* source() {
			for (const message of messages) yield utf8(`${JSON.stringify(message)}\r\n`);
		}
		const sink = {
			terminal,
			write: async (words: string) => {
				out += words;
			},
		} as unknown as Output;
		await displayMessages(source(), sink, { width: 80 });
		return out;
	};
	const pull = [
		{ status: "Pulling from x", id: "latest" },
		{ status: "Pulling fs layer", progressDetail: {}, id: "a" },
		{ status: "Pulling fs layer", progressDetail: {}, id: "b" },
		{ status: "Downloading", progressDetail: { current: 1, total: 2 }, id: "a" },
		{ status: "Digest: d" },
	];
	it("is a line each where there is no terminal", async () => {
		expect(await show(false, pull)).toBe("latest: Pulling from x\na: Pulling fs layer\nb: Pulling fs layer\nDigest: d\n");
	});
	it("moves to the line of each id on a terminal", async () => {
		expect(await show(true, pull)).toBe(
			"latest: Pulling from x\n" +
				"\n\x1b[1A\x1b[2K\ra: Pulling fs layer \r\x1b[1B" +
				"\n\x1b[1A\x1b[2K\rb: Pulling fs layer \r\x1b[1B" +
				"\x1b[2A\x1b[2K\ra: Downloading       1B/2B\r\x1b[2B" +
				"Digest: d\n",
		);
	});
	it("ends with the daemon's error", async () => {
		await expect(show(false, [{ errorDetail: { message: "manifest unknown" }, error: "manifest unknown" }])).rejects.toThrow(
			"manifest unknown",
		);
	});
});

it("columns are as wide as their widest cell, and three more", () => {
	expect(align("A\tB\tC\nlonger than ten\tx\ty\n")).toBe("A                 B         C\nlonger than ten   x         y\n");
	expect(align("한글\tB\nabcdefgh\tx\n")).toBe("한글       B\nabcdefgh   x\n");
});

it("JSON keeps its numbers and its order", () => {
	expect(indentJson('{"b":1.50,"a":[],"c":{},"d":[1,{"x":"a,b:{}"}]}')).toBe(
		'{\n    "b": 1.50,\n    "a": [],\n    "c": {},\n    "d": [\n        1,\n        {\n            "x": "a,b:{}"\n        }\n    ]\n}',
	);
});

describe("a copy", () => {
	const file = (path: string) => ({ path, exists: true, directory: false });
	const directory = (path: string) => ({ path, exists: true, directory: true });
	const none = (path: string) => ({ path, exists: false, directory: false });
	it.each([
		["a file to nothing", file("/a/f"), none("/b/g"), { directory: "/b/", rename: { from: "f", to: "g" } }],
		["a file onto a file", file("/a/f"), file("/b/g"), { directory: "/b/", rename: { from: "f", to: "g" } }],
		["a file into a directory", file("/a/f"), directory("/b"), { directory: "/b" }],
		["a directory to nothing", directory("/a/d"), none("/b/e"), { directory: "/b/", rename: { from: "d", to: "e" } }],
		["a directory into a directory", directory("/a/d"), directory("/b"), { directory: "/b" }],
		[
			"what is in a directory to nothing",
			directory("/a/d/."),
			none("/b/e"),
			{ directory: "/b/", rename: { from: ".", to: "e" } },
		],
	])("of %s", (_name, from, to, place) => expect(placeCopy(from, to)).toEqual(place));
	it("refuses what cannot be", () => {
		expect(() => placeCopy(directory("/d"), file("/f"))).toThrow("cannot copy directory");
		expect(() => placeCopy(file("/f"), none("/no/"))).toThrow("no such directory");
	});
});

it.each([
	["EPIPE", ReaderGone],
	["ENOSPC", SysError],
] as const)("a write to standard output that ends in %s", async (errno, kind) => {
	const write = () => Promise.reject(new SysError(errno, "write"));
	const output = new Output({ write } as Partial<Sys> as Sys, 1, false);
	await expect(output.write("words")).rejects.toBeInstanceOf(kind);
});
