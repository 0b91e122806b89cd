// The json-file log on a file system in memory: written, turned over, read back, followed.

import { expect, test } from "vitest";
import { JsonFileLog, type ReadOptions, readLog } from "../../../engine/dockerd/logs/jsonfile";
import { utf8 } from "../../../engine/lib/bytes";
import { exists, readText } from "../../../engine/lib/files";
import { memorySys } from "../oci/sys";

const PATH = "/c-json.log";
const open = async (options = {}) => {
	const sys = memorySys();
	const log = new JsonFileLog(sys, PATH, options);
	await log.open();
	const read = async (given: ReadOptions = {}): Promise<string[]> => {
		const lines: string[] = [];
		for await (const record of readLog(sys, PATH, given)) lines.push(record.log);
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
	const { sys, log, read } = await open({ "max-size": "140", "max-file": "2" });
	for (const word of ["a", "b", "c", "d", "e"]) await log.append("stdout", utf8(`${word}\n`));
	expect(await read()).toEqual(["e\n"]);
	expect(await readText(sys, `${PATH}.1`)).toMatch(/"log":"c\\n".*\n.*"log":"d\\n"/);
	expect(await exists(sys, `${PATH}.2`)).toBe(false);
});

test("a container that never ran has no log, and says nothing", async () => {
	const sys = memorySys();
	const records = [];
	for await (const record of readLog(sys, "/nosuch", {})) records.push(record);
	expect(records).toEqual([]);
});
