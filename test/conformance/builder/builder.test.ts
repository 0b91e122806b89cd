// Our builders beside a real dockerd's: the same Dockerfiles and contexts. What the classic one's stream says, the image's configuration and
// history, and its tree of files must be the same. A short run has some of the Dockerfiles, DRYDOCK_LONG=1 all of them.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BothDockers, startBothDockers } from "../../support/both-dockers";
import type { OurDocker } from "../../support/our-docker";
import { type RealDocker, whyNoDocker } from "../../support/real-docker";
import { Chance } from "../fuzz/mutate";
import { CASES, type Case } from "./cases";
import { contextOf } from "./context";
import { look, type Outcome, outcomeOf } from "./outcome";
import { randomDockerfile } from "./random";

const missing = whyNoDocker();
if (missing) console.warn(`the builders are not compared: ${missing}`);

/** Docker's last command line that had BuildKit's client in it, as Debian has it. */
const OLD_DOCKER = "/usr/bin/docker";
const hasOldDocker = /^Docker version (19|20)\./.test(spawnSync(OLD_DOCKER, ["--version"], { encoding: "utf8" }).stdout ?? "");
if (!missing && !hasOldDocker) console.warn(`BuildKit is not compared: ${OLD_DOCKER} is not Debian's docker.io`);

const long = process.env.DRYDOCK_LONG !== undefined;
/** As many as a short run has time for, always the same ones. */
function some<T extends object>(all: readonly T[], count: number): T[] {
	const chance = new Chance(1);
	const rest = [...all];
	const picked = Array.from({ length: Math.min(count, all.length) }, () => rest.splice(chance.below(rest.length), 1)[0]!);
	return long ? [...all] : all.filter((one) => picked.includes(one));
}
const named = (cases: readonly Case[]): Array<[string, Case]> => cases.map((one) => [one.name, one]);

/** Which directories get the time of what they are copied from is not the same in all of BuildKit's versions. */
const withoutTimesOfDirectories = (tree: Outcome["tree"]): Outcome["tree"] =>
	Object.fromEntries(
		Object.entries(tree).map(([path, what]) => [path, what.startsWith("directory") ? what.replace(/ \S+$/, "") : what]),
	);

describe.skipIf(missing)("a build", { timeout: 240_000 }, () => {
	let both: BothDockers;
	let our: OurDocker;
	let real: RealDocker;
	beforeAll(async () => {
		both = await startBothDockers();
		({ our, real } = both);
	}, 300_000);
	afterAll(() => both?.stop());

	let number = 0;
	async function classic({ dockerfile, query = "", files, worded }: Case): Promise<void> {
		const context = await contextOf(dockerfile, files);
		const tag = `classic${++number}`;
		const build = ({ client }: OurDocker | RealDocker) => outcomeOf(client, tag, context, `networkmode=none&${query}`);
		const [ours, theirs] = await Promise.all([build(our), build(real)]);
		// 20.10 loses a layer now and then where one step's is another's
		if (/failed to get layer <digest>: layer does not exist/.test(theirs.error ?? "")) return;
		if (worded) for (const one of [ours, theirs]) one.error &&= "an error";
		expect(ours).toEqual(theirs);
	}
	describe("by the classic builder is dockerd's", () => {
		it.each(named(some(CASES, 16)))("%s", (_, one) => classic(one));
	});

	describe("of random instructions by the classic builder", () => {
		it.each(Array.from({ length: long ? 120 : 3 }, (_, seed) => seed + 1))("is dockerd's: seed %i", (seed) => {
			const dockerfile = randomDockerfile(new Chance(seed));
			return classic({ name: "", dockerfile });
		});
	});

	describe.skipIf(!hasOldDocker)("by BuildKit has the configuration and the files of dockerd's", () => {
		it.each(
			named(
				some(
					CASES.filter(({ query, buildkit }) => !query && buildkit !== false),
					5,
				),
			),
		)("%s", async (_, one) => {
			const context = await contextOf(one.dockerfile, one.files);
			const tag = `buildkit${++number}`;
			const theirs = spawnSync(OLD_DOCKER, ["-H", real.host, "build", "--network", "none", "-t", tag, "-"], {
				input: context,
				env: { ...process.env, DOCKER_BUILDKIT: "1", BUILDKIT_PROGRESS: "plain" },
				encoding: "utf8",
			});
			const ours = await our.client.upload("POST", `/build?version=2&networkmode=none&t=${tag}`, context);
			const failure = /"error":"(.*?)"\}\r?\n/.exec(ours.body)?.[1] ?? (ours.status === 200 ? "" : ours.body);
			expect(failure === "", `${failure}\n${theirs.stderr}`).toBe(theirs.status === 0);
			if (failure !== "") return;
			const seen = await Promise.all([our, real].map(({ client }) => look(client, tag)));
			const [mine, its] = seen.map(({ config, tree }) => ({ config, tree: withoutTimesOfDirectories(tree) }));
			expect(mine).toEqual(its);
		});
	});
});
