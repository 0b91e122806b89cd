// docker build with BuildKit: the context goes to the daemon, BuildKit's status messages come back and are shown as buildx shows them.

import {
	CHECK_ID,
	type CheckResult,
	DESCRIPTION_ID,
	type Description,
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
import { authsHeader } from "../../client/auth";
import { describe } from "../../describe";
import { jsonMessages } from "../../stream/progress";
import { StatusError } from "../command";
import { type BuildCall, parseCall, printCheck, printDescription } from "./call";
import type { BuildContext } from "./context";
import { type Display, openDisplay } from "./display/display";
import { sourceExcerpt } from "./display/source";
import type { BuildOptions } from "./options";
import { type Destination, openDestination } from "./output";
import { buildQuery } from "./query";
import { secretHeader } from "./secrets";

interface Message {
	id?: string;
	aux?: unknown;
	error?: string;
	errorDetail?: { message?: string };
}
interface Result {
	id: string;
	config?: string;
	descriptor?: unknown;
	source?: SourceLines;
	check?: CheckResult;
	described?: Description;
}

interface Extras {
	annotations: string | undefined;
	secrets: Record<string, string>;
}
interface Following {
	call: BuildCall;
	more: Extras;
	destination: Destination;
	display: Display;
	result: Result;
}
const failed = (words: string): StatusError => new StatusError(1, `ERROR: failed to build: ${words}`);

/** @throws StatusError in buildx's words */
export async function buildWithBuildKit(cli: Cli, options: BuildOptions, context: BuildContext): Promise<void> {
	const call = options.check ? { ...parseCall(options.call), name: "check" as const } : parseCall(options.call);
	refuse(options);
	const more = await extras(cli, options);
	const destination = await openDestination(cli, options);
	const mode = options.quiet
		? "quiet"
		: cli.env.BUILDKIT_PROGRESS && options.progress === "auto"
			? cli.env.BUILDKIT_PROGRESS
			: options.progress;
	const display = shown(cli, mode);
	const result: Result = { id: "" };
	try {
		await follow(cli, options, context, { call, more, destination, display, result });
	} catch (error) {
		await display.end();
		const { source } = result;
		const excerpt = source && context.source ? sourceExcerpt(source.filename, context.source, source.start, source.end) : "";
		if (!options.quiet) await printWarnings(cli, display.trace.warnings, context.source);
		const words = describe(error).replace(/^Error response from daemon: /, "");
		throw new StatusError(1, `${excerpt}ERROR: failed to build: failed to solve: ${words}`);
	}
	await display.end();
	if (result.described) return printDescription(cli, call, result.described);
	if (call.name === "check") return printCheck(cli, call, result.check ?? { warnings: [] }, context);
	if (!options.quiet && mode !== "rawjson") await printWarnings(cli, display.trace.warnings, context.source);
	await destination.finish(result.id);
	if (options.quiet && result.id !== "") await cli.out.line(result.id);
	if (options.iidfile) await writeFile(cli.sys, options.iidfile, result.id);
	if (options["metadata-file"]) await writeFile(cli.sys, options["metadata-file"], metadata(options, result));
}

interface ImageAux {
	ID: string;
	Config?: string;
	Descriptor?: unknown;
}
const imageOf = ({ ID, Config, Descriptor }: ImageAux) => ({ id: ID, config: Config, descriptor: Descriptor });

/** What this builder does not do is said before it begins. */
function refuse(options: BuildOptions): void {
	if (options.ssh.length > 0) throw failed("--ssh needs a session with the builder, which this client does not have");
	const wanted = [
		...options.attest.filter((entry) => !/(?:^|,)disabled=true(?:,|$)/.test(entry)),
		...[options.provenance, options.sbom].filter((value) => !/^(|false|0|disabled=true)$/.test(value)),
	];
	if (wanted.length > 0) {
		throw failed("Attestations are not supported by the current BuildKit daemon");
	}
}

/** @throws StatusError for a mode that is none */
function shown(cli: Cli, mode: string): Display {
	try {
		return openDisplay(cli, mode, cli.contexts.current);
	} catch (error) {
		throw failed(describe(error));
	}
}

/** What goes along besides the query that both builders know. @throws StatusError */
async function extras(cli: Cli, options: BuildOptions): Promise<Extras> {
	try {
		const { annotation } = options;
		return {
			annotations: annotation.length > 0 ? JSON.stringify(annotations(annotation)) : undefined,
			secrets: await secretHeader(cli, options.secret),
		};
	} catch (error) {
		throw failed(describe(error));
	}
}

/** "key=value", "manifest:key=value". @throws Error in buildx's words */
function annotations(given: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		given.map((entry) => {
			const equals = entry.indexOf("=");
			if (equals < 0) throw new Error(`invalid annotation ${JSON.stringify(entry)}, expected key=value`);
			const colon = entry.slice(0, equals).indexOf(":");
			const type = colon < 0 ? "manifest" : entry.slice(0, colon);
			if (type.startsWith("index")) throw new Error("index annotations not supported for single platform export");
			if (!type.startsWith("manifest")) throw new Error(`unknown annotation type ${JSON.stringify(type)}`);
			return [entry.slice(colon + 1, equals), entry.slice(equals + 1)];
		}),
	);
}

async function follow(
	cli: Cli,
	options: BuildOptions,
	context: BuildContext,
	{ call, more, destination, display, result }: Following,
): Promise<void> {
	const { remote, contexts } = context;
	const query = {
		...buildQuery(cli, options, context.dockerfile),
		t: destination.names,
		q: false,
		remote,
		nocachefilter: options["no-cache-filter"].length > 0 ? JSON.stringify(options["no-cache-filter"]) : undefined,
		allow: options.allow.length > 0 ? JSON.stringify(options.allow) : undefined,
		contexts: contexts ? JSON.stringify(contexts) : undefined,
		outputs: destination.outputs,
		check: call.name === "check" || undefined,
		describe: call.name === "outline" || call.name === "targets" ? call.name : undefined,
		annotations: more.annotations,
		version: "2",
	};
	const answer = await cli.client.call("POST", "/build", {
		query,
		headers: {
			"content-type": "application/x-tar",
			...(await authsHeader(cli)),
			...more.secrets,
		},
		...(remote ? {} : { body: context.archive }),
	});
	for await (const { id, aux, error, errorDetail } of jsonMessages<Message>(answer.body)) {
		if (id === TRACE_ID) await display.update(decodeStatus(decodeBase64(aux as string)));
		else if (id === FILES_ID) await destination.write(decodeBase64(aux as string));
		else if (id === SOURCE_ID) result.source = aux as SourceLines;
		else if (id === DESCRIPTION_ID) result.described = aux as Description;
		else if (id === CHECK_ID) result.check = aux as CheckResult;
		else if (id === IMAGE_ID || (aux as { ID?: string } | undefined)?.ID) Object.assign(result, imageOf(aux as ImageAux));
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

function metadata(options: BuildOptions, { id, config, descriptor }: Result): string {
	const names = options.tag.map((tag) => formatReference(tagNameOnly(parseNormalized(tag))));
	const known = {
		...(config ? { "containerimage.config.digest": config } : {}),
		...(descriptor ? { "containerimage.descriptor": descriptor } : {}),
		"containerimage.digest": id,
		...(names.length > 0 ? { "image.name": names.join(",") } : {}),
	};
	return JSON.stringify(known, undefined, 2);
}
