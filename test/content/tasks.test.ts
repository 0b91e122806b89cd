// What learners try besides a task's own solution: other ways count, near misses do not. Three lessons; in the long run all.

import { afterEach, describe, expect, test } from "vitest";
import type { Witness } from "../../content/lesson";
import { LESSONS } from "../../content/lessons";
import type { Host } from "../../engine/boot";
import { startMachine } from "../conformance/interactive/typist";
import { ATTEMPTS } from "./attempts";

const PATIENCE_MS = 60_000;
const FEW = ["why", "layers", "copy-on-write"];

let host: Host | undefined;
afterEach(() => host?.shutdown());

const witness = (machine: Host): Witness => ({
	docker: (...request) => machine.docker(...request),
	list: (path) => machine.list(path),
	readFile: (path, limit) => machine.readFile(path, limit),
	mounts: (pid) => machine.mounts(pid),
	processes: async () => machine.processes(),
});

test("there are attempts at every task", () => {
	const tasks = (all: Record<string, object>): string[] =>
		Object.entries(all).flatMap(([slug, its]) => Object.keys(its).map((task) => `${slug}/${task}`));
	expect(tasks(ATTEMPTS).sort()).toEqual(
		tasks(Object.fromEntries(Object.values(LESSONS).map(({ slug, tasks: its }) => [slug, its]))).sort(),
	);
});

const cases = Object.keys(ATTEMPTS).filter((slug) => process.env.DRYDOCK_LONG || FEW.includes(slug));
describe.each(cases)("%s", (slug) => {
	test("other ways count, near misses do not", { timeout: 300_000 }, async () => {
		host = await startMachine();
		const machine = witness(host);
		for (const [id, { wrong, right }] of Object.entries(ATTEMPTS[slug]!)) {
			// a lesson may have a daemon killed: then nobody answers, as on a page
			const solved = () => LESSONS[slug]!.tasks[id]!.solved(machine).catch(() => false);
			for (const lines of wrong) {
				for (const line of lines) await host.run(line, { timeoutMs: PATIENCE_MS });
				expect(await solved(), `${id} is not solved by ${lines.join("; ")}`).toBe(false);
			}
			for (const lines of right) {
				for (const line of lines) await host.run(line, { timeoutMs: PATIENCE_MS });
				await expect.poll(solved, { timeout: 30_000, message: `${id} is solved by ${lines.join("; ")}` }).toBe(true);
			}
		}
	});
});
