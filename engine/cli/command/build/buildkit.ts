// docker build with BuildKit: the context goes to the daemon, BuildKit's status messages come back and are shown as buildx shows them.

import {
	CHECK_ID,
	type CheckResult,
	decodeStatus,
	FILES_ID,
	IMAGE_ID,
	SOURCE_ID,
	type SourceLines,
	type StatusWarning,
	TRACE_ID,
} from "../../../api/build-status";
import { decodeBase64 } from "../../../lib/base64";
import { writeFile } from "../../../lib/files";
import { formatReference, parseNormalized, tagNameOnly } from "../../../lib/reference";
import type { Cli } from "../../cli";
import { encodeAuth } from "../../client/auth";
import { allLogins } from "../../credentials/store";
import { describe } from "../../describe";
import { jsonMessages } from "../../stream/progress";
import { StatusError } from "../command";
import type { BuildContext } from "./context";
import { type Display, openDisplay } from "./display/display";
import { sourceExcerpt } from "./display/source";
import type { BuildOptions } from "./options";
import { type Destination, openDestination } from "./output";
import { buildQuery } from "./query";

interface Message {
	id?: string;
	aux?: unknown;
	error?: string;
	errorDetail?: { message?: string };
}
interface Result {
	id: string;
	source?: SourceLines;
	check?: CheckResult;
}

/** @throws StatusError in buildx's words */
export async function buildWithBuildKit(cli: Cli, options: BuildOptions, context: BuildContext): Promise<void> {
	const check = options.check || options.call === "check" || options.call === "lint";
	if (!check && options.call !== "build" && options.call !== "") throw new Error(`unknown call ${JSON.stringify(options.call)}`);
	for (const name of ["secret", "ssh"] as const) {
		if (options[name].length > 0) throw new Error(`--${name} needs a session with the builder, which this client does not have`);
	}
	const destination = await openDestination(cli, options.output);
	const mode = options.quiet
		? "quiet"
		: cli.env.BUILDKIT_PROGRESS && options.progress === "auto"
			? cli.env.BUILDKIT_PROGRESS
			: options.progress;
	const display = openDisplay(cli, mode, cli.contexts.current);
	const result: Result = { id: "" };
	try {
		await follow(cli, options, context, { check, destination, display, result });
	} catch (error) {
		await display.end();
		const { source } = result;
		const excerpt = source && context.source ? sourceExcerpt(source.filename, context.source, source.start, source.end) : "";
		if (options.quiet) throw new StatusError(1, `${excerpt}ERROR: failed to build: failed to solve: ${describe(error)}`);
		await printWarnings(cli, display.trace.warnings, context.source);
		throw new StatusError(1, `${excerpt}ERROR: failed to build: failed to solve: ${describe(error)}`);
	}
	await display.end();
	if (check) return report(cli, result.check ?? { warnings: [] }, context);
	if (!options.quiet && mode !== "rawjson") await printWarnings(cli, display.trace.warnings, context.source);
	await destination.finish();
	if (options.quiet && result.id !== "") await cli.out.line(result.id);
	if (options.iidfile) await writeFile(cli.sys, options.iidfile, result.id);
	if (options["metadata-file"]) await writeFile(cli.sys, options["metadata-file"], metadata(options, result));
}

async function follow(
	cli: Cli,
	options: BuildOptions,
	context: BuildContext,
	{ check, destination, display, result }: { check: boolean; destination: Destination; display: Display; result: Result },
): Promise<void> {
	const { remote, contexts } = context;
	const query = {
		...buildQuery(cli, options, context.dockerfile),
		q: false,
		remote,
		nocachefilter: options["no-cache-filter"].length > 0 ? JSON.stringify(options["no-cache-filter"]) : undefined,
		allow: options.allow.length > 0 ? JSON.stringify(options.allow) : undefined,
		contexts: contexts ? JSON.stringify(contexts) : undefined,
		outputs: destination.outputs,
		check: check || undefined,
		version: "2",
	};
	const answer = await cli.client.call("POST", "/build", {
		query,
		headers: { "content-type": "application/x-tar", "x-registry-config": encodeAuth(await allLogins(cli)) },
		...(remote ? {} : { body: context.archive }),
	});
	for await (const { id, aux, error, errorDetail } of jsonMessages<Message>(answer.body)) {
		if (id === TRACE_ID) await display.update(decodeStatus(decodeBase64(aux as string)));
		else if (id === FILES_ID) await destination.write(decodeBase64(aux as string));
		else if (id === SOURCE_ID) result.source = aux as SourceLines;
		else if (id === CHECK_ID) result.check = aux as CheckResult;
		else if (id === IMAGE_ID || (aux as { ID?: string } | undefined)?.ID) result.id = (aux as { ID: string }).ID;
		const failure = errorDetail?.message ?? error;
		if (failure !== undefined) throw new Error(failure);
	}
}

const YELLOW = "\x1b[33m";
const RESET = "\x1b[0m";
async function printWarnings(cli: Cli, warnings: readonly StatusWarning[], source: string | undefined): Promise<void> {
	if (warnings.length === 0) return;
	const expand = cli.debug ? "" : " (use docker --debug to expand)";
	const count = warnings.length === 1 ? "1 warning found" : `${warnings.length} warnings found`;
	let out = `\n ${YELLOW}${count}${expand}:\n${RESET}`;
	for (const { short, detail, url, filename, start, end } of warnings) {
		out += ` - ${short}\n`;
		if (!cli.debug) continue;
		out += detail.map((line) => `${line}\n`).join("");
		if (url) out += `More info: ${url}\n`;
		if (source) out += sourceExcerpt(filename, source, start, end);
		out += "\n";
	}
	await cli.err.write(out);
}

/** --check */
async function report(cli: Cli, { warnings, error }: CheckResult, { source = "", dockerfile }: BuildContext): Promise<void> {
	const filename = dockerfile.split("/").at(-1) || "Dockerfile";
	const sorted = [...warnings].sort((a, b) => a.start - b.start);
	for (const { rule, url, message, start, end } of sorted) {
		await cli.out.write(
			`\nWARNING: ${rule}${url ? ` - ${url}` : ""}\n${message}\n${sourceExcerpt(filename, source, start, end)}`,
		);
	}
	if (error) {
		const excerpt = error.start ? sourceExcerpt(filename, source, error.start, error.end ?? error.start) : "";
		throw new StatusError(1, `${excerpt}ERROR: failed to build: failed to solve: ${error.message}`);
	}
	if (warnings.length === 0) return cli.out.line("Check complete, no warnings found.");
	const count = warnings.length === 1 ? "1 warning has" : `${warnings.length} warnings have`;
	await cli.out.line(`\nCheck complete, ${count} been found!`);
	throw new StatusError(1, "");
}

function metadata(options: BuildOptions, { id }: Result): string {
	const names = options.tag.map((tag) => formatReference(tagNameOnly(parseNormalized(tag))));
	const known = {
		"containerimage.digest": id,
		...(names.length > 0 ? { "image.name": names.join(",") } : {}),
	};
	return JSON.stringify(known, undefined, 2);
}
