// What COPY and ADD name: files of a context, and heredocs.

import { utf8 } from "../../lib/bytes";
import { invalidParameter, notImplemented } from "../../lib/errors";
import { MemoryContext } from "../context/memory";
import { digestOfSelected, type Selected, select } from "../context/select";
import type { BuildContext } from "../context/types";
import { chomped } from "../dockerfile/heredoc";
import type { Command } from "../dockerfile/instructions";
import { expand, inWorkdir, type StageContext } from "../instructions";
import { type LayerStep, mounted } from "../layer";
import { processWord } from "../shell/lex";
import type { BuildBackend } from "../types";
import { copyInto } from "./copy";
import { ownerOf } from "./owner";

export type Copy = Extract<Command, { name: "ADD" | "COPY" }>;
type Step = Pick<LayerStep, "inputs" | "work"> & { words: string };
interface Tree {
	context: BuildContext;
	items: Selected[];
}

/** @throws EngineError notFound for a source that is not there */
export async function copyStep(backend: BuildBackend, command: Copy, source: BuildContext, context: StageContext): Promise<Step> {
	const trees = [...(await filesOf(command, source, context)), ...(await heredocsOf(command, context))];
	const digests = await Promise.all(trees.map(({ context: tree, items }) => digestOfSelected(tree, items)));
	const several = trees.reduce((sum, { items }) => sum + items.length, 0) > 1;
	const chown = expand(command.chown, context);
	const mode = modeOf(expand(command.chmod, context));
	const to = inWorkdir(expand(command.dest, context), context);
	const dest = several && !to.endsWith("/") ? `${to}/` : to;
	const names = [...command.sources.map((one) => expand(one, context)), ...command.heredocs.map(({ name }) => name)];
	return {
		words: `${command.name} ${[...names, expand(command.dest, context)].join(" ")}`,
		inputs: [command.name, digests, dest, chown, mode ?? null],
		work: (mounts) =>
			mounted(backend, mounts, async (root) => {
				const owner = chown === "" ? undefined : await ownerOf(backend.sys, root, chown, false);
				const unpack = command.name === "ADD";
				for (const tree of trees) {
					await copyInto(backend.sys, root, { context: tree.context, selected: tree.items, dest, owner, mode, unpack });
				}
			}),
	};
}

function modeOf(chmod: string): number | undefined {
	if (chmod === "") return undefined;
	if (/^[0-7]{1,4}$/.test(chmod)) return Number.parseInt(chmod, 8);
	throw invalidParameter(`invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`);
}

async function filesOf(command: Copy, source: BuildContext, context: StageContext): Promise<Tree[]> {
	const items: Selected[] = [];
	for (const one of command.sources) {
		const name = expand(one, context);
		if (command.name === "ADD" && /^(https?|git|ssh):\/\/|^git@/.test(name)) {
			throw notImplemented(`ADD ${name}: remote sources are not supported`);
		}
		items.push(...(await select(source, name)));
	}
	return items.length > 0 ? [{ context: source, items }] : [];
}

async function heredocsOf({ heredocs }: Copy, context: StageContext): Promise<Tree[]> {
	if (heredocs.length === 0) return [];
	const files = new MemoryContext();
	const lookup = context.args.lookup(context.state.config.Env);
	for (const heredoc of heredocs) {
		const written = chomped(heredoc);
		const content = heredoc.expand ? processWord(written, lookup, { escape: context.escapeToken, ignoreQuotes: true }) : written;
		files.add(heredoc.name, { content: utf8(content) });
	}
	const items = await Promise.all(heredocs.map(({ name }) => select(files, name)));
	return [{ context: files, items: items.flat() }];
}
