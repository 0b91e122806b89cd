// The site's images in containers of ours and of a real dockerd, which pulls them from our registry: the same lines, the same output.

import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { serveRegistry } from "../../engine/registry/node-files";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";
import { startMachine } from "../interactive/typist";
import { lines, loose } from "./lines";

const registryFolder = fileURLToPath(new URL("../../../.drydock/registry", import.meta.url));
const missing =
	whyNoDocker() ?? (spawnSync("docker", ["--version"], { stdio: "ignore" }).error ? "there is no docker command" : undefined);
if (missing) console.warn(`the images are not compared with a real daemon: ${missing}`);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Runs the lines one by one; what each says stands between two marks. */
const script = (shell: string, all: string[]): string =>
	all.map((line, at) => `echo "=== ${at}"; ${shell} -c ${quoted(line)} < /dev/null 2>&1; echo "[$?]"`).join("\n");
const answers = (output: string, all: string[]): Record<string, string> => {
	const parts = output.split(/^=== \d+\n/m).slice(1);
	return Object.fromEntries(all.map((line, at) => [line, parts[at] ?? "(nothing: the container ended before)"]));
};

describe.skipIf(missing)("the site's images", () => {
	let host: Host;
	let real: RealDocker;
	let registry: Awaited<ReturnType<typeof serveRegistry>>;
	beforeAll(async () => {
		registry = await serveRegistry(registryFolder, { readOnly: true, libraryNames: true });
		[host, real] = await Promise.all([startMachine(), startRealDocker()]);
	}, 60_000);
	afterAll(async () => {
		await Promise.all([host?.shutdown(), real?.stop(), registry?.close()]);
	});

	const theirs = (...args: string[]): Promise<string> =>
		new Promise((resolve, reject) =>
			execFile("docker", ["-H", real.host, ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
				error ? reject(new Error(`docker ${args.slice(0, 3).join(" ")} …: ${error.message}\n${stderr}`)) : resolve(stdout),
			),
		);
	const ours = async (command: string): Promise<string> => {
		const { code, stdout, stderr } = await host.run(command, { timeoutMs: 300_000 });
		if (code !== 0) throw new Error(`${command.slice(0, 60)} …: ${code}: ${stderr}`);
		return stdout;
	};

	for (const [name, { shell, lines: all }] of Object.entries(lines)) {
		it(`${name}: ${all.length} lines`, { timeout: 400_000 }, async () => {
			expect(existsSync(registryFolder)).toBe(true);
			const full = `${registry.host}/${name}`;
			const text = script(shell, all);
			// an entrypoint of the image's own is not asked; the lines call it where it is meant
			const run = ["run", "--rm", "--network", "none", "--entrypoint", shell];
			const [seen, real] = await Promise.all([
				ours(`docker pull -q ${name} > /dev/null && docker ${run.join(" ")} ${name} -c ${quoted(text)}`),
				theirs("pull", "-q", full).then(() => theirs(...run, full, "-c", text)),
			]);
			expect(answers(seen, all)).toEqual(answers(real, all));
		});
	}

	it("have what their programs need", { timeout: 120_000 }, async () => {
		for (const [name, { shell }] of Object.entries(lines)) {
			if (shell !== "bash") continue;
			const run = ["run", "--rm", "--network", "none", "--entrypoint", shell, `${registry.host}/${name}`, "-c", loose];
			expect(await theirs(...run), name).toBe("");
		}
	});

	it("say the same of themselves on both sides", { timeout: 200_000 }, async () => {
		const format = "{{json .Config.Labels}} {{json .Config.Cmd}} {{json .Config.Env}} {{json .RootFS.Layers}} {{.Created}}";
		for (const name of Object.keys(lines)) {
			await Promise.all([ours(`docker pull -q ${name}`), theirs("pull", "-q", `${registry.host}/${name}`)]);
			const seen = await ours(`docker image inspect -f ${quoted(format)} ${name}`);
			expect(seen, name).toBe(await theirs("image", "inspect", "-f", format, `${registry.host}/${name}`));
			const history = (text: string): string[] => text.trim().split("\n");
			const columns = "{{.CreatedBy}}";
			expect(history(await ours(`docker history --no-trunc --format ${quoted(columns)} ${name}`)), name).toEqual(
				history(await theirs("history", "--no-trunc", "--format", columns, `${registry.host}/${name}`)),
			);
		}
	});
});
