// Sessions that work at once, without a pause, while one of them does what harms a machine, again and again.

import type { SandboxClient } from "../support/sandbox-server";
import { dockerRunTrue } from "./docker-run";
import { type Figure, figure, median } from "./figure";
import { callOf } from "./sandbox-learner";

/** Seconds that a misdeed is let do its worst. */
const EACH = 8;

interface Misdeed {
	script: string;
	/** With all that the daemon gives: the sandbox's own files, processes and network, and every capability. */
	asItsRoot?: true;
	/** What it says is taken as fast as it comes. */
	heard?: true;
}
const MISDEEDS: Readonly<Record<string, Misdeed>> = {
	"fork bomb": { script: "b() { b | b & }; b; sleep 1000" },
	"fork bomb as the sandbox's root": { script: "ulimit -u unlimited; b() { b | b & }; b; sleep 1000", asItsRoot: true },
	memory: { script: "while :; do sh -c 'a=x; while :; do a=$a$a; done'; done" },
	disk: { script: "while :; do dd if=/dev/zero of=/big bs=1M; done" },
	inodes: { script: "while :; do seq 100000 | xargs touch; done" },
	"output that somebody takes": { script: "cat /dev/urandom", heard: true },
	"output that nobody takes": { script: "yes" },
	"the processor": { script: "for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait" },
};

/** Runs that took longer than nearly all; milliseconds. */
const slowest = (taken: readonly number[]): number => [...taken].sort((a, b) => a - b)[Math.floor(taken.length * 0.95)]!;

/** Medians over all that behave, first without and then with one that does not. @throws Error when anybody's run fails */
export async function working(learners: readonly SandboxClient[], seconds: number): Promise<Figure> {
	const bad = learners.at(-1)!;
	const good = learners.slice(0, -1);
	const before = await during(good, seconds / 3);
	const done: Record<string, number> = {};
	let over = false;
	const misbehaving = (async () => {
		for (let next = 0; !over; next++) {
			const [name, misdeed] = Object.entries(MISDEEDS)[next % Object.keys(MISDEEDS).length]!;
			// what becomes of its own sandbox is its own affair
			if (await commit(bad, misdeed).catch(() => false)) done[name] = (done[name] ?? 0) + 1;
			else await new Promise((resolve) => setTimeout(resolve, 1000));
		}
	})();
	const beside = await during(good, seconds);
	over = true;
	await misbehaving;
	const done95 = `95 of 100 within ${(slowest(beside) / 1000).toFixed(1)} s, before ${(slowest(before) / 1000).toFixed(1)} s`;
	const misdeeds = Object.entries(done).map(([name, times]) => `${name} ${times}`);
	const note = `${good.length} sessions, ${before.length} and ${beside.length} runs, none failed; ${done95}; beside them ${misdeeds.join(", ")}`;
	return figure("sandbox-working", "ms", median(beside), median(before), note);
}

/** Milliseconds of each run of everybody's. */
async function during(learners: readonly SandboxClient[], seconds: number): Promise<number[]> {
	const until = performance.now() + seconds * 1000;
	const taken = await Promise.all(
		learners.map(async (client) => {
			const mine: number[] = [];
			do mine.push(await dockerRunTrue(callOf(client), "busybox"));
			while (performance.now() < until);
			return mine;
		}),
	);
	return taken.flat();
}

/** Lets it run, then takes its container away from outside: a container's first process hears no signal from within. */
async function commit(client: SandboxClient, { script, asItsRoot, heard }: Misdeed): Promise<boolean> {
	const call = callOf(client);
	const everything = { Binds: ["/:/o"], PidMode: "host", CapAdd: ["ALL"], SecurityOpt: ["seccomp=unconfined"] };
	const created = await call("POST", "/containers/create", {
		Image: "busybox",
		Cmd: ["sh", "-c", script],
		HostConfig: { NetworkMode: "none", ...(asItsRoot ? everything : {}) },
	});
	if (created.status !== 201) return false;
	const { Id: id } = JSON.parse(created.body) as { Id: string };
	const started = await call("POST", `/containers/${id}/start`);
	const enough = AbortSignal.timeout(EACH * 1000);
	if (heard) await listen(client, id, enough);
	else await new Promise((resolve) => enough.addEventListener("abort", resolve));
	await call("DELETE", `/containers/${id}?force=1`);
	return started.status === 204;
}

async function listen(client: SandboxClient, id: string, enough: AbortSignal): Promise<void> {
	try {
		const { body } = await client.fetch("GET", `/engine/containers/${id}/logs?follow=1&stdout=1`, { signal: enough });
		const reader = body!.getReader();
		while (!(await reader.read()).done);
	} catch {
		// it is enough
	}
}
