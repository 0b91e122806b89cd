// docker image prune and its filters: on the same images, what is left on our daemon is what a real dockerd leaves.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";
import { startMachine } from "../interactive/typist";

const missing =
	whyNoDocker() ?? (spawnSync("docker", ["--version"], { stdio: "ignore" }).error ? "there is no docker command" : undefined);
if (missing) console.warn(`docker image prune is not held beside a real daemon: ${missing}`);

/** Its label "me" names an image that has no other name. */
interface Made {
	name?: string;
	labels: string[];
}
const IMAGES: readonly Made[] = [
	{ name: "plain", labels: [] },
	{ name: "red", labels: ["colour=red"] },
	{ name: "blue", labels: ["colour=blue", "keep"] },
	{ name: "used", labels: ["colour=red"] },
	{ labels: [] },
	{ labels: ["colour=red"] },
	{ labels: ["colour=blue", "keep="] },
	{ labels: ["colour=", "keep=1"] },
];

const AS_THE_REAL_ONE = [
	"",
	"-a",
	"--filter dangling=true",
	"--filter dangling=1",
	"-a --filter label=colour",
	"--filter label=colour",
	"--filter label=colour=red",
	"-a --filter label=colour=red",
	"--filter label=colour=",
	"--filter label=COLOUR",
	"-a --filter label=colour --filter label=keep",
	"-a --filter label=colour=red --filter label=colour=blue",
	"--filter label!=keep",
	"-a --filter label!=keep",
	"-a --filter label=colour --filter label!=keep",
	"--filter until=1h",
	"-a --filter until=2010-01-01",
	"-a --filter until=2010-01-01T00:00:00Z",
	"-a --filter until=2099-01-01T00:00:00",
	"--filter until=4070908800 --filter label=colour",
	"-a --filter until=-1h",
	"--filter dangling=perhaps",
	"--filter until=tomorrow",
	"--filter reference=red",
	"--filter before=red",
	"--filter nonsense",
	"--filter label",
];

const all = IMAGES.map(({ name }, index) => name ?? `dangling ${index}`).sort();

/**
 * By Engine 29's sources: whether a label has another value is asked of images that have the label; and the client says dangling=true
 * where there is no -a, which no other dangling may go against.
 */
const AS_ENGINE_29: ReadonlyArray<[options: string, left: string[]]> = [
	["--filter label!=colour=red", ["dangling 4", "dangling 5", "plain", "red", "blue", "used"]],
	["-a --filter label!=colour=red", ["dangling 4", "dangling 5", "plain", "red", "used"]],
	["--filter dangling=false", all],
	["--filter dangling=true --filter dangling=false", all],
];

interface Side {
	/** With its standard error and, when it is not 0, its exit code. */
	docker(line: string): Promise<string>;
	import(changes: string, name: string): Promise<void>;
}

/** What there is by name, and which of the others. */
async function left(side: Side): Promise<string[]> {
	const ids = (await side.docker("images -q --no-trunc")).split("\n").filter(Boolean);
	if (ids.length === 0) return [];
	const format = '\'{{join .RepoTags ","}};{{index .Config.Labels "me"}}\'';
	const seen = (await side.docker(`image inspect -f ${format} ${[...new Set(ids)].join(" ")}`)).trim().split("\n");
	return seen.map((line) => {
		const [tag, me] = line.split(";");
		return tag ? tag.replace(":latest", "") : `dangling ${me}`;
	});
}

/** What is missing of the images, each a file that has nothing in common with another's. */
async function fill(side: Side): Promise<void> {
	const there = new Set(await left(side));
	for (const [index, { name, labels }] of IMAGES.entries()) {
		if (there.has(name ?? `dangling ${index}`)) continue;
		const changes = [`me=${index}`, ...labels].map((label) => `-c 'LABEL ${label.includes("=") ? label : `${label}=`}'`);
		await side.import(changes.join(" "), name ?? "");
	}
	if (!there.has("used")) await side.docker("create --name user used true");
}

describe.skipIf(missing)("docker image prune", { timeout: 120_000 }, () => {
	let host: Host;
	let daemon: RealDocker;
	let ours: Side;
	let real: Side;
	beforeAll(async () => {
		[host, daemon] = await Promise.all([startMachine(), startRealDocker()]);
		const make = "rm -rf made && mkdir made && echo $RANDOM$RANDOM$RANDOM$RANDOM > made/file && tar -c -C made . | docker";
		const inOurs = async (line: string): Promise<string> => {
			const { code, stdout, stderr } = await host.run(line, { timeoutMs: 60_000 });
			return `${stdout}${stderr}${code === 0 ? "" : `exit ${code}`}`;
		};
		const inReal = async (line: string): Promise<string> => {
			const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
				cwd: daemon.host.slice("unix://".length).replace(/\/[^/]*$/, ""),
				env: { ...process.env, DOCKER_HOST: daemon.host },
				encoding: "utf8",
			});
			return `${stdout}${stderr}${status === 0 ? "" : `exit ${status}`}`;
		};
		const side = (run: (line: string) => Promise<string>): Side => ({
			docker: (line) => run(`docker ${line}`),
			import: async (changes, name) => {
				expect(await run(`${make} import ${changes} - ${name}`)).toMatch(/^sha256:[0-9a-f]{64}\n$/);
			},
		});
		ours = side(inOurs);
		real = side(inReal);
	}, 60_000);
	afterAll(async () => {
		await Promise.all([host?.shutdown(), daemon?.stop()]);
	});

	it.each(AS_THE_REAL_ONE)("image prune -f %s", async (options) => {
		const seen: Array<{ left: string[]; failed: string | undefined }> = [];
		for (const side of [ours, real]) {
			await fill(side);
			expect((await left(side)).sort()).toEqual(all);
			const said = await side.docker(`image prune -f ${options}`);
			seen.push({ left: (await left(side)).sort(), failed: /exit \d+$/.exec(said)?.[0] });
		}
		expect(seen[0]).toEqual(seen[1]);
	});

	it.each(AS_ENGINE_29)("as Engine 29: image prune -f %s", async (options, expected) => {
		await fill(ours);
		await ours.docker(`image prune -f ${options}`);
		expect((await left(ours)).sort()).toEqual([...expected].sort());
	});
});
