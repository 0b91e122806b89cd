// The reference covers all that the CLI has, in both languages; its examples are of commands that exist, and run.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTRIES, findEntry, globalRows, optionRows, REFERENCE } from "../../app/[locale]/reference/commands";
import { GROUP_NOTES, NOTES } from "../../content/reference/examples";
import { optionInKorean } from "../../content/reference/options";
import { SUMMARIES } from "../../content/reference/summaries";
import type { Host } from "../../engine/boot";
import { COMMON, GROUPS, OTHERS } from "../../engine/cli/command/tree";
import { startMachine } from "../conformance/interactive/typist";

const all = [...COMMON, ...OTHERS, ...GROUPS.filter(({ hidden }) => !hidden).flatMap(({ commands }) => commands)];

test("every command of the CLI has a page", () => {
	const runs = new Set(ENTRIES.map(({ command }) => command.run));
	expect(all.filter(({ run, hidden }) => !hidden && !runs.has(run)).map(({ name }) => name)).toEqual([]);
	expect(findEntry(["container", "run"])?.names).toEqual(["docker container run", "docker run"]);
	expect(findEntry(["image", "rm"])?.names).toContain("docker rmi");
});

test("every command and group has a Korean sentence", () => {
	const summaries = [...all, ...GROUPS].filter(({ hidden }) => !hidden).map(({ summary }) => summary);
	expect(summaries.filter((summary) => !SUMMARIES[summary])).toEqual([]);
});

test("every option has a Korean text", () => {
	const usages = [...all.flatMap(({ options }) => Object.values(options))].filter(
		({ hidden, deprecated }) => !hidden && !deprecated,
	);
	expect([...new Set(usages.map(({ usage }) => usage))].filter((usage) => !optionInKorean(usage))).toEqual([]);
	for (const { text } of [...globalRows("ko"), ...ENTRIES.flatMap(({ command }) => optionRows(command.options, "ko"))])
		expect(text).toMatch(/[가-힣]|^cgroup/);
});

test("notes are about commands and groups that are there", () => {
	const paths = ENTRIES.map(({ path }) => path.join(" "));
	expect(Object.keys(NOTES).filter((path) => !paths.includes(path))).toEqual([]);
	expect(Object.keys(GROUP_NOTES).filter((name) => !REFERENCE.some((group) => group.name === name))).toEqual([]);
});

describe("examples", () => {
	let host: Host;
	beforeAll(async () => {
		host = await startMachine();
	});
	afterAll(() => host.shutdown());

	/** They wait for keys, or go on until somebody ends them. */
	const INTERACTIVE = /^docker (run|exec) -it|^docker attach/;
	/** A few stand for all: the others run with DRYDOCK_LONG=1. */
	const FEW = ["container diff", "image save", "network create", "volume inspect", "context create", "version"];
	const cases = Object.entries(NOTES).filter(
		([path, { examples }]) => examples && (process.env.DRYDOCK_LONG || FEW.includes(path)),
	);
	test.each(cases)("%s", { timeout: 120_000 }, async (_, { examples = [] }) => {
		await host.run("docker unpause $(docker ps -q); docker rm -f $(docker ps -aq); docker volume prune -a -f", {
			timeoutMs: 60_000,
		});
		// One shell for all of them, as in a terminal; `set -e` cannot serve, since a line may be several commands.
		const script = examples
			.filter((line) => !INTERACTIVE.test(line))
			.map((line) => `${line}\n[ $? -eq 0 ] || { echo FAILED: ${JSON.stringify(line).replaceAll("$", "\\$")} >&2; exit 9; }`)
			.join("\n");
		const { code, stdout, stderr } = await host.run(script, { timeoutMs: 60_000 });
		expect(code, `${stdout}\n${stderr}`).toBe(0);
	});
});
