// docker context create and update: what --docker says becomes an endpoint and the files of its TLS.

import { readFile } from "../../../lib/files";
import { parseGoUrl } from "../../../lib/go-url";
import { parseBool } from "../../../lib/parse-bool";
import type { Cli } from "../../cli";
import { type ContextMetadata, checkContextName, dockerEndpoint, type TlsFiles } from "../../context/store";
import { describe } from "../../describe";
import { pairs, string } from "../../flags/spec";
import { type Call, command, exactly } from "../command";
import { contextMetadata, describedContext } from "./lookup";

/** The files of --docker's keys, in the order in which they are read, and their names in the store. */
const TLS_KEYS = [
	["ca", "ca.pem"],
	["cert", "cert.pem"],
	["key", "key.pem"],
] as const;
const KEYS = ["from", "host", ...TLS_KEYS.map(([key]) => key), "skip-tls-verify"];

const KEYS_HELP = `Keys of --docker:

NAME                DESCRIPTION
from                Take the endpoint of another context
host                Address of the daemon
ca                  Authority whose certificates are trusted
cert                The client's certificate
key                 The client's key
skip-tls-verify     Leave the daemon's certificate unchecked
`;

interface Made {
	endpoint: unknown;
	tls: Record<string, Uint8Array>;
}
async function makeEndpoint(cli: Cli, given: ReadonlyMap<string, string>): Promise<Made> {
	const unknown = [...given.keys()].filter((key) => !KEYS.includes(key)).sort();
	if (unknown.length > 0) throw new Error(unknown.map((key) => `unrecognized config key: ${key}`).join("\n"));
	const from = given.get("from");
	if (from !== undefined) {
		const meta = await contextMetadata(cli, from);
		if (!meta.Endpoints.docker) throw new Error(`unable to get endpoint from context ${JSON.stringify(from)}`);
		return { endpoint: dockerEndpoint(meta), tls: {} };
	}
	const tls: Made["tls"] = {};
	for (const [key, file] of TLS_KEYS) {
		const path = given.get(key);
		if (path) tls[file] = await readFile(cli.sys, path);
	}
	const skip = given.get("skip-tls-verify");
	let SkipTLSVerify = false;
	if (skip !== undefined)
		try {
			SkipTLSVerify = parseBool(skip);
		} catch {
			throw new Error(`skip-tls-verify: parsing ${JSON.stringify(skip)}: invalid syntax`);
		}
	const host = given.get("host") ?? "";
	if (host !== "") checkHost(host);
	return { endpoint: { ...(host ? { Host: host } : {}), SkipTLSVerify }, tls };
}

/** The longest path that the address of a socket has room for. */
const SOCKET_PATH = 108;
/** docker's client takes any protocol; which of them lead somewhere shows when the context is used. */
function checkHost(host: string): void {
	const refuse = (why: string): never => {
		throw new Error(`unable to apply docker endpoint options: ${why}`);
	};
	const [, protocol, address = ""] = /^(.*?):\/\/(.+)$/s.exec(host) ?? [];
	if (protocol === undefined) refuse(`unable to parse docker host \`${host}\``);
	if (protocol === "unix" && address.length > SOCKET_PATH) refuse(`unix socket path ${JSON.stringify(address)} is too long`);
	if (protocol !== "tcp") return;
	try {
		parseGoUrl(host);
	} catch (error) {
		refuse(describe(error));
	}
}

const made = (cli: Cli, given: ReadonlyMap<string, string>): Promise<Made> =>
	makeEndpoint(cli, given).catch((error: unknown) => {
		const said = describe(error);
		throw new Error(`unable to create docker endpoint config: ${said}`);
	});

const CREATE_OPTIONS = {
	description: string("What the context is for"),
	docker: pairs("The docker endpoint, as KEY=VALUE pairs"),
	from: string("Context to begin with"),
};
export const create = command({
	name: "create",
	synopsis: "[OPTIONS] CONTEXT",
	summary: "Create a context",
	description: `Create a context

${KEYS_HELP}
Example:

$ docker context create far --description "the other machine" --docker "host=tcp://far.example:2375"
`,
	options: CREATE_OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof CREATE_OPTIONS>) => {
		const name = args[0]!;
		await checkNewName(cli, name);
		const { store, current } = cli.contexts;
		const { description, docker, from } = options;
		if (from !== "" || docker === undefined) {
			if (docker && docker.size > 0) throw new Error("cannot use --docker flag when --from is set");
			await copyContext(cli, from || current, name, description);
		} else {
			const { endpoint, tls } = await made(cli, docker);
			const meta: ContextMetadata = {
				Name: name,
				Metadata: description ? { Description: description } : {},
				Endpoints: { docker: endpoint },
			};
			await store.save(meta);
			await store.saveTls(name, Object.keys(tls).length > 0 ? { docker: tls } : {});
		}
		await cli.out.line(name);
		await cli.err.line(`Successfully created context ${JSON.stringify(name)}`);
	},
});

export async function checkNewName(cli: Cli, name: string): Promise<void> {
	checkContextName(name);
	if (await cli.contexts.store.has(name)) throw new Error(`context ${JSON.stringify(name)} already exists`);
}

async function copyContext(cli: Cli, from: string, name: string, description: string): Promise<void> {
	const meta = await describedContext(cli, from);
	const Metadata = description ? { ...meta.Metadata, Description: description } : meta.Metadata;
	const files: TlsFiles = from === "default" ? {} : await cli.contexts.store.tlsFiles(from);
	await cli.contexts.store.save({ ...meta, Name: name, Metadata });
	await cli.contexts.store.saveTls(name, files);
}

const UPDATE_OPTIONS = { description: CREATE_OPTIONS.description, docker: CREATE_OPTIONS.docker };
export const update = command({
	name: "update",
	synopsis: "[OPTIONS] CONTEXT",
	summary: "Update a context",
	description: `Update a context

${KEYS_HELP}
Example:

$ docker context update far --description "the machine in the cellar"
`,
	options: UPDATE_OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof UPDATE_OPTIONS>) => {
		const name = args[0]!;
		checkContextName(name);
		const { store } = cli.contexts;
		const meta = await store.get(name);
		if (options.description) meta.Metadata = { ...meta.Metadata, Description: options.description };
		if (options.docker) {
			const { endpoint, tls } = await made(cli, options.docker);
			meta.Endpoints = { ...meta.Endpoints, docker: endpoint };
			const { docker: _, ...others } = await store.tlsFiles(name);
			await store.saveTls(name, Object.keys(tls).length > 0 ? { ...others, docker: tls } : others);
		}
		await store.save(meta);
		await cli.out.line(name);
		await cli.err.line(`Successfully updated context ${JSON.stringify(name)}`);
	},
});
