// Replays what real kernels answered: random operations on a tmpfs, and on overlays with Docker's options.

import { describe, expect, it } from "vitest";
import { openDisk } from "../../../engine/fs/disk/disk";
import { readCases } from "../../conformance/fs/cases";
import { type MountCase, replayMounts } from "../../conformance/fs/mounts";
import { type Case as FsCase, replay as replayFs } from "../../conformance/fs/replay";
import { makeContext, type Case as OverlayCase, replay as replayOverlay } from "../../conformance/overlay/replay";
import { TestStorage } from "./storage";

const data = (path: string): URL => new URL(`../../conformance/${path}`, import.meta.url);

describe("answers of tmpfs and of overlays on it, to root and to a user", () => {
	for (const name of ["plain", "overlay"])
		for (const recorded of readCases<FsCase>(data(`fs/data/${name}.jsonl`)))
			it(`${name} ${recorded.seed}`, () => expect(replayFs(recorded)).toEqual([]));
});

describe("mountinfo after mounts, binds, moves, propagation changes, unmounts and pivot_root", () => {
	for (const recorded of readCases<MountCase>(data("fs/data/mounts.jsonl")))
		it(`mounts ${recorded.seed}`, () => expect(replayMounts(recorded)).toBeUndefined());
});

describe("overlay: answers, merged tree, upper layer", () => {
	for (const name of ["recorded", "found"])
		for (const recorded of readCases<OverlayCase>(data(`overlay/data/${name}.jsonl`)))
			it(`${name} ${recorded.seed}`, () => expect(replayOverlay(recorded)).toEqual([]));
	it("is the same on the machine's disk", async () => {
		for (const recorded of readCases<OverlayCase>(data("overlay/data/found.jsonl"))) {
			const disk = await openDisk(new TestStorage(), makeContext());
			expect(replayOverlay(recorded, disk.fs)).toEqual([]);
		}
	});
});
