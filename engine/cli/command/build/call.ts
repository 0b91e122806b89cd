// --call: what is asked of the builder instead of an image, and how its answer is printed. As buildx does it.

import type { CheckResult, Description } from "../../../api/build-status";
import { encodeBase64 } from "../../../lib/base64";
import { utf8 } from "../../../lib/bytes";
import type { Cli } from "../../cli";
import { readCsv } from "../../opts/csv";
import { StatusError } from "../command";
import type { BuildContext } from "./context";
import { sourceExcerpt } from "./display/source";

export interface BuildCall {
	name: "build" | "check" | "outline" | "targets";
	json: boolean;
	/** Findings are no failure. */
	ignoreStatus: boolean;
}

/** "check", "outline,format=json". @throws Error in buildx's words */
export function parseCall(text: string): BuildCall {
	const call: BuildCall = { name: "build", json: false, ignoreStatus: false };
	let name: string | undefined;
	for (const field of text === "" ? [] : readCsv(text)) {
		const [key, value] = field.split(/=(.*)/s, 2) as [string, string | undefined];
		if (value === undefined) {
			if (name !== undefined) throw new Error(`invalid print value: ${text}`);
			name = key;
		} else if (key === "format") call.json = value === "json";
		else if (key === "ignorestatus") call.ignoreStatus = /^(1|t|true)$/i.test(value);
		else throw new Error(`invalid print field: ${field}`);
	}
	if (name === undefined || name === "build") return call;
	if (name === "check" || name === "lint") return { ...call, name: "check" };
	if (name === "outline" || name === "targets") return { ...call, name };
	throw new Error(`ERROR: failed to build: failed to solve: unsupported subrequest ${JSON.stringify(`frontend.${name}`)}`);
}

export const printDescription = (cli: Cli, { json }: BuildCall, described: Description): Promise<void> =>
	json ? cli.out.line(described.json) : cli.out.write(described.text);

/** --check. @throws StatusError 1 where something was found */
export async function printCheck(cli: Cli, call: BuildCall, result: CheckResult, context: BuildContext): Promise<void> {
	const { source = "", dockerfile } = context;
	const filename = dockerfile.split("/").at(-1) || "Dockerfile";
	const warnings = [...result.warnings].sort((a, b) => a.start - b.start);
	const { error } = result;
	const failed = new StatusError(1, "");
	if (call.json) {
		await cli.out.line(checkJson(warnings, error, filename, source));
		if (!call.ignoreStatus && (error || warnings.length > 0)) throw failed;
		return;
	}
	if (warnings.length > 0) {
		const count = warnings.length === 1 ? "1 warning has" : `${warnings.length} warnings have`;
		await cli.out.line(`Check complete, ${count} been found!`);
	}
	for (const { rule, url, message, start, end } of warnings) {
		const excerpt = sourceExcerpt(filename, source, start, end);
		await cli.out.write(`\nWARNING: ${rule}${url ? ` - ${url}` : ""}\n${message}\n${excerpt}`);
	}
	if (error) {
		if (warnings.length > 0) await cli.out.line("");
		const excerpt = error.start ? sourceExcerpt(filename, source, error.start, error.end ?? error.start) : "";
		throw new StatusError(1, `ERROR: ${error.message}\n${excerpt}`.trimEnd());
	}
	if (warnings.length === 0) await cli.out.line("Check complete, no warnings found.");
	else if (!call.ignoreStatus) throw failed;
}

function checkJson(warnings: CheckResult["warnings"], error: CheckResult["error"], filename: string, source: string): string {
	const location = (start: number, end: number) => ({ ranges: [{ start: { line: start }, end: { line: end } }] });
	const found = {
		warnings: warnings.map(({ rule, description, url, message, start, end }) => ({
			ruleName: rule,
			description,
			...(url ? { url } : {}),
			detail: message,
			location: location(start, end),
		})),
		sources: [{ filename, language: "Dockerfile", data: encodeBase64(utf8(source)) }],
		...(error
			? { buildError: { message: error.message, location: location(error.start ?? 0, error.end ?? error.start ?? 0) } }
			: {}),
	};
	return JSON.stringify(found, undefined, 2);
}
