// -o, --push, --load: where the result of a build goes. Without them, into the daemon's images.

import { makeDirectories, writeAll } from "../../../lib/files";
import { O } from "../../../lib/linux";
import { resolve } from "../../../lib/path";
import { familiarName, formatReference, parseNormalized, tagNameOnly } from "../../../lib/reference";
import type { Cli } from "../../cli";
import { authHeader } from "../../client/auth";
import { piece } from "../../client/objects";
import { readCsv } from "../../opts/csv";
import { extract } from "../../stream/archive";
import { jsonMessages } from "../../stream/progress";
import { StatusError } from "../command";
import type { BuildOptions } from "./options";

export interface Destination {
	/** The query's `outputs`, or undefined for an image. */
	outputs: string | undefined;
	/** What the image is called. */
	names: string[];
	/** A piece of the result's tar. */
	write(data: Uint8Array): Promise<void>;
	/** @param id of the image that was made */
	finish(id: string): Promise<void>;
}
interface Request {
	type: string;
	dest: string;
	/** Further key=value pairs. */
	attributes: ReadonlyMap<string, string>;
}

/** "dist", "-", "type=tar,dest=out.tar", "type=image,name=x,push=true". @throws Error in buildx's words */
export async function openDestination(cli: Cli, options: BuildOptions): Promise<Destination> {
	const { output, tag, push } = options;
	if (output.length > 1) throw new Error("multiple outputs not supported");
	const request =
		output.length === 0 ? { type: push ? "registry" : "docker", dest: "", attributes: new Map() } : parse(output[0]!);
	if (push && output.length > 0 && request.type !== "image" && request.type !== "registry") {
		throw failed(`push and ${JSON.stringify(output[0])} output can't be used together`);
	}
	const { type, dest, attributes } = request;
	const names = attributes.get("name")?.split(",") ?? [...tag];
	const outputs = JSON.stringify([{ Type: type, Attrs: {} }]);
	const image: Destination = { outputs: undefined, names, write: async () => {}, finish: async () => {} };
	switch (type) {
		case "image":
		case "registry":
			if (!push && type !== "registry" && attributes.get("push") !== "true") return image;
			if (names.length === 0) throw failed("tag is needed when pushing to registry");
			return { ...image, finish: () => pushAll(cli, names) };
		case "docker":
		case "oci":
			if (type === "docker" && dest === "") return image;
			return { ...image, finish: await archive(cli, type, dest, names) };
		case "cacheonly":
			return { ...image, outputs };
		case "tar":
			return { ...image, outputs, ...(await toFile(cli, type, dest)) };
		case "local":
			return { ...image, outputs, ...(await toDirectory(cli, dest)) };
	}
	throw failed(`failed to solve: exporter ${JSON.stringify(type)} could not be found`);
}
const failed = (words: string): StatusError => new StatusError(1, `ERROR: failed to build: ${words}`);

function parse(text: string): Request {
	const fields = readCsv(text);
	if (fields.length === 1 && fields[0] === text && !text.startsWith("type=")) {
		return { type: text === "-" ? "tar" : "local", dest: text, attributes: new Map() };
	}
	const attributes = new Map<string, string>();
	for (const field of fields) {
		const at = field.indexOf("=");
		if (at < 0) throw failed(`invalid value ${field}`);
		attributes.set(field.slice(0, at).trim().toLowerCase(), field.slice(at + 1));
	}
	const type = attributes.get("type") ?? "";
	if (type === "") throw failed("type is required for output");
	return { type, dest: attributes.get("dest") ?? "", attributes };
}

async function toFile(cli: Cli, type: string, dest: string): Promise<Pick<Destination, "write" | "finish">> {
	if (dest === "" || dest === "-") {
		if (cli.out.terminal) throw failed(`dest file is required for ${type} exporter. refusing to write to console`);
		return { write: (data) => cli.out.write(data), finish: async () => {} };
	}
	const fd = await cli.sys.open(dest, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
	return { write: (data) => writeAll(cli.sys, fd, data), finish: () => cli.sys.close(fd) };
}

async function toDirectory(cli: Cli, dest: string): Promise<Pick<Destination, "write" | "finish">> {
	if (dest === "") throw failed("dest is required for local exporter");
	if (dest === "-") throw failed("dest cannot be stdout for local exporter");
	const directory = resolve(await cli.sys.getcwd(), dest);
	await makeDirectories(cli.sys, directory);
	const pieces: Uint8Array[] = [];
	return {
		write: async (data) => void pieces.push(data),
		finish: () => extract(cli.sys, stream(pieces), directory),
	};
}
async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* pieces;
}

/** The image as `docker save` gives it: an OCI layout that is a Docker archive, too. */
async function archive(cli: Cli, type: string, dest: string, names: readonly string[]): Promise<Destination["finish"]> {
	const { write, finish } = await toFile(cli, type, dest);
	return async (id) => {
		const { body } = await cli.client.call("GET", "/images/get", { query: { names: names.length > 0 ? [...names] : [id] } });
		for await (const data of body) await write(data);
		await finish("");
	};
}

async function pushAll(cli: Cli, names: readonly string[]): Promise<void> {
	for (const name of names) {
		const reference = tagNameOnly(parseNormalized(name));
		const { body } = await cli.client.call("POST", `/images/${piece(familiarName(reference))}/push`, {
			query: { tag: reference.tag ?? "" },
			headers: await authHeader(cli, reference.domain),
		});
		for await (const { error } of jsonMessages<{ error?: string }>(body)) {
			if (error !== undefined) throw failed(`failed to solve: failed to push ${formatReference(reference)}: ${error}`);
		}
	}
}
