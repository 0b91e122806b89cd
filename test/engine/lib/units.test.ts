// Sizes and durations both ways: the cases of docker/go-units' own tests, and numbers that lie exactly between two.

import { describe, expect, it } from "vitest";
import { exponential, fixed, precise } from "../../../engine/lib/round";
import { bytesSize, fromHumanSize, humanDuration, humanSize, parseUlimit, ramInBytes } from "../../../engine/lib/units";

const KB = 1000;
const KIB = 1024;

describe("sizes in words", () => {
	it.each([
		[1024, "1.024kB"],
		[1024 ** 2, "1.049MB"],
		[2 * KB ** 2, "2MB"],
		[3.42 * KB ** 3, "3.42GB"],
		[5.372 * KB ** 4, "5.372TB"],
		[2.22 * KB ** 5, "2.22PB"],
		[1e25, "10YB"],
		[1e28, "1e+04YB"],
		[999.5, "999.5B"],
	])("%d is %s", (size, text) => expect(humanSize(size)).toBe(text));
	it.each([
		[1024, "1KiB"],
		[1024 ** 2, "1MiB"],
		[2 * 1024 ** 2, "2MiB"],
		[3.42 * 1024 ** 3, "3.42GiB"],
		[5.372 * 1024 ** 4, "5.372TiB"],
		[2.22 * 1024 ** 5, "2.22PiB"],
		[1024 ** 8 * 2, "2YiB"],
	])("%d is %s in powers of two", (size, text) => expect(bytesSize(size)).toBe(text));
	it.each([
		[() => humanSize(1125, 3), "1.12kB"],
		[() => humanSize(1375, 3), "1.38kB"],
		[() => humanSize(122_500, 3), "122kB"],
		[() => humanSize(123_500, 3), "124kB"],
		[() => humanSize(1_062_500), "1.062MB"],
		[() => bytesSize(0x110000), "1.062MiB"],
		[() => bytesSize(0x130000), "1.188MiB"],
		[() => fixed(3.125, 2), "3.12"],
		[() => fixed(3.375, 2), "3.38"],
		[() => fixed(0.5, 0), "0"],
		[() => fixed(1.005, 2), "1.00"],
		[() => fixed(-2.5, 0), "-2"],
		[() => fixed(0, 2), "0.00"],
		[() => precise(2.5, 1), "2"],
		[() => precise(1e300, 3), "1.00e+300"],
		[() => exponential(1.25, 1), "1.2e+0"],
		[() => exponential(1.75, 1), "1.8e+0"],
	])("half goes to the even digit: %s", (act, text) => expect(act()).toBe(text));
});

describe("words as sizes", () => {
	it.each([
		["0", 0],
		["0b", 0],
		["0B", 0],
		["0 B", 0],
		["32", 32],
		["32b", 32],
		["32B", 32],
		["32k", 32 * KB],
		["32K", 32 * KB],
		["32kb", 32 * KB],
		["32Kb", 32 * KB],
		["32Mb", 32 * KB ** 2],
		["32Gb", 32 * KB ** 3],
		["32Tb", 32 * KB ** 4],
		["32Pb", 32 * KB ** 5],
		["32.5kB", 32.5 * KB],
		["32.5 kB", 32.5 * KB],
		["32.5 B", 32],
		["0.3 K", 300],
		[".3kB", 300],
		["0.", 0],
		["0. ", 0],
		["0.b", 0],
		["0.B", 0],
		["-0", 0],
		["-0b", 0],
		["-0 B", 0],
	])("%s is %d", (text, size) => expect(fromHumanSize(text)).toBe(size));
	it.each([
		["32", 32],
		["32b", 32],
		["32k", 32 * KIB],
		["32KB", 32 * KIB],
		["32Kib", 32 * KIB],
		["32KIB", 32 * KIB],
		["32Mb", 32 * KIB ** 2],
		["32MiB", 32 * KIB ** 2],
		["32Gb", 32 * KIB ** 3],
		["32Tb", 32 * KIB ** 4],
		["32Pb", 32 * KIB ** 5],
		["32.3", 32],
		["32.3 mb", Math.trunc(32.3 * KIB ** 2)],
		["0.3MB", Math.trunc(0.3 * KIB ** 2)],
	])("%s is %d of memory", (text, size) => expect(ramInBytes(text)).toBe(size));
	it.each([
		["", "invalid size: ''"],
		["hello", "invalid size: 'hello'"],
		[".", 'strconv.ParseFloat: parsing ".": invalid syntax'],
		[". ", 'strconv.ParseFloat: parsing ".": invalid syntax'],
		[" ", 'strconv.ParseFloat: parsing "": invalid syntax'],
		["  ", 'strconv.ParseFloat: parsing " ": invalid syntax'],
		[" .", 'strconv.ParseFloat: parsing " .": invalid syntax'],
		["-32", "invalid size: '-32'"],
		["-32b", "invalid size: '-32b'"],
		["-32 B", "invalid size: '-32 B'"],
		[" 32", 'strconv.ParseFloat: parsing " 32": invalid syntax'],
		["32b.", 'strconv.ParseFloat: parsing "32b.": invalid syntax'],
		["32b ", 'strconv.ParseFloat: parsing "32b": invalid syntax'],
		["32 b ", 'strconv.ParseFloat: parsing "32 b": invalid syntax'],
		["32  B", 'strconv.ParseFloat: parsing "32 ": invalid syntax'],
		["32m b", 'strconv.ParseFloat: parsing "32m": invalid syntax'],
		["32bm", "invalid suffix: 'bm'"],
		["32mm", "invalid suffix: 'mm'"],
		["32kbb", "invalid suffix: 'kbb'"],
		["32x", "invalid suffix: 'x'"],
		["32kilobytes", "invalid suffix: 'kilobytes'"],
		["1e400", 'strconv.ParseFloat: parsing "1e400": value out of range'],
	])("%j is no size", (text, message) => {
		expect(() => fromHumanSize(text)).toThrow(message);
		expect(() => ramInBytes(text)).toThrow(message);
	});
});

it.each([
	["nofile=512:1024", { name: "nofile", soft: 512, hard: 1024 }],
	["nofile=1024", { name: "nofile", soft: 1024, hard: 1024 }],
	["nofile=-1", { name: "nofile", soft: -1, hard: -1 }],
	["nofile=5:-1", { name: "nofile", soft: 5, hard: -1 }],
	["nproc=0:-1", { name: "nproc", soft: 0, hard: -1 }],
])("the limit %s", (text, limit) => expect(parseUlimit(text)).toEqual(limit));
it.each([
	["nofile", "invalid ulimit argument: nofile"],
	["notarealtype=1024:1024", "invalid ulimit type: notarealtype"],
	["nofile=asdf:1024", 'strconv.ParseInt: parsing "asdf": invalid syntax'],
	["nofile=1024:", 'strconv.ParseInt: parsing "": invalid syntax'],
	["nofile=:1024", 'strconv.ParseInt: parsing "": invalid syntax'],
	["nofile=1024:1", "ulimit soft limit must be less than or equal to hard limit: 1024 > 1"],
	["nofile=-1:5", "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 5"],
	["nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"],
])("the limit %s is none", (text, message) => expect(() => parseUlimit(text)).toThrow(message));

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
it.each([
	[0.45, "Less than a second"],
	[1, "1 second"],
	[45, "45 seconds"],
	[46, "46 seconds"],
	[59, "59 seconds"],
	[60, "About a minute"],
	[90, "About a minute"],
	[3 * MINUTE, "3 minutes"],
	[35 * MINUTE + 40, "35 minutes"],
	[HOUR, "About an hour"],
	[HOUR + 45 * MINUTE, "2 hours"],
	[3 * HOUR, "3 hours"],
	[3 * HOUR + 59 * MINUTE + 59, "4 hours"],
	[24 * HOUR, "24 hours"],
	[36 * HOUR, "36 hours"],
	[2 * DAY, "2 days"],
	[7 * DAY, "7 days"],
	[13 * DAY + 5 * HOUR, "13 days"],
	[14 * DAY, "2 weeks"],
	[28 * DAY, "4 weeks"],
	[59 * DAY + 23 * HOUR, "8 weeks"],
	[60 * DAY, "2 months"],
	[361 * DAY, "12 months"],
	[2 * 365 * DAY, "2 years"],
	[10.2 * 365 * DAY, "10 years"],
])("%d seconds are %s", (seconds, text) => expect(humanDuration(seconds)).toBe(text));
