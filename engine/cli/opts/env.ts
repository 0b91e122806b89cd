// Environment variables and labels from options and files of lines.

import { text as decode, isUtf8 } from "../../lib/bytes";
import { isErrno } from "../../lib/files";
import type { Cli } from "../cli";

/** -e: a name must be there. @throws Error */
export function checkEnv(text: string): string {
	if (text === "" || text.startsWith("=")) throw new Error(`invalid environment variable: ${text}`);
	return text;
}
/** -l: a name without blanks in it; what the value is does not matter. @throws Error */
export function checkLabel(text: string): string {
	const name = text.split("=")[0]!.replace(/^[ \t]+/, "");
	if (name === "") throw new Error(`invalid label '${text}': empty name`);
	if (/[ \t]/.test(name)) throw new Error(`label '${name}' contains whitespaces`);
	return text;
}

const SYSCTLS = new Set(
	"kernel.msgmax kernel.msgmnb kernel.msgmni kernel.sem kernel.shmall kernel.shmmax kernel.shmmni kernel.shm_rmid_forced".split(
		" ",
	),
);
/** --sysctl: one of a container's own namespaces. @throws Error */
export function checkSysctl(text: string): string {
	const [name = "", value] = text.split("=", 2);
	if (value !== undefined && (SYSCTLS.has(name) || name.startsWith("net.") || name.startsWith("fs.mqueue."))) return text;
	throw new Error(`sysctl '${text}' is not allowed`);
}

/** A name without a value takes the client's own, where it has one. */
export const resolveEnv = (entries: readonly string[], environment: Readonly<Record<string, string>>): string[] =>
	entries.map((entry) => (entry.includes("=") || environment[entry] === undefined ? entry : `${entry}=${environment[entry]}`));

const LONGEST_LINE = 64 * 1024;

/**
 * Lines `name=value`, or `name` alone, which is left out where `lookup` knows nothing of it.
 * @throws Error worded as docker's, naming `path`
 */
export function parseLines(path: string, content: string, lookup?: (name: string) => string | undefined): string[] {
	const fail = (message: string): never => {
		throw new Error(`invalid env file (${path}): ${message}`);
	};
	const entries: string[] = [];
	for (const raw of content.replace(/^\ufeff/, "").split("\n")) {
		if (raw.length >= LONGEST_LINE) fail("bufio.Scanner: token too long");
		const line = raw.replace(/\r$/, "").trimStart();
		if (line === "" || line.startsWith("#")) continue;
		const equals = line.indexOf("=");
		const name = equals < 0 ? line : line.slice(0, equals);
		if (name === "") fail(`no variable name on line '${line}'`);
		if (/[ \t]/.test(name)) fail(`variable '${name}' contains whitespaces`);
		if (equals >= 0) entries.push(line);
		else if (lookup) {
			const value = lookup(name);
			if (value !== undefined) entries.push(`${name}=${value}`);
		}
	}
	return entries;
}

async function readLines(cli: Cli, path: string, lookup?: (name: string) => string | undefined): Promise<string[]> {
	let content: Uint8Array;
	try {
		content = await cli.readFile(path);
	} catch (error) {
		if (isErrno(error, "EISDIR")) throw new Error(`read ${path}: is a directory`);
		throw error;
	}
	checkUtf8(path, content);
	return parseLines(path, decode(content), lookup);
}

/** @throws Error that shows the first line that is no UTF-8 as numbers, as Go does */
function checkUtf8(path: string, content: Uint8Array): void {
	for (let line = 1, from = 0; from < content.length; line++) {
		const newline = content.indexOf(0x0a, from);
		const end = newline < 0 ? content.length : newline;
		const bytes = content.subarray(from, content[end - 1] === 0x0d && end > from ? end - 1 : end);
		if (!isUtf8(bytes)) throw new Error(`invalid env file (${path}): invalid utf8 bytes at line ${line}: [${bytes.join(" ")}]`);
		from = end + 1;
	}
}

/** --env-file and -e together; null when there are none, as the API has it. */
export async function readEnvironment(cli: Cli, files: readonly string[], entries: readonly string[]): Promise<string[] | null> {
	const all: string[] = [];
	for (const path of files) all.push(...(await readLines(cli, path, (name) => cli.env[name])));
	all.push(...resolveEnv(entries, cli.env));
	return all.length > 0 ? all : null;
}

/** --label-file and -l. */
export async function readLabels(
	cli: Cli,
	files: readonly string[],
	entries: readonly string[],
): Promise<Record<string, string>> {
	const all: string[] = [];
	for (const path of files) all.push(...(await readLines(cli, path)));
	return keyValues([...all, ...entries]);
}

/** name=value texts as a map; a name alone has the value "". */
export function keyValues(entries: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		entries.map((entry) => {
			const at = entry.indexOf("=");
			return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
		}),
	);
}
