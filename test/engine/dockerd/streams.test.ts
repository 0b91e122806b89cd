// Frames, detach keys and log records.

import { describe, expect, test } from "vitest";
import { jsonCodec, localCodec } from "../../../engine/dockerd/logs/codec";
import { LineCutter } from "../../../engine/dockerd/logs/record";
import { DEFAULT_DETACH_KEYS, DetachWatcher, parseDetachKeys } from "../../../engine/dockerd/stream/detach";
import { frame } from "../../../engine/dockerd/stream/frame";
import { concat, text, utf8 } from "../../../engine/lib/bytes";

test("a frame has its stream and its length before it", () => {
	expect([...frame("stderr", utf8("hi"))]).toEqual([2, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69]);
	expect([...frame("stdout", new Uint8Array(0x10203)).subarray(0, 8)]).toEqual([1, 0, 0, 0, 0, 1, 2, 3]);
});

describe("detach keys", () => {
	const watch = (keys: Uint8Array, ...inputs: string[]) => {
		const watcher = new DetachWatcher(keys);
		return inputs.map((input) => {
			const { pass, detached } = watcher.feed(utf8(input));
			return detached ? `${text(pass)}|` : text(pass);
		});
	};
	test.for([
		[["ab\x10\x11"], ["ab|"]],
		[
			["\x10", "\x11"],
			["", "|"],
		],
		[
			["\x10", "x"],
			["", "\x10x"],
		],
		[["\x10\x10\x11"], ["\x10|"]],
		[["\x11"], ["\x11"]],
	] as const)("%j", ([inputs, passed]) => {
		expect(watch(DEFAULT_DETACH_KEYS, ...inputs)).toEqual(passed);
	});
	test("of one's own choice", () => {
		expect([...parseDetachKeys("ctrl-a,x")]).toEqual([1, 0x78]);
		expect([...parseDetachKeys("ctrl-[")]).toEqual([27]);
		expect([...parseDetachKeys("")]).toEqual([16, 17]);
		expect(watch(parseDetachKeys("q"), "abq")).toEqual(["ab|"]);
		expect(() => parseDetachKeys("ctrl-$")).toThrow("Invalid detach keys (ctrl-$) provided");
	});
});

describe("log records", () => {
	const record = { log: 'say "hi"\n', stream: "stdout", time: "2026-11-22T03:21:58.482795225Z" } as const;
	test("are what the json-file driver writes", () => {
		expect(text(jsonCodec.encode(record, utf8(record.log)))).toBe(
			'{"log":"say \\"hi\\"\\n","stream":"stdout","time":"2026-11-22T03:21:58.482795225Z"}\n',
		);
	});
	test("are what the local driver writes, whole ones and parts", () => {
		const bytes = localCodec.encode(record, utf8(record.log));
		expect([...bytes.subarray(0, 12)]).toEqual([0, 0, 0, 28, 0x0a, 6, 0x73, 0x74, 0x64, 0x6f, 0x75, 0x74]);
		const part = { ...record, log: "part" };
		const both = concat([bytes, localCodec.encode(part, utf8("part")), utf8("\0\0")]);
		expect(localCodec.decode(both)).toEqual({ records: [record, part], used: both.length - 2 });
	});
	test("one a line, whatever pieces it came in", () => {
		const cutter = new LineCutter();
		const lines = ["a", "b\nc", "\n\nd"].flatMap((piece) => cutter.feed(utf8(piece)).map(text));
		expect([...lines, ...cutter.flush().map(text)]).toEqual(["ab\n", "c\n", "\n", "d"]);
		expect(cutter.flush()).toEqual([]);
	});
	test("a long line is split and loses nothing", () => {
		const long = new Uint8Array(40_000).fill(0x61);
		const cutter = new LineCutter();
		const lines = cutter.feed(concat([long, utf8("\nx\n")]));
		expect(lines.map(({ length }) => length)).toEqual([16384, 16384, 7233, 2]);
	});
});
