// One command line with the real docker command and with ours, on one daemon: what each said, its exit code, and the container that came of it.

import { spawn } from "node:child_process";
import { docker } from "../../../engine/cli/main";
import { nodeFetch } from "../../../engine/host/node/fetch";
import { nodeSys } from "../../../engine/host/node/sys";
import type { Sys } from "../../../engine/sys";
import { silent } from "../../../engine/trace/event";
import type { EngineClient } from "../../support/engine-client";
import type { Case } from "./sweep-cases";

export interface Said {
	/** null: it did not end. */
	code: number | null;
	out: string;
	err: string;
	/** The container's settings, where one was made. */
	made?: string;
}
const PATIENCE_MS = 20_000;

const environment = (host: string, config: string): Record<string, string> => ({
	PATH: process.env.PATH ?? "",
	HOME: config,
	DOCKER_CONFIG: config,
	DOCKER_HOST: host,
	DOCKER_CLI_HINTS: "false",
	LC_ALL: "C.UTF-8",
	TZ: "UTC",
	NO_COLOR: "1",
});

export function theirs(words: readonly string[], host: string, config: string): Promise<Said> {
	return new Promise((done, fail) => {
		const child = spawn("docker", words, {
			env: environment(host, config) as NodeJS.ProcessEnv,
			stdio: ["ignore", "pipe", "pipe"],
			timeout: PATIENCE_MS,
		});
		let [out, err] = ["", ""];
		child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
		child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
		child.once("error", fail);
		child.once("close", (code) => done({ code, out, err }));
	});
}

/** In this process: a program of its own would take longer to begin than to run. */
export async function ours(words: readonly string[], host: string, config: string): Promise<Said> {
	const said: Record<number, string> = { 1: "", 2: "" };
	const sockets: number[] = [];
	const real = nodeSys();
	const sys: Sys = {
		...real,
		isatty: async () => false,
		sigaction: async () => {},
		read: async (fd, count) => (fd === 0 ? new Uint8Array(0) : real.read(fd, count)),
		async write(fd, bytes) {
			if (fd !== 1 && fd !== 2) return real.write(fd, bytes);
			said[fd] += Buffer.from(bytes).toString("utf8");
			return bytes.length;
		},
		async socket(family, type) {
			const fd = await real.socket(family, type);
			sockets.push(fd);
			return fd;
		},
	};
	const env = Object.entries(environment(host, config)).map(([name, value]) => `${name}=${value}`);
	let late: NodeJS.Timeout | undefined;
	const patience = new Promise<null>((done) => {
		late = setTimeout(() => done(null), PATIENCE_MS);
	});
	const code = await Promise.race([docker({ trace: silent, fetch: nodeFetch() })(sys, ["docker", ...words], env), patience]);
	clearTimeout(late);
	for (const fd of sockets) await real.close(fd).catch(() => {});
	return { code, out: said[1]!, err: said[2]! };
}

/** Runs it, looks at what came of it, and takes that away again. */
export async function attempt(
	{ words, creates }: Case,
	by: (words: readonly string[], host: string, config: string) => Promise<Said>,
	{ host, config, client }: { host: string; config: string; client: EngineClient },
): Promise<Said> {
	const said = await by(words, host, config);
	let made: string | undefined;
	if (creates) {
		const answer = await client.request("GET", "/containers/ovs-n/json");
		if (answer.status === 200) made = settings(answer.body);
		await client.request("DELETE", "/containers/ovs-n?force=1&v=1");
	}
	return { ...said, out: normal(said.out, config), err: normal(said.err, config), ...(made ? { made } : {}) };
}

function settings(body: string): string {
	const { Config, HostConfig, NetworkSettings, Mounts, Platform } = JSON.parse(body);
	return normal(JSON.stringify({ Config, HostConfig, Networks: NetworkSettings.Networks, Mounts, Platform }), "");
}

/** What may differ between two runs of one command, or between docker 28 and 29 in every line. */
function normal(text: string, config: string): string {
	const ids = new Map<string, number>();
	return (config ? text.replaceAll(config, "<CONFIG>") : text)
		.replace(/\b[0-9a-f]{64}\b|(?<![0-9a-z._-])[0-9a-f]{12}(?![0-9a-z_])/g, (id) => {
			if (!ids.has(id.slice(0, 12))) ids.set(id.slice(0, 12), ids.size + 1);
			return `<ID ${ids.get(id.slice(0, 12))}>`;
		})
		.replace(/(Less than a second|About an? (minute|hour)|\d+ (second|minute|hour)s?)/g, "<DURATION>")
		.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)/g, "<TIME>")
		.replace(/\b(29\.0\.0|28\.2\.2|drydock|e6534b4|1\.5[02])\b/g, "<VERSION>")
		.replace(/"MacAddress":"[0-9a-f:]+"/g, '"MacAddress":"<MAC>"')
		.replace(/ {2,}/g, "  ");
}
