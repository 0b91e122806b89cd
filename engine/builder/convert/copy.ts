// COPY and ADD: what is copied, from where to where.

import { utf8 } from "../../lib/bytes";
import { digestProblem } from "../../lib/digest";
import { invalidParameter, notImplemented } from "../../lib/errors";
import { clean, join } from "../../lib/path";
import { MemoryContext } from "../context/memory";
import { hasWildcards } from "../context/select";
import { filterOf } from "../context/walk";
import { chomped } from "../dockerfile/heredoc";
import type { Command } from "../dockerfile/instructions";
import { addHistory } from "../export/image";
import { processWord } from "../shell/lex";
import { type CopyItem, CopyOp, checkMode } from "../solve/file";
import { HttpSource, InlineSource, OpSource, type Source } from "../solve/sources";
import { expand, expanded, inWorkdir, type Step, shownCommand } from "./words";

type Copy = Extract<Command, { name: "ADD" | "COPY" }>;

export const isHttp = (name: string): boolean => /^https?:\/\//.test(name) && !isGit(name);
export const isGit = (name: string): boolean =>
	/^(git|ssh):\/\//.test(name) ||
	/^git@/.test(name) ||
	/^https?:\/\/[^#?]*\.git([#?].*)?$/.test(name) ||
	/^github\.com\//.test(name);

export function dispatchCopy(step: Step<Copy>): void {
	const { state, command, conversion, prepared } = step;
	const { solver } = conversion;
	const chown = expand(step, command.chown);
	const chmod = expand(step, command.chmod);
	const sources = command.sources.map((one) => expand(step, one));
	const written = expand(step, command.dest);
	const exclude = command.exclude.map((one) => expand(step, one));
	const checksum = expand(step, command.checksum);
	checkMode(chmod);
	checkChecksum(command, sources, checksum);
	const [from] = prepared.sources;
	if (from && !from.dispatched) {
		const [there, here] = [JSON.stringify(command.from), JSON.stringify(state.name)];
		throw invalidParameter(`cannot copy from stage ${there}, it needs to be defined before current stage ${here}`);
	}
	const name = state.prefix(prepared.onBuild) + shownCommand(step);
	const tree: Source = from ? new OpSource(solver, from.op) : conversion.context;
	const items: CopyItem[] = sources.map((source): CopyItem => {
		if (isGit(source)) throw gitRefused(command.name, source);
		if (isHttp(source)) {
			if (command.name === "COPY") throw invalidParameter("source can't be a URL for COPY");
			return httpItem(step, name, source, checksum);
		}
		if (!from) checkIgnored(step, source);
		const unpack = command.unpack ?? command.name === "ADD";
		if (command.parents) return parentsItem(tree, source, exclude, unpack);
		return { source: tree, path: clean(`/${source}`), filter: filterOf([], exclude), patterns: exclude, unpack };
	});
	items.push(...heredocItems(step));
	const inputs = [...new Set([state.op.vertex, ...items.map(({ source }) => source.vertex)])];
	const vertex = solver.progress.vertex(
		name,
		inputs.filter((one) => one !== undefined),
	);
	const dest = inWorkdir(state, written);
	const details = { instruction: command.original, items, dest, chown, chmod, link: command.link && chmod === "" };
	state.op = new CopyOp(solver, vertex, state.op, { ...details, useCache: !state.noCache });
	const flags = [
		...(command.parents ? ["--parents"] : []),
		...(chown ? [`--chown=${chown}`] : []),
		...(chmod ? [`--chmod=${chmod}`] : []),
	];
	const heredocs = command.heredocs.map((one) => `<<${one.name}`);
	addHistory(state.image, `${[command.name, ...flags, ...sources, ...heredocs, written].join(" ")} # buildkit`, true);
}

function checkChecksum(command: Copy, sources: readonly string[], checksum: string): void {
	if (checksum === "") return;
	if (command.name === "COPY") throw invalidParameter("checksum can't be specified for COPY");
	if (sources.length !== 1) throw invalidParameter("checksum can't be specified for multiple sources");
	if (!isHttp(sources[0]!) && !isGit(sources[0]!)) throw invalidParameter("checksum requires HTTP(S) or Git sources");
	const problem = digestProblem(checksum);
	if (problem) throw invalidParameter(problem);
}
const gitRefused = (instruction: Copy["name"], source: string) =>
	instruction === "COPY"
		? invalidParameter("source can't be a git ref for COPY")
		: notImplemented(`ADD ${source}: this builder has no git: clone the repository into the context`);

function httpItem({ conversion, command }: Step<Copy>, name: string, url: string, checksum: string): CopyItem {
	const { solver } = conversion;
	const path = /^https?:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "";
	const base = clean(path).split("/").at(-1)!;
	const filename = base === "" || base === "." ? "__unnamed__" : decoded(base);
	const source = new HttpSource(solver, solver.progress.vertex(name, [], url), url, filename, checksum);
	return { source, path: `/${filename}`, filter: filterOf([], []), patterns: [], unpack: command.unpack === true };
}
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** --parents: the names of the directories above come along, from "/./" on. */
function parentsItem(source: Source, name: string, exclude: string[], unpack: boolean): CopyItem {
	const pivot = name.indexOf("/./");
	const root = clean(`/${pivot < 0 ? "" : name.slice(0, pivot)}`);
	const pattern = clean(`/${pivot < 0 ? name : name.slice(pivot + 3)}`).slice(1);
	const required = hasWildcards(root) || hasWildcards(pattern) ? undefined : join(root, pattern);
	return { source, path: root, filter: filterOf([pattern], exclude), patterns: [pattern, ...exclude], unpack, required };
}

function heredocItems(step: Step<Copy>): CopyItem[] {
	const { command } = step;
	return command.heredocs.map((heredoc): CopyItem => {
		const text = chomped(heredoc);
		const content = heredoc.expand
			? expanded(step, (lookup) => processWord(text, lookup, { escape: "\\", ignoreQuotes: true }))
			: text;
		const files = new MemoryContext();
		files.add(heredoc.name, { content: utf8(content) });
		const filter = filterOf([], []);
		return { source: new InlineSource(files), path: `/${heredoc.name}`, filter, patterns: [], unpack: false };
	});
}

function checkIgnored({ conversion, command }: Step<Copy>, source: string): void {
	const { ignored, linter } = conversion;
	if (!ignored || ignored.hasExceptions) return;
	const path = clean(source);
	if ((path === "." || path === "/") && !ignored.ignoresEverything) return;
	if (!ignored.ignores(path)) return;
	const verb = command.name === "ADD" ? "Add" : "Copy";
	const words = `Attempting to ${verb} file ${JSON.stringify(path)} that is excluded by .dockerignore`;
	linter.report("CopyIgnoredFile", words, command, command.comments);
}
