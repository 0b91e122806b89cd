// Builds the sandbox image: `npm run sandbox-image`. Into the daemon of DOCKER_HOST, or with --output FILE into a tar.

import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, renameSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { OuterDaemon } from "../../app/api/sandbox/outer/client";
import { sandboxImage } from "./image";

export { daemonAddress } from "../../app/api/sandbox/outer/address";
export { OuterDaemon } from "../../app/api/sandbox/outer/client";
export { listed } from "./image";

/** @param folders of the unpacked packages @param root the checkout */
export async function writeImage(root: string, folders: readonly string[], busybox: string, output: string): Promise<void> {
	const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean);
	const sources = { packages: folders, recipe: join(root, "deploy/sandbox"), registry: join(root, ".drydock/registry"), applets };
	await pipeline(sandboxImage(sources), createWriteStream(`${output}.part`));
	renameSync(`${output}.part`, output);
}

const FINGERPRINT = "drydock.fingerprint";

/** Gives the image to a daemon that has not got it yet; answers whether it did. */
export async function importImage(daemon: OuterDaemon, name: string, tar: string, fingerprint: string): Promise<boolean> {
	const there = await daemon
		.call<{ Config?: { Labels?: Record<string, string> | null } }>({ method: "GET", path: `/images/${name}/json` })
		.catch(() => undefined);
	if (there?.Config?.Labels?.[FINGERPRINT] === fingerprint) return false;
	const [repo, tag = "latest"] = name.split(":");
	const changes = [`LABEL ${FINGERPRINT}=${fingerprint}`, 'ENTRYPOINT ["/usr/lib/drydock/entry"]', "USER 1000:1000"];
	const query = new URLSearchParams([
		["fromSrc", "-"],
		["repo", repo!],
		["tag", tag],
		...changes.map((change) => ["changes", change]),
	]);
	const answer = await daemon.upload(`/images/create?${query}`, createReadStream(tar, { highWaterMark: 1 << 20 }));
	const failure = /"error":"([^"]*)"/.exec(answer);
	if (failure) throw new Error(`importing the sandbox image: ${failure[1]}`);
	return true;
}
