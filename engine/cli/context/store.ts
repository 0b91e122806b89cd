// Contexts on disk, as docker lays them out: CONFIG/contexts/meta/ID/meta.json and CONFIG/contexts/tls/ID/ENDPOINT/FILE, where ID
// is the SHA-256 of the name. "default" is none of these: it is made of DOCKER_HOST, -H and the options for TLS.

import { hex, utf8 } from "../../lib/bytes";
import { isErrno, makeDirectories, readFile, readText, removeTree, replaceFile, writeFile } from "../../lib/files";
import { parseWholeJson } from "../../lib/json-problem";
import { sha256 } from "../../lib/sha256";
import { bool, type Kind, map, struct, text } from "../../lib/unmarshal";
import { type Sys, SysError } from "../../sys";
import { describe } from "../describe";
import { naturalOrder } from "../format/natural";

export interface Endpoint {
	Host?: string;
	SkipTLSVerify: boolean;
}
export interface ContextMetadata {
	Name: string;
	/** Description, and whatever else somebody put there. */
	Metadata: Record<string, unknown>;
	Endpoints: Record<string, unknown>;
}
/** Endpoint → file name → content. */
export type TlsFiles = Record<string, Record<string, Uint8Array>>;

export class ContextNotFound extends Error {
	override readonly name = "ContextNotFound";
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;
export function checkContextName(name: string): void {
	if (name === "") throw new Error("context name cannot be empty");
	if (name === "default") throw new Error('"default" is a reserved context name');
	if (!NAME.test(name))
		throw new Error(`context name ${JSON.stringify(name)} is invalid, names are validated against regexp "${NAME.source}"`);
}

/** The docker endpoint of a context. @throws Error */
export function dockerEndpoint(meta: ContextMetadata): Endpoint {
	const endpoint = meta.Endpoints.docker as Partial<Endpoint> | undefined;
	if (!endpoint) throw new Error("cannot find docker endpoint in context");
	return { ...(endpoint.Host ? { Host: endpoint.Host } : {}), SkipTLSVerify: endpoint.SkipTLSVerify === true };
}

const anything: Kind = { type: "interface {}", decode: (value) => value };
const endpoint = struct("docker.EndpointMeta", { Host: text, SkipTLSVerify: bool });
const metadata = struct<Partial<ContextMetadata>>("store.untypedContextMetadata", {
	metadata: map(anything),
	endpoints: map(anything),
	name: text,
});

/** @throws Error worded as docker's */
export function parseContext(source: string): ContextMetadata {
	const found = metadata.decode(parseWholeJson(source), undefined) as Record<string, never>;
	const { name = "", metadata: Metadata = {}, endpoints: Endpoints = {} } = found;
	const { Description, docker } = { ...(Metadata as { Description?: unknown }), ...(Endpoints as { docker?: unknown }) };
	if (Description !== undefined) text.decode(Description, undefined);
	if (docker !== undefined && docker !== null) endpoint.decode(docker, undefined);
	return { Name: name, Metadata, Endpoints };
}

export class ContextStore {
	constructor(
		private readonly sys: Sys,
		/** CONFIG/contexts */
		private readonly root: string,
	) {}

	/** Where a context's two halves lie, whether or not there is one. */
	places(name: string): { MetadataPath: string; TLSPath: string } {
		const id = hex(sha256(utf8(name)));
		return { MetadataPath: `${this.root}/meta/${id}`, TLSPath: `${this.root}/tls/${id}` };
	}

	/** In natural order of their names. */
	async list(): Promise<ContextMetadata[]> {
		const found: ContextMetadata[] = [];
		for (const { name } of await this.entries(`${this.root}/meta`)) {
			const meta = await this.read(`${this.root}/meta/${name}/meta.json`).catch((error) => {
				if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
				throw new Error(`failed to read metadata: ${(error as Error).message}`);
			});
			if (meta) found.push(meta);
		}
		return found.sort((a, b) => naturalOrder(a.Name, b.Name));
	}

	/** @throws ContextNotFound, Error for a file that is no JSON */
	async get(name: string): Promise<ContextMetadata> {
		const path = `${this.places(name).MetadataPath}/meta.json`;
		try {
			return await this.read(path);
		} catch (error) {
			if (isErrno(error, "ENOENT", "ENOTDIR"))
				throw new ContextNotFound(`context ${JSON.stringify(name)}: context not found: open ${path}: no such file or directory`);
			if (error instanceof SysError) throw error;
			throw new Error(`context ${JSON.stringify(name)}: ${(error as Error).message}`);
		}
	}
	async has(name: string): Promise<boolean> {
		return this.get(name).then(
			() => true,
			(error: unknown) => {
				if (error instanceof ContextNotFound) return false;
				throw new Error(`error while getting existing contexts: ${(error as Error).message}`);
			},
		);
	}

	async save(meta: ContextMetadata): Promise<void> {
		const { MetadataPath } = this.places(meta.Name);
		await makeDirectories(this.sys, MetadataPath, 0o755);
		await replaceFile(this.sys, `${MetadataPath}/meta.json`, JSON.stringify(meta), 0o644);
	}

	async remove(name: string): Promise<void> {
		const { MetadataPath, TLSPath } = this.places(name);
		for (const path of [MetadataPath, TLSPath])
			await removeTree(this.sys, path).catch((error: unknown) => {
				throw new Error(`failed to remove context ${name}: failed to remove metadata: ${describe(error)}`);
			});
	}

	async tlsFiles(name: string): Promise<TlsFiles> {
		const found: TlsFiles = {};
		const { TLSPath } = this.places(name);
		for (const endpoint of await this.entries(TLSPath)) {
			const files: Record<string, Uint8Array> = {};
			for (const file of await this.entries(`${TLSPath}/${endpoint.name}`))
				files[file.name] = await readFile(this.sys, `${TLSPath}/${endpoint.name}/${file.name}`);
			found[endpoint.name] = files;
		}
		return found;
	}
	/** Replaces what was there. */
	async saveTls(name: string, files: TlsFiles): Promise<void> {
		const { TLSPath } = this.places(name);
		await removeTree(this.sys, TLSPath);
		for (const [endpoint, contents] of Object.entries(files)) {
			await makeDirectories(this.sys, `${TLSPath}/${endpoint}`, 0o700);
			for (const [file, content] of Object.entries(contents))
				await writeFile(this.sys, `${TLSPath}/${endpoint}/${file}`, content, 0o600);
		}
	}

	private async entries(path: string): Promise<Array<{ name: string }>> {
		const found = await this.sys.readdir(path).catch((error) => {
			if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
			throw error;
		});
		return [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
	}
	private async read(path: string): Promise<ContextMetadata> {
		const source = await readText(this.sys, path);
		try {
			return parseContext(source);
		} catch (error) {
			throw new Error(`parsing ${path}: ${(error as Error).message}`);
		}
	}
}
