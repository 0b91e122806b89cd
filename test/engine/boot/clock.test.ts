// What a machine that is switched off still waits for: nothing.

import { describe, expect, test } from "vitest";
import { machineClock } from "../../../engine/boot/clock";
import { Clocked } from "./clocked";

describe("a machine's clock", () => {
	test("calls back as the surroundings' does, unless that is cancelled", () => {
		const outside = new Clocked();
		const clock = machineClock(outside);
		const said: string[] = [];
		clock.timer(20, () => said.push("20"));
		clock.timer(10, () => said.push("10"));
		clock.timer(15, () => said.push("15")).cancel();
		outside.pass(12);
		expect(said).toEqual(["10"]);
		outside.pass(100);
		expect(said).toEqual(["10", "20"]);
		expect(clock.now()).toBe(outside.now());
		expect(clock.monotonic()).toBe(outside.monotonic());
	});

	test("leaves nothing behind when it is stopped, and takes nothing on", () => {
		const outside = new Clocked();
		const clock = machineClock(outside);
		const said: string[] = [];
		clock.timer(300_000, () => said.push("kept alive"));
		clock.stop();
		clock.timer(1, () => said.push("later"));
		expect(outside.waiting.size).toBe(0);
		outside.pass(1_000_000);
		expect(said).toEqual([]);
	});
});
