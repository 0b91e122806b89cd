// Log files on a file system in memory: written, turned over, read back, followed, in both formats.

import { expect, test } from "vitest";
import { jsonCodec, localCodec } from "../../../engine/dockerd/logs/codec";
import { LogFile, type LogFileOptions } from "../../../engine/dockerd/logs/file";
import { type ReadOptions, readLog } from "../../../engine/dockerd/logs/read";
import { utf8 } from "../../../engine/lib/bytes";
import { exists, readText } from "../../../engine/lib/files";
import { memorySys } from "../oci/sys";

const PATH = "/c-json.log";
const open = async (given: Partial<LogFileOptions> = {}) => {
	const options: LogFileOptions = { codec: jsonCodec, maxFiles: 1, compress: false, ...given };
	const sys = memorySys();
	const log = new LogFile(sys, PATH, options);
	await log.open();
	const read = async (given: ReadOptions = {}): Promise<string[]> => {
		const lines: string[] = [];
		for await (const record of readLog(sys, PATH, options.codec, given)) lines.push(record.log);
		return lines;
	};
	return { sys, log, read };
};

test("lines of both streams in the order of their ends", async () => {
	const { log, read } = await open();
	await log.append("stdout", utf8("one\ntw"));
	await log.append("stderr", utf8("error\n"));
	await log.append("stdout", utf8("o\nrest"));
	await log.close();
	expect(await read()).toEqual(["one\n", "error\n", "two\n", "rest"]);
});

test("the last lines, and those since a time", async () => {
	const { sys, log, read } = await open();
	await log.append("stdout", utf8("1\n2\n3\n"));
	const later = sys.now();
	await log.append("stdout", utf8("4\n"));
	expect(await read({ tail: 2 })).toEqual(["3\n", "4\n"]);
	expect(await read({ tail: 0 })).toEqual([]);
	expect(await read({ since: later })).toEqual(["4\n"]);
	expect(await read({ until: later })).toEqual(["1\n", "2\n", "3\n"]);
});

test("a follower gets what comes, and ends with the log", async () => {
	const { log, read } = await open();
	await log.append("stdout", utf8("before\n"));
	const following = read({ follow: { log, cancelled: new Promise(() => {}) } });
	await log.append("stdout", utf8("during\n"));
	await Promise.resolve();
	await log.append("stdout", utf8("last"));
	await log.close();
	expect(await following).toEqual(["before\n", "during\n", "last"]);
});

test("a follower that goes away", async () => {
	const { log, read } = await open();
	await log.append("stdout", utf8("x\n"));
	let leave = (): void => {};
	const cancelled = new Promise<void>((resolve) => {
		leave = resolve;
	});
	const following = read({ follow: { log, cancelled } });
	leave();
	expect(await following).toEqual(["x\n"]);
});

test("max-size turns the file over, max-file keeps so many", async () => {
	const { sys, log, read } = await open({ maxSize: 100, maxFiles: 2 });
	for (const word of ["a", "b", "c", "d", "e"]) await log.append("stdout", utf8(`${word}\n`));
	expect(await read()).toEqual(["c\n", "d\n", "e\n"]);
	expect(await readText(sys, `${PATH}.1`)).toMatch(/"log":"c\\n".*\n.*"log":"d\\n"/);
	expect(await exists(sys, `${PATH}.2`)).toBe(false);
});

test.for([
	["json", jsonCodec, false],
	["json, compressed", jsonCodec, true],
	["local", localCodec, false],
	["local, compressed", localCodec, true],
] as const)("a follower loses nothing while the file is turned over: %s", async ([, codec, compress]) => {
	const { log, read } = await open({ codec, maxSize: 300, maxFiles: 4, compress });
	const following = read({ follow: { log, cancelled: new Promise(() => {}) } });
	const words = Array.from({ length: 40 }, (_, at) => `line ${at}\n`);
	for (const word of words) {
		await log.append("stdout", utf8(word));
		await new Promise((resolve) => setTimeout(resolve));
	}
	await log.append("stderr", utf8("no newline"));
	await log.close();
	expect(await following).toEqual([...words, "no newline"]);
	const kept = await read();
	expect(kept.length).toBeGreaterThan(8);
	expect(kept).toEqual([...words, "no newline"].slice(-kept.length));
});

test("attributes are in each record", async () => {
	const { sys, log } = await open({ attrs: { tag: "t" } });
	await log.append("stdout", utf8("x\n"));
	expect(await readText(sys, PATH)).toMatch(/^\{"log":"x\\n","stream":"stdout","attrs":\{"tag":"t"\},"time":/);
});

test("a container that never ran has no log, and says nothing", async () => {
	const sys = memorySys();
	const records = [];
	for await (const record of readLog(sys, "/nosuch", jsonCodec, {})) records.push(record);
	expect(records).toEqual([]);
});
