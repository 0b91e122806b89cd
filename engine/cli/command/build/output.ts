// -o: where the result of a build goes. Without it, into the daemon's images.

import { makeDirectories, writeAll } from "../../../lib/files";
import { O } from "../../../lib/linux";
import { resolve } from "../../../lib/path";
import type { Cli } from "../../cli";
import { readCsv } from "../../opts/csv";
import { extract } from "../../stream/archive";

export interface Destination {
	/** The query's `outputs`, or undefined for an image. */
	outputs: string | undefined;
	/** A piece of the result's tar. */
	write(data: Uint8Array): Promise<void>;
	finish(): Promise<void>;
}

const IMAGE: Destination = { outputs: undefined, write: async () => {}, finish: async () => {} };

/** "dist", "-", "type=tar,dest=out.tar", "type=local,dest=dist", "type=image", "type=cacheonly". @throws Error */
export async function openDestination(cli: Cli, given: readonly string[]): Promise<Destination> {
	if (given.length === 0) return IMAGE;
	if (given.length > 1) throw new Error("multiple outputs not supported");
	const fields = readCsv(given[0]!);
	const attributes = new Map(
		fields.map((field) => {
			const at = field.indexOf("=");
			return at < 0 ? (["", field] as const) : ([field.slice(0, at).toLowerCase(), field.slice(at + 1)] as const);
		}),
	);
	const bare = attributes.get("");
	const type = attributes.get("type") ?? (bare === "-" ? "tar" : bare === undefined ? "" : "local");
	const dest = attributes.get("dest") ?? bare ?? "";
	if (type === "") throw new Error("type is required for output");
	if (type === "image" || type === "docker") return IMAGE;
	const outputs = JSON.stringify([{ Type: type, Attrs: {} }]);
	if (type === "cacheonly") return { ...IMAGE, outputs };
	if (type === "tar") return toFile(cli, outputs, dest);
	if (type === "local") return toDirectory(cli, outputs, dest);
	throw new Error(`output type ${JSON.stringify(type)} is not supported by this builder: use image, local, tar or cacheonly`);
}

async function toFile(cli: Cli, outputs: string, dest: string): Promise<Destination> {
	if (dest === "" || dest === "-") {
		if (cli.out.terminal) throw new Error("dest file is required for tar exporter. refusing to write to console");
		return { outputs, write: (data) => cli.out.write(data), finish: async () => {} };
	}
	const fd = await cli.sys.open(dest, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
	return { outputs, write: (data) => writeAll(cli.sys, fd, data), finish: () => cli.sys.close(fd) };
}

async function toDirectory(cli: Cli, outputs: string, dest: string): Promise<Destination> {
	if (dest === "") throw new Error("dest is required for local exporter");
	if (dest === "-") throw new Error("dest cannot be stdout for local exporter");
	const directory = resolve(await cli.sys.getcwd(), dest);
	await makeDirectories(cli.sys, directory);
	const pieces: Uint8Array[] = [];
	return {
		outputs,
		write: async (data) => void pieces.push(data),
		finish: () => extract(cli.sys, stream(pieces), directory),
	};
}
async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* pieces;
}
