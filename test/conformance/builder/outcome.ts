// One build by one daemon through POST /build, and all that is to be seen of it.

import { createHash } from "node:crypto";
import { collect } from "../../../engine/lib/bytes";
import type { TarHeader } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import type { EngineClient } from "../../support/engine-client";

export interface Outcome {
	/** What the stream says, without what is another one at each build. */
	words: string;
	/** In a failed build's last message. */
	error?: string;
	code?: number;
	config: Record<string, unknown>;
	/** "created by", oldest first. */
	history: string[];
	/** Path → what is there. */
	tree: Record<string, string>;
}
interface Message {
	stream?: string;
	error?: string;
	errorDetail?: { code?: number; message?: string };
}

export async function outcomeOf(client: EngineClient, tag: string, context: Uint8Array, query: string): Promise<Outcome> {
	const { status, body } = await client.upload("POST", `/build?rm=1&forcerm=1&t=${tag}&${query}`, context);
	const nothing = { config: {}, history: [], tree: {} };
	if (status !== 200) return { words: "", error: normal(JSON.parse(body).message), ...nothing };
	const messages = body.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as Message]));
	const words = normal(messages.map(({ stream = "" }) => stream).join(""));
	const failed = messages.find(({ error }) => error !== undefined);
	if (failed) return { words, error: normal(failed.error!), code: failed.errorDetail?.code, ...nothing };
	return { words, ...(await look(client, tag)) };
}

export async function look(client: EngineClient, tag: string): Promise<Pick<Outcome, "config" | "history" | "tree">> {
	const { Config } = JSON.parse((await client.request("GET", `/images/${tag}/json`)).body) as { Config: Record<string, unknown> };
	const lines = JSON.parse((await client.request("GET", `/images/${tag}/history`)).body) as Array<{ CreatedBy: string }>;
	return {
		config: configOf(Config),
		history: lines.map(({ CreatedBy }) => normal(CreatedBy)).reverse(),
		tree: await treeOf(client, tag),
	};
}

/** What is said, and not what is as if it were not said. */
function configOf(config: Record<string, unknown>): Record<string, unknown> {
	const said = Object.entries(config).filter(([name, value]) => {
		if (["Image", "Hostname", "Domainname", "AttachStdin", "AttachStdout", "AttachStderr"].includes(name)) return false;
		return value && (typeof value !== "object" || Object.keys(value).length > 0);
	});
	return Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const ESC = "\x1b";
/** Ids, digests and places differ from build to build and from daemon to daemon; and Engine 29 words some things otherwise than 20.10. */
const NORMAL: ReadonlyArray<readonly [RegExp, string]> = [
	[/(file|dir|multi):[0-9a-f]{64}/g, "$1:<hash>"],
	[/sha256:[0-9a-f]{64}/g, "<digest>"],
	[/\b[0-9a-f]{12}\b/g, "<id>"],
	// what is red comes in one piece or in several
	[new RegExp(`${ESC}\\[0m${ESC}\\[91m`, "g"), ""],
	[/\/[^\s:]*\/overlay2\/[0-9a-z]+\/merged/g, ""],
	[/^Removing (intermediate container)/gm, " ---> Removed $1"],
	[/^(dockerfile parse error) line/, "$1 on line"],
	[/(--chown=\S+?)(file|dir|multi):/g, "$1 $2:"],
	[/^failed to create shim task:/, "failed to create task for container: failed to create shim task:"],
	[/Unknown flag: (\w+)/, "unknown flag: --$1"],
	[/^Invalid (containerPort|signal)/, "invalid $1"],
	[/(Empty continuation line found in:)\n {4}/, "$1 "],
	[/^failed to reach build target (\S+) in Dockerfile/, 'target stage "$1" could not be found'],
	[/(repository name) \(\S+\) (must be lowercase)/, "$1 $2"],
	// Go's %+v of the structure, and earlier its %q
	[/HEALTHCHECK &\{.*\}/, "HEALTHCHECK <structure>"],
];
const normal = (words: string): string => NORMAL.reduce((text, [pattern, by]) => text.replace(pattern, by), words);

/** Made by the daemon for each container. */
const OWN = /^(\.dockerenv|dev|proc|sys|etc\/(hosts|hostname|resolv\.conf|mtab))(\/|$)/;
/** What came with the context or the base image is older than this; in seconds since 1970. */
const RECENT = 1_300_000_000n;

async function treeOf(client: EngineClient, image: string): Promise<Record<string, string>> {
	const made = await client.request("POST", "/containers/create", { Image: image, Cmd: ["x"] });
	if (made.status !== 201) return { "": `no container: ${made.body}` };
	const { Id } = JSON.parse(made.body) as { Id: string };
	try {
		const tree: Record<string, string> = {};
		for await (const { header, body } of readTar([await client.download(`/containers/${Id}/export`)])) {
			const name = header.name.replace(/^\.?\//, "").replace(/\/$/, "");
			const content = header.type === "file" ? await collect(body) : undefined;
			if (name !== "" && !OWN.test(name)) tree[name] = describe(header, content);
		}
		return tree;
	} finally {
		await client.request("DELETE", `/containers/${Id}?force=1&v=1`);
	}
}
function describe({ type, mode, uid, gid, linkname, mtime }: TarHeader, content: Uint8Array | undefined): string {
	const digest = content ? createHash("sha256").update(content).digest("hex").slice(0, 12) : "";
	const seconds = mtime / 1_000_000_000n;
	const time = seconds > RECENT ? "now" : String(seconds);
	return [type, mode.toString(8), `${uid}:${gid}`, linkname, digest, time].filter((one) => one !== "").join(" ");
}
