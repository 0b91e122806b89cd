// Every command with every option, with values good and bad, by the real docker command and by ours on one daemon: exit code, output, errors and
// the containers that come of it are the same. A short run takes a seeded sample, DRYDOCK_LONG=1 all of them.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineClient } from "../../support/engine-client";
import { busyboxFile } from "../commandlines/root";
import { busyboxTar } from "./busybox-root";
import { type Daemon, startOurDaemon } from "./our-daemon";
import { allCases, type Case, knownDifference } from "./sweep-cases";
import { attempt, ours, theirs } from "./sweep-run";

const long = process.env.DRYDOCK_LONG === "1";
const SAMPLE = 90;
const SEED = 29;

/** A generator of numbers between 0 and 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
function sample(cases: Case[], count: number): Case[] {
	const next = random(SEED);
	return Array.from({ length: count }, () => cases[Math.floor(next() * cases.length)]!);
}

const cases = allCases().filter((one) => !knownDifference(one));
const missing = spawnSync("docker", ["--version"], { stdio: "ignore" }).error !== undefined;
if (missing) console.warn("our docker command is not compared with the real one: there is no docker on this machine");

/** Of templates found by chance: what each says, its mistakes, and what was written before them. */
const TEMPLATES: ReadonlyArray<readonly string[]> = [
	["ps", "-as", "--format", '{{if eq .State "created"}}{{.Names | upper | printf "%-8s|"}}{{else}}-{{end}}{{.Labels.Nope}}'],
	["ps", "-as", "--format", "{{$x := .Mounts}}{{$y}}"],
	["ps", "-a", "--format", 'table {{slice .ID 0 1 | len}}\\t{{join (split .Names "-") ":"}}\\t{{pad .Image 1 2}}'],
	["images", "--format", '{{range $i, $p := split .Repository ""}}{{$i}}{{break}}{{end}}{{json .Tag}}'],
	["network", "ls", "--format", '{{with .Label "x"}}{{.}}{{else}}{{.Driver | title}}{{end}} {{len .Scope}}'],
	["volume", "ls", "--format", "{{.Name.x}}"],
	[
		"info",
		"--format",
		"{{.HTTPProxy}}|{{.CPUCfsQuota}}|{{.Swarm.Managers}}|{{.Swarm.Cluster}}|{{.ProductLicense}}|{{.ClientErrors}}",
	],
	["info", "--format", "{{.OSType}} {{range .Images}}{{.Nope}}{{end}}"],
	["info", "--format", "{{.Swarm.Cluster.ID}}"],
	["version", "--format", "{{.Server.Os}}{{.Client.Platform}} {{.Server.Nope}}"],
	["version", "--format", "{{.Server.Experimental}} {{.Client.Os}} {{json .Client.Platform}}"],
	["inspect", "ovs-a", "--format", "{{.HostConfig.NanoCPUs}} {{.HostConfig.CPUShares}} {{.HostConfig.DNS}} {{.ID | len}}"],
	["inspect", "ovs-a", "--format", '{{index .Config.Labels "nope"}}|{{.State.Health}}|{{.Config.Nope}}'],
	["inspect", "ovs-a", "--format", '{{.State.StartedAt}} {{.State.ExitCode | printf "%03d"}} {{not .State.Running}}'],
	["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway | html}}{{.Nope}}"],
	["context", "inspect", "--format", "{{range .TLSMaterial}}x{{end}}{{range $k, $v := .Endpoints}}{{$k}}{{end}}"],
];

describe.skipIf(missing)("our docker command and the real one", () => {
	let folder: string;
	let config: string;
	let daemon: Daemon;
	let client: EngineClient;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "drydock-sweep-"));
		config = join(folder, "config");
		const file = await busyboxFile();
		if (!file) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
		daemon = await startOurDaemon(folder);
		client = new EngineClient({ socketPath: daemon.host.slice("unix://".length) });
		const imported = await theirs(["import", busyboxTar(file), "busybox:latest"], daemon.host, config);
		if (imported.code !== 0) throw new Error(imported.err);
		await theirs(["create", "--name", "ovs-a", "busybox", "true"], daemon.host, config);
	}, 300_000);
	afterAll(async () => {
		client?.close();
		await daemon?.stop();
		if (folder) rmSync(folder, { recursive: true, force: true });
	});

	const chosen = long ? cases : sample(cases, SAMPLE);
	test(`answer ${chosen.length} command lines alike`, { timeout: long ? 3_600_000 : 300_000 }, async () => {
		const different: unknown[] = [];
		for (const one of chosen) {
			const said = [];
			for (const by of [theirs, ours]) {
				rmSync(config, { recursive: true, force: true });
				mkdirSync(config);
				said.push(await attempt(one, by, { host: daemon.host, config, client }));
			}
			if (JSON.stringify(said[0]) !== JSON.stringify(said[1]))
				different.push({ words: one.words, docker: said[0], ours: said[1] });
		}
		expect(different).toEqual([]);
	});

	test("read templates alike", { timeout: 300_000 }, async () => {
		const different: unknown[] = [];
		for (const words of TEMPLATES) {
			const one = { words: [...words], creates: false };
			const [docker, our] = [
				await attempt(one, theirs, { host: daemon.host, config, client }),
				await attempt(one, ours, { host: daemon.host, config, client }),
			];
			if (JSON.stringify(docker) !== JSON.stringify(our)) different.push({ words, docker, ours: our });
		}
		expect(different).toEqual([]);
	});
});
