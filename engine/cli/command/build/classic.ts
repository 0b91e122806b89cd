// docker build with the classic builder: its words come back as they are.

import { text, utf8 } from "../../../lib/bytes";
import { writeFile } from "../../../lib/files";
import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { Output } from "../../cli";
import { authsHeader } from "../../client/auth";
import { describe } from "../../describe";
import { displayMessages } from "../../stream/progress";
import { StatusError } from "../command";
import type { BuildContext } from "./context";
import type { BuildOptions } from "./options";
import { buildQuery } from "./query";

export async function buildClassic(cli: Cli, options: BuildOptions, context: BuildContext): Promise<void> {
	const remote = context.remote;
	let id = "";
	const answer = await cli.client.call("POST", "/build", {
		query: { ...buildQuery(cli, options, context.dockerfile), remote, version: "1" },
		headers: { "content-type": "application/x-tar", ...(await authsHeader(cli)) },
		...(remote ? {} : { body: announced(cli, context.archive, options.quiet) }),
	});
	const quietWords: Uint8Array[] = [];
	const out = options.quiet ? collecting(cli, quietWords) : cli.out;
	try {
		await displayMessages(answer.body, out, {
			width: (await cli.windowSize(1))?.cols,
			aux: (value) => {
				if (typeof value.ID === "string") id = value.ID;
			},
		});
	} catch (error) {
		const code = (error as { code?: number }).code;
		if (options.quiet) await cli.err.write(quietWords.map((piece) => text(piece)).join(""));
		throw new StatusError(code || 1, describe(error));
	}
	if (options.quiet) {
		const words = quietWords.map((piece) => text(piece)).join("");
		await cli.out.write(words);
		id ||= words.trim();
	}
	if (options.iidfile) {
		if (id === "") throw new Error(`server did not provide an image ID. Cannot write ${options.iidfile}`);
		await writeFile(cli.sys, options.iidfile, id);
	}
}

/** Bytes between two words about a context that is being sent. */
const STRIDE = 512 << 10;

/** Tells how much of the context has gone to the daemon: on a terminal again and again, elsewhere once. */
async function* announced(cli: Cli, archive: AsyncIterable<Uint8Array>, quiet: boolean): AsyncGenerator<Uint8Array> {
	let total = 0;
	let told = 0;
	let shown = "";
	const say = async (): Promise<void> => {
		const line = `Sending build context to Docker daemon ${humanSize(total).padStart(8)}\r`;
		if (quiet || line === shown) return;
		shown = line;
		await cli.out.write(line);
	};
	for await (const piece of archive) {
		total += piece.length;
		if (cli.out.terminal && total - told > STRIDE) {
			told = total;
			await say();
		}
		yield piece;
	}
	await say();
	if (!quiet) await cli.out.write("\r\n");
}

/** An output that keeps what is written. */
function collecting(cli: Cli, into: Uint8Array[]): Output {
	return new (class extends Output {
		override async write(data: string | Uint8Array): Promise<void> {
			into.push(typeof data === "string" ? utf8(data) : data);
		}
	})(cli.sys, 1, false);
}
