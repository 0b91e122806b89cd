// docker context export and import: a tar archive, or a zip that somebody else has made, with meta.json and tls/ENDPOINT/FILE.

import { collect, text, utf8 } from "../../../lib/bytes";
import { readAll, readFile, writeAll } from "../../../lib/files";
import { O } from "../../../lib/linux";
import { header } from "../../../lib/tar/header";
import { readTar } from "../../../lib/tar/read";
import { type SourceEntry, writeTar } from "../../../lib/tar/write";
import { isZip, readZip } from "../../../lib/zip";
import type { Cli } from "../../cli";
import { type ContextMetadata, checkContextName, parseContext, type TlsFiles } from "../../context/store";
import { between, command, exactly } from "../command";
import { contextMetadata } from "./lookup";
import { checkNewName } from "./make";

/** More than a context can sensibly have. */
const LIMIT = 10 << 20;

const file = (name: string, content: Uint8Array, mode: number): SourceEntry => ({
	header: header({ name, type: "file", mode, size: content.length }),
	body: [content],
});
const directory = (name: string): SourceEntry => ({ header: header({ name, type: "directory", mode: 0o700 }) });

async function archive(cli: Cli, name: string): Promise<Uint8Array> {
	const meta = await contextMetadata(cli, name);
	const entries = [file("meta.json", utf8(JSON.stringify(meta)), 0o644), directory("tls")];
	for (const [endpoint, files] of Object.entries(await cli.contexts.store.tlsFiles(name))) {
		entries.push(directory(`tls/${endpoint}`));
		for (const [one, content] of Object.entries(files)) entries.push(file(`tls/${endpoint}/${one}`, content, 0o600));
	}
	return collect(writeTar(entries));
}

export const exportContext = command({
	name: "export",
	synopsis: "[OPTIONS] CONTEXT [FILE|-]",
	summary: "Export a context to a tar archive FILE or a tar stream on STDOUT",
	args: between(1, 2),
	run: async ({ cli, args }) => {
		const [name, place = `${name}.dockercontext`] = args as [string, string?];
		if (name !== "default") checkContextName(name);
		if (place === "-") {
			if (cli.out.terminal) throw new Error("cowardly refusing to export to a terminal, specify a file path");
			return cli.out.write(await archive(cli, name));
		}
		const fd = await cli.sys.open(place, O.RDWR | O.CREAT | O.EXCL | O.CLOEXEC, 0o600);
		try {
			await writeAll(cli.sys, fd, await archive(cli, name));
		} finally {
			await cli.sys.close(fd);
		}
		await cli.err.line(`Written file ${JSON.stringify(place)}`);
	},
});

export const importContext = command({
	name: "import",
	synopsis: "CONTEXT FILE|-",
	summary: "Import a context from a tar or zip file",
	args: exactly(2),
	run: async ({ cli, args }) => {
		const [name, place] = args as [string, string];
		await checkNewName(cli, name);
		const bytes = place === "-" ? await readAll(cli.sys, 0) : await readFile(cli.sys, place);
		if (bytes.length > LIMIT) throw new Error("read exceeds the defined limit");
		const { meta, tls } = await unpack(bytes);
		await cli.contexts.store.save({ ...meta, Name: name });
		await cli.contexts.store.saveTls(name, tls);
		await cli.out.line(name);
		await cli.err.line(`Successfully imported context ${JSON.stringify(name)}`);
	},
});

interface Packed {
	name: string;
	size: number;
	read: () => Uint8Array | Promise<Uint8Array>;
}
async function* filesOf(bytes: Uint8Array): AsyncGenerator<Packed> {
	if (isZip(bytes)) return yield* readZip(bytes);
	for await (const { header: head, body } of readTar([bytes]))
		if (head.type === "file") yield { name: head.name, size: head.size, read: () => collect(body) };
}

async function unpack(bytes: Uint8Array): Promise<{ meta: ContextMetadata; tls: TlsFiles }> {
	const tls: TlsFiles = {};
	let meta: ContextMetadata | undefined;
	for await (const { name, size, read } of filesOf(bytes)) {
		checkPath(name);
		if (size > LIMIT) throw new Error("read exceeds the defined limit");
		const content = await read();
		if (name === "meta.json") {
			meta = parseContext(text(content));
			continue;
		}
		const [, endpoint, ...rest] = name.split("/");
		if (!endpoint || rest.length === 0) throw new Error("archive format is invalid");
		tls[endpoint] = { ...tls[endpoint], [rest.join("/")]: content };
	}
	if (!meta) throw new Error("invalid context: no metadata found");
	return { meta, tls };
}

function checkPath(path: string): void {
	const wrong =
		path !== "meta.json" && !path.startsWith("tls/")
			? "unexpected context file"
			: path.split("/").some((part) => part === "" || part === "." || part === "..")
				? "unexpected path format"
				: path.includes("\\")
					? "unexpected '\\' in path"
					: undefined;
	if (wrong) throw new Error(`${path}: ${wrong}`);
}
