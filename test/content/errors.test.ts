// The explained errors really happen: each is made on a machine, and its explanation is the one that is offered.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERRORS, type ExplainedError, errorIn, errorOfExit } from "../../content/errors";
import type { Host } from "../../engine/boot";
import { startMachine } from "../conformance/interactive/typist";

const PATIENCE_MS = 60_000;

test("each has its own name, both languages, and a way to be known", () => {
	expect(new Set(ERRORS.map(({ id }) => id)).size).toBe(ERRORS.length);
	for (const { id, title, means, todo, pattern, exit, make } of ERRORS) {
		for (const text of [title, means, todo]) {
			expect(text.ko, id).toMatch(/[가-힣]/);
			expect(text.en, id).not.toMatch(/[가-힣]/);
		}
		expect(pattern !== undefined || exit !== undefined, id).toBe(true);
		expect(make.length, id).toBeGreaterThan(0);
	}
});

test.each([
	["Hello from Docker!"],
	["Successfully built 1234"],
	["CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES"],
	["Unable to find image 'busybox:latest' locally"],
	["latest: Pulling from library/busybox"],
])("%j is no error", (line) => expect(errorIn(line)).toBeUndefined());

describe("made on a machine", () => {
	let host: Host;
	beforeAll(async () => {
		host = await startMachine();
	});
	afterAll(() => host.shutdown());

	test.each(ERRORS.map((error) => [error.id, error] as const))(
		"%s",
		{ timeout: PATIENCE_MS * 2 },
		async (_, error: ExplainedError) => {
			await host.run("docker unpause $(docker ps -q) ; docker rm -f $(docker ps -aq); docker network prune -f", {
				timeoutMs: PATIENCE_MS,
			});
			let said = "";
			let code = 0;
			for (const line of error.make) {
				const answer = await host.run(line, { timeoutMs: PATIENCE_MS });
				said = `${answer.stdout}${answer.stderr}`;
				code = answer.code;
			}
			const found = errorIn(said) ?? errorOfExit(code);
			expect(found?.id, `code ${code}\n${said}`).toBe(error.id);
		},
	);
});
