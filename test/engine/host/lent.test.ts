// The client of a site that lends a daemon: what it asks for when, and what it says of each thing that stands in its way.

import { expect, expectTypeOf, it } from "vitest";
import type { Refusal, State } from "../../../app/api/sandbox/wire";
import type { SandboxReason, SandboxRefusal, SandboxState } from "../../../engine/api/sandbox";
import { type Down, Refused, type SiteCalls } from "../../../engine/host/sandbox/calls";
import { Lent } from "../../../engine/host/sandbox/lent";
import { READY, stateOf } from "../../conformance/sandbox/lending-site";

it("has the site's types", () => {
	expectTypeOf<SandboxState>().toEqualTypeOf<State>();
	expectTypeOf<SandboxRefusal>().toEqualTypeOf<Refusal>();
});

/** A site that answers one state after the other, the last again and again. */
function site(...states: Array<SandboxState | SandboxReason>) {
	const asked: string[] = [];
	const ups: number[] = [];
	let trouble: Array<Error | undefined> = [];
	const calls: SiteCalls = {
		async state(method) {
			asked.push(method);
			const told = states.length > 1 ? states.shift()! : states[0]!;
			if (typeof told === "string") throw new Refused({ reason: told, message: "as the server says it" });
			return told;
		},
		async down(): Promise<Down> {
			asked.push("down");
			let cancel = (): void => {};
			const cut = new Promise<void>((resolve) => {
				cancel = resolve;
			});
			const pieces = {
				[Symbol.asyncIterator]: () => ({ next: () => cut.then(() => ({ done: true, value: undefined }) as const) }),
			};
			return { connection: "c", pieces, cancel };
		},
		async up(_, sequence) {
			ups.push(sequence);
			const wrong = trouble.shift();
			if (wrong) throw wrong;
		},
	};
	// what it waits for here is over at once; the watch over a silent connection is not waited for
	const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms > 10_000 ? ms : 1).unref());
	const lent = new Lent(calls, sleep);
	const fail = (...errors: Array<Error | undefined>): void => {
		trouble = errors;
	};
	return { lent, asked, ups, fail };
}

it("asks once, and one connection carries all", async () => {
	const { lent, asked } = site(stateOf({ state: "none" }), READY);
	await Promise.all([lent.connect(), lent.connect()]);
	await lent.connect();
	expect(asked).toEqual(["GET", "POST", "down"]);
});
it("waits while one starts", async () => {
	const { lent, asked } = site(stateOf({ state: "none" }), stateOf({ state: "starting" }), stateOf({ state: "starting" }), READY);
	await lent.connect();
	expect(asked).toEqual(["GET", "POST", "GET", "GET", "down"]);
});
it.each<[SandboxState | SandboxReason, string]>([
	["disabled", "this site has no real Docker daemon to lend"],
	[stateOf({ state: "none", reason: "disabled" }), "this site has no real Docker daemon to lend"],
	["no-daemon", "this site has no real Docker daemon to lend: its Docker cannot be reached"],
	["no-image", "this site has no real Docker daemon to lend: its sandbox image is not there"],
	["full", "all real daemons are lent, and the queue is full; try again in some minutes"],
	["cross-site", "as the server says it"],
	[stateOf({ state: "queued", place: 3 }), "all real daemons are lent: you are at place 3 of the queue, try again in a moment"],
	[stateOf({ state: "ended", reason: "failed" }), "failed"],
])("says why there is none: %j", async (told, words) => {
	const { lent } = site(told);
	await expect(lent.connect()).rejects.toThrow(new Error(words));
});
it("tells of the end once, and then asks for another", async () => {
	const { lent, asked, fail } = site(
		READY,
		stateOf({ state: "ended", reason: "idle" }),
		stateOf({ state: "ended", reason: "idle" }),
		READY,
	);
	fail(new Refused({ reason: "idle", message: "" }));
	const stream = await lent.connect();
	await expect(stream.read()).rejects.toThrow("not used for so long");
	await expect(lent.connect()).rejects.toThrow("not used for so long");
	await lent.connect();
	expect(asked).toEqual(["GET", "down", "GET", "GET", "POST", "down"]);
});
it("sends again what got lost, under the same number, and not what had arrived", async () => {
	const { lent, ups, fail } = site(READY);
	fail(new Error("fetch failed"), new Refused({ reason: "sequence", message: "", expected: 1 }));
	const stream = await lent.connect();
	await stream.write(Uint8Array.of(1));
	await stream.write(Uint8Array.of(2));
	expect(ups).toEqual([0, 0, 1, 2].slice(0, ups.length));
	expect(ups.length).toBeGreaterThan(2);
});
