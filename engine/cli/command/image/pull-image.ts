// Pulling by POST /images/create, for pull itself and for run and create where the image is missing.

import { familiarName, parseNormalized, tagNameOnly } from "../../../lib/reference";
import type { Cli, Output } from "../../cli";
import { authHeader } from "../../client/auth";
import { displayMessages } from "../../stream/progress";

export interface Pulling {
	quiet: boolean;
	platform: string;
}

/** As run and create do it: the progress goes to stderr. @throws DaemonError, Error */
export async function pullReference(cli: Cli, image: string, options: Pulling): Promise<void> {
	await post(cli, image, false, options, cli.err);
}

/** As docker pull does it. */
export async function pullTo(cli: Cli, image: string, all: boolean, options: Pulling): Promise<void> {
	await post(cli, image, all, options, cli.out);
}

async function post(cli: Cli, image: string, all: boolean, options: Pulling, out: Output): Promise<void> {
	const reference = all ? parseNormalized(image) : tagNameOnly(parseNormalized(image));
	const { body } = await cli.client.call("POST", "/images/create", {
		query: {
			fromImage: familiarName(reference),
			tag: all ? "" : (reference.digest ?? reference.tag ?? ""),
			platform: options.platform.toLowerCase(),
		},
		headers: await authHeader(cli, reference.domain),
	});
	const width = (await cli.windowSize(out.fd))?.cols;
	await displayMessages(body, out, { width, quiet: options.quiet });
}
