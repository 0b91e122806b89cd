// Which containers are asked about again after something has changed on the machine.

import { expect, test } from "vitest";
import { Changes } from "../../components/machine/world";
import type { TraceEvent } from "../../engine/trace/event";

const id = (digit: string): string => digit.repeat(64);
const upper = (snapshot: number): string => `/snapshots/${snapshot}/fs`;
const machine = {
	mounts: async () => [
		{ source: "overlay", target: `/run/${id("a")}/rootfs`, type: "overlay", options: `rw,upperdir=${upper(1)},workdir=/w` },
	],
	/** Snapshot 2 lies there unmounted; any other is gone. */
	list: async (path: string) => {
		if (path !== upper(2)) throw new Error("ENOENT");
		return [];
	},
};
const stale = async (...events: object[]): Promise<string[]> => {
	const changes = new Changes();
	for (const event of events) changes.note(event as TraceEvent);
	const asked = await changes.stale(machine);
	return ["a", "b", "c"].filter((digit) => asked(id(digit)));
};

test.each([
	["nothing", [], []],
	["a container's step", [{ type: "container.step", container: id("b") }], ["b"]],
	["a file in a mounted layer", [{ type: "overlay.copyUp", upper: upper(1) }], ["a"]],
	[
		"a file in a layer that is not mounted, any stopped container's",
		[{ type: "overlay.copyUp", upper: upper(2) }],
		["a", "b", "c"],
	],
	["a file in a layer that went away with its container", [{ type: "overlay.create", upper: upper(3) }], []],
	[
		"all at once",
		[
			{ type: "container.step", container: id("c") },
			{ type: "overlay.create", upper: upper(1) },
			{ type: "overlay.create", upper: upper(3) },
		],
		["a", "c"],
	],
])("%s", async (_, events, asked) => expect(await stale(...events)).toEqual(asked));
