// The stack on two machines of a real swarm: deploy/stack.yaml, agents found by the swarm's DNS, and one of the machines lost.
// It takes minutes, and is tried in long runs; agents.test.ts has the same without machines.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { text, utf8 } from "../../engine/lib/bytes";
import { SandboxClient } from "../support/sandbox-server";
import { whyNoSwarm } from "../support/swarm";
import { type Stack, startStack } from "../support/swarm-stack";

const missing = process.env.DRYDOCK_LONG ? whyNoSwarm() : "in long runs alone: DRYDOCK_LONG=1";
/** Milliseconds. */
const PATIENCE = 120_000;

describe.skipIf(missing)(`two machines of a swarm${missing ? ` (skipped: ${missing})` : ""}`, () => {
	let stack: Stack;
	beforeAll(async () => {
		const { sandboxImage } = await import("../../bin/setup/sandbox.mjs");
		stack = await startStack(await sandboxImage());
	}, 600_000);
	afterAll(() => stack?.stop(), 120_000);

	it("lend sandboxes, and when one is lost its learners get another one elsewhere", { timeout: 4 * PATIENCE }, async () => {
		const label = ["--filter", "label=drydock.sandbox=1"];
		const learners = [];
		// each from an address of its own, as behind a proxy
		for (let at = 0; at < 4; at++) {
			const client = new SandboxClient(stack.address, { "x-forwarded-for": `10.0.0.${at}` });
			await client.begin(PATIENCE);
			const { mux, close } = await client.connect();
			const stream = mux.open();
			const post = `POST /containers/create?name=of-${at} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n`;
			const body = '{"Image":"busybox"}';
			await stream.write(utf8(`${post}Content-Length: ${body.length}\r\n\r\n${body}`));
			let heard = "";
			while (!heard.includes("}")) heard += text((await stream.read())!);
			expect(heard).toContain(" 201 Created");
			const names = async () => {
				const listed = await (await client.fetch("GET", "/engine/containers/json?all=1")).json();
				return (listed as Array<{ Names: string[] }>).flatMap(({ Names }) => Names);
			};
			expect(await names()).toEqual([`/of-${at}`]);
			learners.push({ at, client, stream, names, close });
		}
		const on = (node: number) =>
			stack.swarm
				.docker(node, "ps", "-q", ...label)
				.split("\n")
				.filter(Boolean).length;
		expect([on(0), on(1)].every((count) => count >= 2)).toBe(true);

		await stack.swarm.lose(1);
		const lost = [];
		for (const learner of learners) {
			const end = learner.stream.read().then(
				() => "",
				(error: Error) => error.message,
			);
			const replaced = async () => (await learner.client.state()).replaced;
			const told = await Promise.race([
				end,
				new Promise((resolve) => setTimeout(resolve, lost.length === 0 ? 45_000 : 1000, "still there")),
			]);
			if (told === "still there") {
				expect(await learner.names()).toEqual([`/of-${learner.at}`]);
				continue;
			}
			expect(told).toBe("the sandbox has ended: lost");
			expect(await replaced()).toBe(1);
			await expect.poll(() => learner.client.state(), { timeout: PATIENCE }).toMatchObject({ state: "ready" });
			expect(await learner.names()).toEqual([]);
			lost.push(learner.at);
		}
		expect(lost).toHaveLength(2);
		for (const { close } of learners) close();
	});
});
