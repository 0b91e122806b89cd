// The lessons on a whole machine: their commands run as they are typed, in order; predictions get an answer from the machine's
// state; tasks are unsolved at the start and solved by their solutions. test/e2e has the same through the pages.

import { afterEach, describe, expect, test } from "vitest";
import type { Lesson, Witness } from "../../content/lesson";
import { LESSONS } from "../../content/lessons";
import type { Host } from "../../engine/boot";
import { HOST, startMachine, Typist } from "../conformance/interactive/typist";

const PATIENCE_MS = 60_000;
/** Of busybox's shell, or of Debian's bash. */
const CONTAINER = /\/ # .\[6n|root@[0-9a-f]{12}:\/# /;
const opensContainer = (line: string): boolean =>
	/^docker (run|exec|start) .*-(it|ti|i -t|ai)\b/.test(line) || /^docker attach/.test(line);

let host: Host;
afterEach(() => host.shutdown());

const witness = (): Witness => ({
	docker: (...request) => host.docker(...request),
	list: (path) => host.list(path),
	readFile: (path, limit) => host.readFile(path, limit),
	mounts: (pid) => host.mounts(pid),
	processes: async () => host.processes(),
});

describe.each(Object.values(LESSONS))("$slug", (lesson: Lesson) => {
	test("its path runs, and every prediction is answered", { timeout: 120_000 }, async () => {
		host = await startMachine();
		const at = new Typist(host.openConsole({ rows: 40, cols: 120 }));
		await at.until(HOST);
		const answered = new Map<string, string>();
		let inside = false;
		for (const [index, id] of lesson.path.entries()) {
			const { line, where, fails } = lesson.commands[id]!;
			expect(inside ? "container" : "host", `${id} is typed where it belongs`).toBe(where);
			if (opensContainer(line)) inside = true;
			if (line === "exit") inside = false;
			const said = await at.line(line, inside ? CONTAINER : HOST, PATIENCE_MS);
			// a command that asks for the exit code of the one before would be told of ours
			if (where === "host" && !inside && line !== "exit" && !lesson.commands[lesson.path[index + 1] ?? ""]?.line.includes("$?")) {
				const code = /code=(\d+)\r/.exec(await at.line("echo code=$?"))?.[1];
				expect(code !== "0", `${line}: code ${code}\n${said}`).toBe(fails === true);
			}
			for (const [name, prediction] of Object.entries(lesson.predictions)) {
				// a lesson may have killed the daemon: then nobody answers, as on a page
				const found = answered.get(name) ?? (await prediction.observe(witness()).catch(() => undefined));
				if (found !== undefined) answered.set(name, found);
			}
		}
		expect([...answered.keys()].sort()).toEqual(Object.keys(lesson.predictions).sort());
		for (const [name, found] of answered) expect(lesson.predictions[name]?.choices).toContain(found);
	});

	test("its tasks are unsolved at the start and solved by their solutions", { timeout: 120_000 }, async () => {
		host = await startMachine();
		for (const [id, task] of Object.entries(lesson.tasks)) expect(await task.solved(witness()), id).toBe(false);
		for (const [id, task] of Object.entries(lesson.tasks)) {
			expect(await task.solved(witness()), `${id} is not solved by another's solution`).toBe(false);
			for (const line of task.solution) {
				// its exit code is its own business: the state says whether it has helped
				await host.run(line, { timeoutMs: PATIENCE_MS });
			}
			await expect.poll(() => task.solved(witness()), { timeout: 20_000, message: id }).toBe(true);
		}
	});
});
